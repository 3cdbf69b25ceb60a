import { expect, test } from 'vitest'
import { pieces, spanOf } from './marks'

test('a text is cut where spans begin and end, also where they overlap', () => {
  const got = pieces('客户说：太慢了，常停机', [{ start: 4, end: 7 }, { start: 6, end: 11 }])
  expect(got.map((p) => p.text).join('')).toBe('客户说：太慢了，常停机')
  expect(got).toEqual([
    { text: '客户说：', start: 0, spans: [] },
    { text: '太慢', start: 4, spans: [0] },
    { text: '了', start: 6, spans: [0, 1] },
    { text: '，常停机', start: 7, spans: [1] },
  ])
})

test('places count characters, not halves of them', () => {
  const text = '😀好慢'
  expect(spanOf(text, '好慢')).toEqual({ start: 1, end: 3 })
  expect(pieces(text, [{ start: 1, end: 3 }]).map((p) => [p.text, p.spans.length])).toEqual([['😀', 0], ['好慢', 1]])
  expect(spanOf(text, '快')).toBeUndefined()
})

test('spans outside the text do no harm', () => {
  expect(pieces('ab', [{ start: -3, end: 9 }, { start: 1, end: 1 }]).map((p) => p.text)).toEqual(['a', 'b'])
})
