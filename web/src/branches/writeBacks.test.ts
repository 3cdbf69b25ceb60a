import { expect, test } from 'vitest'
import type { PastWriteBack, WriteBackRow, WriteBackTable } from '../api/homeTypes'
import { bySource, chosenOf, rowKey, together } from './writeBacks'

const row = (id: string, drift = false): WriteBackRow => ({ id, title: id, op: 'update', sql: '', cells: [], drift, equal: false })
const table = (entity: string, items: WriteBackRow[], writable = true): WriteBackTable => ({ entity, table: entity, writable, items })

test('counts are summed by source, and a table that cannot be read is told', () => {
  const count = (entity: string, source: string, count: number) => ({ entity, source, count, label: { zh: entity, en: entity } })
  expect(bySource([count('a', 'crm', 2), count('b', 'erp', 1), count('c', 'crm', -1)])).toEqual([
    { source: 'crm', count: 2, unread: true },
    { source: 'erp', count: 1, unread: false },
  ])
})

test('rows that moved, that were taken out or whose table is read-only are not written', () => {
  const tables = [table('customers', [row('1'), row('2', true), row('3')]), table('orders', [row('1')]), table('exports', [row('1')], false)]
  expect(chosenOf(tables, new Set())).toEqual({ customers: ['1', '3'], orders: ['1'] })
  expect(chosenOf(tables, new Set([rowKey('orders', '1'), rowKey('customers', '3')]))).toEqual({ customers: ['1'] })
})

test('the tables of one transaction are one line', () => {
  const past = (together: string, entity: string, written: number): PastWriteBack => ({ id: together + '.' + entity, together, at: '2026-11-22T00:00:00Z', entity, source: 'crm', table: entity, state: 'done', actor_name: 'Li', written, cleared: written, failed: 0, results: [] })
  expect(together([past('x', 'customers', 1), past('x', 'orders', 2), past('y', 'orders', 4)]).map((t) => [t.entities, t.written])).toEqual([
    [['customers', 'orders'], 3],
    [['orders'], 4],
  ])
})
