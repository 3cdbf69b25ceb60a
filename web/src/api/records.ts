import { address, call, segment } from './client'
import type { Cells, Entity, Field, HistoryItem, LakeRecord, OnDelete, RecordPage, Reference, SearchHit, Titles, View, ViewState } from './types'

export const listEntities = (branch: string) => call<{ items: Entity[] }>('GET', '/entities', { query: { branch } }).then((r) => r.items)
export const addField = (branch: string, entity: string, body: Partial<Field>) => call<Entity>('POST', `/entities/${segment(entity)}/fields`, { query: { branch }, body })
export const updateField = (branch: string, entity: string, field: string, body: Partial<Field>) =>
  call<Entity>('PATCH', `/entities/${segment(entity)}/fields/${segment(field)}`, { query: { branch }, body })
export const removeField = (branch: string, entity: string, field: string) => call<Entity>('DELETE', `/entities/${segment(entity)}/fields/${segment(field)}`, { query: { branch } })

export interface ListQuery {
  branch: string
  entity: string
  fields?: string[]
  filter?: string
  order?: string
  page_size?: number
  page_token?: string
  total?: boolean
  sums?: string[]
}

export function listRecords({ entity, fields, sums, ...query }: ListQuery, signal?: AbortSignal) {
  return call<RecordPage>('GET', '/records/' + segment(entity), { query: { ...query, fields: fields?.join(','), sums: sums?.join(',') }, signal })
}

export const getRecord = (branch: string, entity: string, id: string, signal?: AbortSignal) => call<LakeRecord>('GET', `/records/${segment(entity)}/${segment(id)}`, { query: { branch }, signal })
export const createRecord = (branch: string, entity: string, cells: Cells) => call<LakeRecord>('POST', '/records/' + segment(entity), { query: { branch }, body: { cells } })
export const updateRecord = (branch: string, entity: string, id: string, cells: Cells) =>
  call<LakeRecord>('PATCH', `/records/${segment(entity)}/${segment(id)}`, { query: { branch }, body: { cells } })
export const deleteRecord = (branch: string, entity: string, id: string, references: OnDelete) =>
  call<{ revision: number; deleted: number; cleared: number }>('DELETE', `/records/${segment(entity)}/${segment(id)}`, { query: { branch, references } })
export const referencesOf = (branch: string, entity: string, id: string) =>
  call<{ items: Reference[] }>('GET', `/records/${segment(entity)}/${segment(id)}/references`, { query: { branch } }).then((r) => r.items ?? [])
export const recordHistory = (branch: string, entity: string, id: string) =>
  call<{ items: HistoryItem[]; titles: Titles }>('GET', `/records/${segment(entity)}/${segment(id)}/history`, { query: { branch } })

export interface Bulk {
  ids?: string[]
  filter?: string
  set?: Cells
  delete?: boolean
}
export const bulkEdit = (branch: string, entity: string, body: Bulk) => call<{ revision: number; changed: number }>('POST', `/records/${segment(entity)}/bulk`, { query: { branch }, body })

export function exportAddress(q: ListQuery, format: 'csv' | 'xlsx') {
  return address(`/records/${segment(q.entity)}/export`, { format, branch: q.branch, fields: q.fields?.join(','), filter: q.filter, order: q.order })
}

export const search = (branch: string, q: string, signal?: AbortSignal) => call<{ items: SearchHit[]; ms: number }>('GET', '/search', { query: { branch, q, limit: 20 }, signal })

export const listViews = (entity: string) => call<{ items: View[] }>('GET', '/views', { query: { entity } }).then((r) => r.items ?? [])
export const saveView = (body: { entity: string; name: string; shared: boolean; state: ViewState }) => call<View>('POST', '/views', { body })
export const updateView = (id: string, body: Partial<{ name: string; shared: boolean; state: ViewState }>) => call<View>('PATCH', '/views/' + segment(id), { body })
export const deleteView = (id: string) => call<void>('DELETE', '/views/' + segment(id))
