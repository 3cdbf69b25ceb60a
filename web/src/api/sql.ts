import { answer, api } from './client'
import type { Place } from './place'
import type { QueryResult } from './types'

export const runQuery = (place: Place, sql: string, id: string, signal?: AbortSignal): Promise<QueryResult> => answer(api.POST('/api/query', { params: { query: { ...place } }, body: { sql, id, limit: 10_000 }, signal }))
export const cancelQuery = (id: string) => answer(api.DELETE('/api/query/{id}', { params: { path: { id } } }))

/** The whole answer as a CSV file. */
export const exportQuery = (place: Place, sql: string) => answer(api.POST('/api/query/export', { params: { query: { ...place } }, body: { sql, limit: 10_000 }, parseAs: 'blob' })) as Promise<unknown> as Promise<Blob>
