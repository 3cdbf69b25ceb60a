import { expect, test } from 'vitest'
import { atMoment, inPlace, placeKey, placeOf } from './place'

test('lists, records and SQL show the past that the address names; other pages show now', () => {
  expect(placeOf('/records/deals', '?at=12')).toEqual({ branch: 'main', at: 12 })
  expect(placeOf('/records/deals/7', '?branch=north&at=12')).toEqual({ branch: 'north', at: 12 })
  expect(placeOf('/sql', '?at=3').at).toBe(3)
  for (const path of ['/branches', '/entities/deals', '/imports', '/settings/fields', '/sqlx']) expect(placeOf(path, '?at=12')).toEqual({ branch: 'main' })
  for (const at of ['0', '-1', 'x', '1.5', '']) expect(placeOf('/records/deals', '?at=' + at)).toEqual({ branch: 'main' })
})

test('links keep branch and moment where the page can show them', () => {
  const place = { branch: 'north', at: 12 }
  expect(inPlace('/records/deals?filter=a', place)).toBe('/records/deals?filter=a&branch=north&at=12')
  expect(inPlace('/imports', place)).toBe('/imports?branch=north')
  expect(inPlace('/records/deals?at=5', place)).toBe('/records/deals?at=5&branch=north')
  expect(inPlace('/records/deals', { branch: 'main' })).toBe('/records/deals')
})

test('another moment leaves the rest of the address as it is', () => {
  expect(atMoment('?branch=north&filter=x&at=3', undefined)).toBe('?branch=north&filter=x')
  expect(atMoment('?filter=x', 4)).toBe('?filter=x&at=4')
  expect(atMoment('?at=4', undefined)).toBe('')
})

test('answers of the past are kept apart from those of now', () => {
  expect(placeKey({ branch: 'main' })).toBe('main')
  expect(placeKey({ branch: 'main', at: 4 })).not.toBe('main')
})
