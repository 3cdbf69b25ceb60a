import { expect, test } from 'vitest'
import { cellText, isJson, prettyJson, readNumber, readVector, sameCell, vectorPreview } from './cell'

test.each([
  ['1,200.5', '1200.5'],
  ['12万', '120000'],
  ['1.25亿', '125000000'],
  ['2.5k', '2500'],
  ['１２', '12'],
  ['-0.5万', '-5000'],
  ['¥ 3,000', '3000'],
  ['abc', undefined],
  ['', undefined],
])('%s → %s', (input, out) => expect(readNumber(input)).toBe(out))

test('cells compare by value', () => {
  expect(sameCell(null, '')).toBe(true)
  expect(sameCell({ amount: '1', currency: 'CNY' }, { amount: '1', currency: 'CNY' })).toBe(true)
  expect(sameCell({ amount: '1', currency: 'CNY' }, { amount: '1', currency: 'USD' })).toBe(false)
  expect(cellText(true)).toBe('true')
})

test('JSON and vectors are read as what they are', () => {
  expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  expect(prettyJson('no json')).toBe('no json')
  expect(isJson('{"a":')).toBe(false)
  expect(readVector('[0.125, -3]')).toEqual([0.125, -3])
  expect(readVector('["a"]')).toBeUndefined()
  expect(vectorPreview([0.123456, 1, 2, 3, 4])).toBe('[0.123, 1, 2, 3, …]')
})
