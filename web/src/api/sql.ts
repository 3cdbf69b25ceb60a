import { call, download, segment } from './client'
import type { QueryResult } from './types'

export const runQuery = (branch: string, sql: string, id: string, signal?: AbortSignal) => call<QueryResult>('POST', '/query', { query: { branch }, body: { sql, id }, signal })
export const cancelQuery = (id: string) => call<void>('DELETE', '/query/' + segment(id))

/** The whole answer as a CSV file. */
export const exportQuery = (branch: string, sql: string) => download('POST', '/query/export', { query: { branch }, body: { sql } })
