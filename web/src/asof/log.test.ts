import { expect, test } from 'vitest'
import type { Revision } from '../api/types'
import { findRevisions, instantOf, lookPath } from './log'

const rev = (n: number, reason: string, actor_name: string): Revision => ({ rev: n, branch: 'main', at: '2026-11-20T06:03:00Z', actor: 'u', actor_name, kind: 'write', reason, changes: { deals: 1 }, undoable: true })
const list = [rev(123, '季度末调价', '李晓'), rev(12, '', '王敏'), rev(1, '季度初', '王敏')]
const find = (search: string) => findRevisions(list, search, (r) => [r.actor_name, r.reason ?? '', '商机']).map((r) => r.rev)

test('revisions are found by number, who, why and what; every word counts', () => {
  expect(find('')).toEqual([123, 12, 1])
  expect(find('#12')).toEqual([123, 12])
  expect(find('季度 王敏')).toEqual([1])
  expect(find('商机')).toEqual([123, 12, 1])
  expect(find('没有')).toEqual([])
})

test('a time to the minute includes that minute', () => {
  const at = instantOf('2026-11-20T14:03')
  expect(at && new Date(at).getTime()).toBe(new Date(2026, 10, 20, 14, 3, 59, 999).getTime())
  for (const text of ['', '2026-11-20', 'soon', '2026-13-45T99:99']) expect(instantOf(text)).toBeUndefined()
})

test('a revision opens where something changed', () => {
  expect(lookPath({ changes: { deals: 2, notes: 1 } }, ['accounts', 'deals'])).toBe('/records/deals')
  expect(lookPath({ changes: {} }, ['accounts'])).toBe('/records/accounts')
  expect(lookPath({ changes: { deals: 2 } }, ['deals'], 'quotes')).toBe('/records/quotes')
})
