/** Knowledge packs, item by item. */
import { answer, api } from './client'
import type { Place } from './place'
import type { components } from './schema'

type Schemas = components['schemas']
export type PackInfo = Schemas['PackInfo']
export type PackSection = Schemas['PackSection']
export type PackItem = Schemas['PackItem']
export type PackProblem = Schemas['PackProblem']
export type ItemState = PackItem['state']

/** A JSON Schema, as far as packs use it. */
export interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  type?: string
  enum?: string[]
  pattern?: string
  description?: string
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
}

export const listPacks = (place: Place, signal?: AbortSignal) => answer(api.GET('/api/packs', { params: { query: { ...place } }, signal }))
export const packSchema = (signal?: AbortSignal) => answer(api.GET('/api/packs/schema', { signal })) as Promise<Schema>
export const packContents = (place: Place, pack: string, signal?: AbortSignal) => answer(api.GET('/api/packs/{pack}', { params: { path: { pack }, query: { ...place } }, signal }))
export const packItem = (place: Place, pack: string, section: string, item: string, signal?: AbortSignal) => answer(api.GET('/api/packs/{pack}/{section}/{item}', { params: { path: { pack, section, item }, query: { ...place } }, signal }))
export const putPackItem = (branch: string, pack: string, section: string, item: string, body: { yaml?: string; value?: unknown; reason?: string }) => answer(api.PUT('/api/packs/{pack}/{section}/{item}', { params: { path: { pack, section, item }, query: { branch } }, body: body as Schemas['PackItemChange'] }))
export const removePackItem = (branch: string, pack: string, section: string, item: string, reason?: string) => answer(api.DELETE('/api/packs/{pack}/{section}/{item}', { params: { path: { pack, section, item }, query: { branch, reason } } }))
export const resetPackItem = (branch: string, pack: string, section: string, item: string, reason?: string) => answer(api.POST('/api/packs/{pack}/{section}/{item}/reset', { params: { path: { pack, section, item }, query: { branch, reason } } }))
export const dropPack = (branch: string, pack: string) => answer(api.DELETE('/api/packs/{pack}', { params: { path: { pack }, query: { branch } } }))
export const exportUrl = (place: Place, pack: string) => `/api/packs/${encodeURIComponent(pack)}/export?` + new URLSearchParams(Object.entries(place).flatMap(([k, v]) => (v === undefined ? [] : [[k, String(v)]])))
/** Takes in an archive or the files of a folder; with check only what is wrong is told. */
export function importPack(branch: string, files: File[], check: boolean) {
  const form = new FormData()
  for (const f of files) form.append('file', f)
  return answer(api.POST('/api/packs/import', { params: { query: { branch, check } }, body: { file: '' }, bodySerializer: () => form }))
}
