import { expect, test } from 'vitest'
import { movedTo, standing } from './standing'

const round = (running: boolean) => ({ running, start_on: '2026-11-22', done: 0, touches: [] })

test('what runs comes before what fits, and what should stop is red', () => {
  expect(standing({ round: round(true), fits: true, stopped: false })).toEqual({ state: 'running', tone: 'info' })
  expect(standing({ round: round(true), fits: true, stopped: true })).toEqual({ state: 'running', tone: 'danger' })
  expect(standing({ fits: true, stopped: false, round: round(false) }).state).toBe('fits')
  expect(standing({ fits: true, stopped: true, round: round(false) }).state).toBe('ended')
  expect(standing({ fits: false, stopped: false }).state).toBe('unfit')
})

test('days are counted across months and years', () => {
  expect(movedTo(0, '2026-11-22')).toBe('2026-11-22')
  expect(movedTo(75, '2026-11-22')).toBe('2027-02-05')
})
