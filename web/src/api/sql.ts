import { answer, api } from './client'
import type { QueryResult } from './types'

export const runQuery = (branch: string, sql: string, id: string, signal?: AbortSignal): Promise<QueryResult> => answer(api.POST('/api/query', { params: { query: { branch } }, body: { sql, id, limit: 10_000 }, signal }))
export const cancelQuery = (id: string) => answer(api.DELETE('/api/query/{id}', { params: { path: { id } } }))

/** The whole answer as a CSV file. */
export const exportQuery = (branch: string, sql: string) => answer(api.POST('/api/query/export', { params: { query: { branch } }, body: { sql, limit: 10_000 }, parseAs: 'blob' })) as Promise<unknown> as Promise<Blob>
