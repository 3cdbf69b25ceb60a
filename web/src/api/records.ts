import { address, answer, api, items } from './client'
import type { Place } from './place'
import type { components } from './schema'
import type { Cells, Entity, LakeRecord, OnDelete, RecordPage, ViewState } from './types'

type Body<T extends keyof components['schemas']> = components['schemas'][T]
export type NewField = Body<'NewField'>
export type FieldChange = Body<'FieldChange'>

export const listEntities = (place: Place) => items(api.GET('/api/entities', { params: { query: { ...place } } })) as Promise<Entity[]>
export const addField = (branch: string, entity: string, body: NewField) => answer(api.POST('/api/entities/{entity}/fields', { params: { path: { entity }, query: { branch } }, body }))
export const updateField = (branch: string, entity: string, field: string, body: FieldChange) => answer(api.PATCH('/api/entities/{entity}/fields/{field}', { params: { path: { entity, field }, query: { branch } }, body }))
export const removeField = (branch: string, entity: string, field: string) => answer(api.DELETE('/api/entities/{entity}/fields/{field}', { params: { path: { entity, field }, query: { branch } } }))

export interface ListQuery extends Place {
  /** The last revision no later than this time, instead of a revision. */
  at_time?: string
  entity: string
  fields?: string[]
  filter?: string
  order?: string
  page_size?: number
  page_token?: string
  total?: boolean
  sums?: string[]
}

export function listRecords({ entity, ...q }: ListQuery, signal?: AbortSignal): Promise<RecordPage> {
  const query = { ...q, filter: q.filter || undefined, order: q.order ? q.order.split(',') : undefined, sums: q.sums?.length ? q.sums : undefined }
  return answer(api.GET('/api/records/{entity}', { params: { path: { entity }, query }, signal }))
}

export const getRecord = (place: Place, entity: string, key: string, signal?: AbortSignal): Promise<LakeRecord> => answer(api.GET('/api/records/{entity}/{key}', { params: { path: { entity, key }, query: { ...place } }, signal }))
export const createRecord = (branch: string, entity: string, cells: Cells): Promise<LakeRecord> => answer(api.POST('/api/records/{entity}', { params: { path: { entity }, query: { branch } }, body: { cells: written(cells) } }))
export const updateRecord = (branch: string, entity: string, key: string, cells: Cells): Promise<LakeRecord> => answer(api.PATCH('/api/records/{entity}/{key}', { params: { path: { entity, key }, query: { branch } }, body: { cells: written(cells) } }))
export const deleteRecord = (branch: string, entity: string, key: string, references: OnDelete) => answer(api.DELETE('/api/records/{entity}/{key}', { params: { path: { entity, key }, query: { branch, references } } }))
export const referencesOf = (place: Place, entity: string, key: string) => items(api.GET('/api/records/{entity}/{key}/references', { params: { path: { entity, key }, query: { ...place } } }))
export const recordHistory = (place: Place, entity: string, key: string) => answer(api.GET('/api/records/{entity}/{key}/history', { params: { path: { entity, key }, query: { ...place } } }))

export interface Bulk {
  ids?: string[]
  filter?: string
  set?: Cells
  delete?: boolean
}
export const bulkEdit = (branch: string, entity: string, { set, ...body }: Bulk) => answer(api.POST('/api/records/{entity}/bulk', { params: { path: { entity }, query: { branch } }, body: { ...body, set: set && written(set) } }))

/** An absent cell is an empty one. */
const written = (cells: Cells) => Object.fromEntries(Object.entries(cells).map(([f, c]) => [f, c ?? null]))

export const exportAddress = (q: ListQuery, format: 'csv' | 'xlsx') => address(`/records/${encodeURIComponent(q.entity)}/export`, { format, branch: q.branch, at: q.at?.toString(), fields: q.fields?.join(','), filter: q.filter, order: q.order })

export const search = (place: Place, q: string, signal?: AbortSignal) => answer(api.GET('/api/search', { params: { query: { ...place, q, limit: 20 } }, signal }))

export const listViews = (entity: string) => items(api.GET('/api/views', { params: { query: { entity } } }))
export const saveView = (body: { entity: string; name: string; shared: boolean; state: ViewState }) => answer(api.POST('/api/views', { body }))
export const updateView = (id: string, body: Body<'ViewChange'>) => answer(api.PATCH('/api/views/{id}', { params: { path: { id } }, body }))
export const deleteView = (id: string) => answer(api.DELETE('/api/views/{id}', { params: { path: { id } } }))
