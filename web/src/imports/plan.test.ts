import { expect, test } from 'vitest'
import type { Entity, Plan } from '../api/types'
import { adds, mapColumn, mapValue, matchFields, openValues, unfilled } from './plan'

const label = { zh: '', en: '' }
const entity: Entity = {
  name: 'deals', label, plural: label, title: 'name', writable: true, creatable: true, home: { kind: 'native' }, state: { mode: 'native' },
  fields: [
    { name: 'name', kind: 'text', label, required: true, position: 0 },
    { name: 'stage', kind: 'enum', label, position: 1 },
    { name: 'external_id', kind: 'text', label, unique: true, position: 2 },
  ],
}
const plan: Plan = { entity: 'deals', match: 'external_id', on_match: 'update', columns: [
  { column: 'opportunity_id', field: 'external_id', confidence: 1 },
  { column: 'deal_stage', field: 'stage', confidence: 0.9, suggestions: [{ value: 'Wonn', count: 3, to: 'won' }] },
  { column: 'title', field: null, confidence: 0 },
] }

test('a field has one column', () => {
  const p = mapColumn(plan, 'title', 'stage')
  expect(p.columns.map((c) => c.field)).toEqual(['external_id', null, 'stage'])
})

test('a match field that is no longer filled is dropped', () => {
  expect(mapColumn(plan, 'opportunity_id', null).match).toBe('')
  expect(mapColumn(plan, 'title', 'name').match).toBe('external_id')
})

test('values are mapped and freed again', () => {
  const p = mapValue(plan, 'deal_stage', 'Wonn', 'won')
  expect(p.columns[1]?.values).toEqual({ Wonn: 'won' })
  expect(mapValue(p, 'deal_stage', 'Wonn', undefined).columns[1]?.values).toBeUndefined()
  expect(openValues(p.columns[1]!)).toEqual([{ value: 'Wonn', count: 3, to: 'won', title: undefined }])
})

test('what can match, what is missing, what adds up', () => {
  expect(matchFields(mapColumn(plan, 'title', 'name'), entity).map((f) => f.name)).toEqual(['external_id', 'name'])
  expect(unfilled(plan, entity).map((f) => f.name)).toEqual(['name'])
  expect(adds({ read: 10, inserted: 4, updated: 3, unchanged: 2, rejected: 1 })).toBe(true)
})
