import { expect, test } from 'vitest'
import { amountOf, isDecimal, percent } from './amount'

test('money is an amount and a currency', () => {
  expect(amountOf('-52397.06 USD')).toEqual({ amount: '-52397.06', currency: 'USD' })
  expect(amountOf('')).toEqual({ amount: '', currency: '' })
})

test('shares are shown in per cent, and nothing is shown for nothing', () => {
  expect(percent('1.254')).toBe('125.4%')
  expect(percent('')).toBe('')
})

test('what is no decimal is told before it is sent', () => {
  expect(['1', '-2.50', ' 3 '].every(isDecimal)).toBe(true)
  expect(['', '1e5', '1,000', 'x', '.5'].some(isDecimal)).toBe(false)
})
