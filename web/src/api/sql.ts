import { call, segment } from './client'
import type { QueryResult } from './types'

export const runQuery = (branch: string, sql: string, id: string, signal?: AbortSignal) => call<QueryResult>('POST', '/query', { query: { branch }, body: { sql, id }, signal })
export const cancelQuery = (id: string) => call<void>('DELETE', '/query/' + segment(id))

/** The whole answer as a CSV file. */
export async function exportQuery(branch: string, sql: string): Promise<Blob> {
  const r = await fetch('/api/query/export?branch=' + encodeURIComponent(branch), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ sql }),
  })
  if (!r.ok) throw new Error(await r.text())
  return r.blob()
}
