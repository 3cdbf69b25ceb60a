/** Sources, and entities whose rows live elsewhere. */
import { answer, api, items } from './client'
import type { CloneOrder, Declaration, DeriveOrder, EntityChange, EntityDraft, NewEntity, Shape, SourcePreview } from './homeTypes'
import type { Place } from './place'
import type { components } from './schema'
import type { Entity } from './types'

type Schemas = components['schemas']
export type SourceBody = Schemas['SourceChange']
type One = Promise<Entity>

export const listSources = (branch: string, signal?: AbortSignal) => answer(api.GET('/api/sources', { params: { query: { branch } }, signal }))
/** Tests an address; with the name of a source, its kept secrets stand for ***. */
export const testSourceUrl = (url: string, allow_private: boolean, name?: string) => answer(api.POST('/api/sources/test', { body: { url, allow_private, name } }))
export const createSource = (body: Schemas['NewSource'], untested = false) => answer(api.POST('/api/sources', { params: { query: { untested } }, body }))
export const updateSource = (name: string, body: SourceBody) => answer(api.PATCH('/api/sources/{name}', { params: { path: { name } }, body }))
export const deleteSource = (name: string) => answer(api.DELETE('/api/sources/{name}', { params: { path: { name } } }))
export const testSource = (name: string) => answer(api.POST('/api/sources/{name}/test', { params: { path: { name } } }))
export const listTables = (branch: string, name: string, signal?: AbortSignal) => items(api.GET('/api/sources/{name}/tables', { params: { path: { name }, query: { branch } }, signal }))
export const getTable = async (branch: string, name: string, table: string, signal?: AbortSignal) => {
  const r = await answer(api.GET('/api/sources/{name}/table', { params: { path: { name }, query: { branch, table } }, signal }))
  return { table: r.table, proposal: r.proposal as EntityDraft }
}
export const previewTable = (branch: string, name: string, table: string, signal?: AbortSignal): Promise<SourcePreview> => answer(api.GET('/api/sources/{name}/preview', { params: { path: { name }, query: { branch, table } }, signal }))

export const declareEntities = (branch: string, body: Declaration) => answer(api.POST('/api/entities', { params: { query: { branch } }, body }))
export const createEntity = (branch: string, body: NewEntity) => answer(api.POST('/api/entities/native', { params: { query: { branch } }, body })) as One
/** An entity over a file, which the server keeps and reads in place. */
export function dropFile(branch: string, file: File, name: string) {
  const form = new FormData()
  form.set('file', file)
  return answer(api.POST('/api/entities/file', { params: { query: { branch, name: name || undefined } }, body: { file: '' }, bodySerializer: () => form }))
}
export const cloneEntity = (branch: string, entity: string, body: CloneOrder) => answer(api.POST('/api/entities/{entity}/clone', { params: { path: { entity }, query: { branch } }, body })) as One
export const deriveEntity = (branch: string, body: DeriveOrder) => answer(api.POST('/api/entities/derive', { params: { query: { branch } }, body })) as One
export const shapeQuery = (branch: string, sql: string, signal?: AbortSignal) => answer(api.POST('/api/query/shape', { params: { query: { branch } }, body: { sql }, signal })) as Promise<Shape>
export const updateEntity = (branch: string, entity: string, body: EntityChange) => answer(api.PATCH('/api/entities/{entity}', { params: { path: { entity }, query: { branch } }, body: body as Schemas['EntityChange'] })) as One
export const removeEntity = (branch: string, entity: string) => answer(api.DELETE('/api/entities/{entity}', { params: { path: { entity }, query: { branch } } }))
/** Brings a kept copy up to date; in full, it reads all rows whatever the high-water mark says. */
export const refreshEntity = (entity: string, full = false) => answer(api.POST('/api/entities/{entity}/refresh', { params: { path: { entity }, query: { full } } }))
export const getJob = (id: string) => answer(api.GET('/api/jobs/{id}', { params: { path: { id } } }))
export const cancelJob = (id: string) => answer(api.POST('/api/jobs/{id}/cancel', { params: { path: { id } } }))
export const schemaDrift = (branch: string, entity: string, signal?: AbortSignal) => answer(api.GET('/api/entities/{entity}/schema-drift', { params: { path: { entity }, query: { branch } }, signal }))
export const adoptDrift = (branch: string, entity: string, adopt: string[]) => answer(api.POST('/api/entities/{entity}/schema-drift', { params: { path: { entity }, query: { branch } }, body: { adopt } })) as One
export const profileField = (branch: string, entity: string, field: string, signal?: AbortSignal) => answer(api.GET('/api/entities/{entity}/profile', { params: { path: { entity }, query: { branch, field } }, signal }))
export const entityLineage = (branch: string, entity: string, field: string | undefined, signal?: AbortSignal) => answer(api.GET('/api/lineage', { params: { query: { branch, entity, field } }, signal }))
export const entityReaders = (branch: string, entity: string, signal?: AbortSignal) => answer(api.GET('/api/entities/{entity}/readers', { params: { path: { entity }, query: { branch } }, signal }))
export const catalogSearch = (branch: string, q: string, kind: string, source: string, signal?: AbortSignal) => items(api.GET('/api/catalog', { params: { query: { branch, q: q || undefined, kind: (kind || undefined) as 'native', source: source || undefined } }, signal }))
/** How a query is answered, with sentences in the language of the page. */
export const explainQuery = (place: Place, sql: string, language: string, signal?: AbortSignal) => answer(api.POST('/api/query/explain', { params: { query: { ...place }, header: { 'Accept-Language': language } }, body: { sql }, signal }))

/** What could be written back: how much of which entity, or the tables of a source with their rows. */
export const writeBackPlan = (of: { source?: string }, signal?: AbortSignal) => answer(api.GET('/api/writeback', { params: { query: of }, signal }))
/** Writes records, by entity, to their source in one transaction. */
export const writeBack = (source: string, records: Record<string, string[]>) => answer(api.POST('/api/writeback', { body: { source, records } }))
export const pastWriteBacks = (signal?: AbortSignal) => items(api.GET('/api/writebacks', { signal }))
