import { expect, test } from 'vitest'
import { cellText, readNumber, sameCell } from './cell'

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
