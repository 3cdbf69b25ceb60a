import { expect, test } from 'vitest'
import { readState, turnOrder, writeState } from './state'

const d = { order: 'name', fields: ['name', 'owner'] }

test('defaults stay out of the address, the branch stays in', () => {
  const p = new URLSearchParams('branch=north')
  expect(readState(p, d)).toEqual({ filter: '', order: 'name', fields: ['name', 'owner'], view: '', peek: '' })
  const q = writeState(p, { filter: 'stage = won', fields: ['name', 'amount'] }, d)
  expect(q.get('branch')).toBe('north')
  expect(readState(q, d).filter).toBe('stage = won')
  expect(readState(q, d).fields).toEqual(['name', 'amount'])
  expect(writeState(q, { filter: '', fields: ['name', 'owner'] }, d).toString()).toBe('branch=north')
})

test('a list without an order keeps none', () => {
  const q = writeState(new URLSearchParams(), { order: '' }, d)
  expect(readState(q, d).order).toBe('')
})

test('heads turn ascending, descending, none', () => {
  expect(turnOrder('name', 'amount', false)).toBe('amount')
  expect(turnOrder('amount', 'amount', false)).toBe('-amount')
  expect(turnOrder('-amount', 'amount', false)).toBe('')
  expect(turnOrder('name', 'amount', true)).toBe('name,amount')
  expect(turnOrder('name,amount', 'amount', true)).toBe('name,-amount')
  expect(turnOrder('name,-amount', 'amount', true)).toBe('name')
})
