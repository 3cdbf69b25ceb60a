import { expect, test } from 'vitest'
import { differences } from './compare'
import { freeId, nextVersion } from './words'

test('the next version is a whole number above all', () => {
  expect(nextVersion([])).toBe('1.0')
  expect(nextVersion(['1.0', '10.2', '9.0'])).toBe('11.0')
})

test('ids of versions are new', () => {
  expect(freeId('2.0', ['v1'])).toBe('v2')
  expect(freeId('2.0', ['v2', 'v2-2'])).toBe('v2-3')
  expect(freeId('2.1', [])).toBe('v2-1')
})

test('what two versions differ in', () => {
  const c = (id: string, text: string, weight = 1) => ({ id, if: text, weight, why: { zh: '', en: '' } })
  const out = differences([c('a', 'x = 1'), c('b', 'y = 1'), c('d', 'z = 1')], [c('a', 'x = 1'), c('b', 'y = 1', 5), c('e', 'w = 1')])
  expect(out.map((d) => [d.kind, d.id])).toEqual([
    ['changed', 'b'],
    ['onlyHere', 'd'],
    ['onlyThere', 'e'],
  ])
})
