import { expect, test } from 'vitest'
import type { EntityDraft } from '../api/homeTypes'
import { edited, goodEntityName, toBody, wrongName } from './drafts'

const field = (name: string) => ({ name, column: name.toUpperCase(), type: 'VARCHAR', kind: 'text' as const, label: { zh: name, en: name } })
const draft: EntityDraft = { name: 'orders', label: { zh: '订单', en: 'Orders' }, title: 'no', key: ['id', 'no'], open: false, fields: [field('id'), field('no'), field('city')], key_unique: true }

test('leaving a field out takes it from key and title', () => {
  const d = edited(draft, { leftOut: ['no'] })
  expect(d.fields.map((f) => f.name)).toEqual(['id', 'city'])
  expect([d.key, d.title]).toEqual([['id'], 'id'])
})

test('another key has not been checked', () => {
  expect(edited(draft, { key: ['city'] }).key_unique).toBeNull()
  expect(edited(draft, { name: 'o2' }).key_unique).toBe(true)
})

test('names are plain, free and not twice', () => {
  expect(goodEntityName('orders_2024')).toBe(true)
  for (const bad of ['Orders', '2x', 'a__b', 'hw_x', 'users', '订单']) expect(goodEntityName(bad), bad).toBe(false)
  expect(wrongName(draft, [draft], () => true)).toBe('taken')
  expect(wrongName(draft, [draft, { ...draft }], () => false)).toBe('taken')
  expect(wrongName(draft, [draft], () => false)).toBeUndefined()
})

test('what nobody looked at is left to the server', () => {
  const body = toBody('crm', ['orders', 'items'], new Map([['orders', draft]]))
  expect(body.drafts?.[1]).toEqual({ source: 'crm', table: 'items' })
  expect(body.drafts?.[0]).toMatchObject({ table: 'orders', name: 'orders', key: ['id', 'no'] })
  expect(body.drafts?.[0]).not.toHaveProperty('key_unique')
  expect(body.drafts?.[0]?.fields?.[0]).toEqual({ column: 'ID', name: 'id', label: { zh: 'id', en: 'id' }, target: undefined })
})
