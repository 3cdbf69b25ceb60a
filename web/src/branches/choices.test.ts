import { expect, test } from 'vitest'
import type { RowChange } from '../api/types'
import { conflictsOf, toChoices, withoutReopened } from './choices'

const cell = (field: string, conflict = false) => ({ field, base: 'a', ours: 'b', theirs: 'c', result: 'b', conflict })
const rows: RowChange[] = [
  { entity: 'deals', id: '1', title: 'x', op: 'changed', cells: [cell('stage', true), cell('name')], conflict: 'cell' },
  { entity: 'deals', id: '2', title: 'y', op: 'deleted', cells: [], conflict: 'delete_update' },
  { entity: 'deals', id: '3', title: 'z', op: 'changed', cells: [cell('name')] },
]

test('cells and whole records are decided one by one', () => {
  const all = conflictsOf(rows)
  expect(all.map((c) => c.key)).toEqual(['deals/1/stage', 'deals/2/'])
  expect(toChoices(all, new Map([['deals/1/stage', 'theirs']]))).toEqual([{ entity: 'deals', id: '1', take: 'theirs', field: 'stage', ours: 'b', theirs: 'c' }])
  expect(toChoices(all, new Map([['deals/2/', 'ours']]))).toEqual([{ entity: 'deals', id: '2', take: 'ours' }])
})

test('what moved on is open again', () => {
  const chosen = new Map([
    ['deals/1/stage', 'ours' as const],
    ['deals/2/', 'theirs' as const],
  ])
  expect([...withoutReopened(chosen, [rows[0]!]).keys()]).toEqual(['deals/2/'])
})
