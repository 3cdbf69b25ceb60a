import { answer, api, items } from './client'
import type { Choice, Take } from './types'

export const listBranches = (closed = false) => items(api.GET('/api/branches', { params: { query: { closed } } }))
export const createBranch = (body: { name: string; from?: string; shared?: boolean; note?: string; pin?: boolean }) => answer(api.POST('/api/branches', { body }))
export const updateBranch = (name: string, body: { shared?: boolean; note?: string }) => answer(api.PATCH('/api/branches/{name}', { params: { path: { name } }, body }))
export const discardBranch = (name: string) => answer(api.DELETE('/api/branches/{name}', { params: { path: { name } } }))
export const diffBranch = (name: string, signal?: AbortSignal) => answer(api.GET('/api/branches/{name}/diff', { params: { path: { name }, query: { against: 'parent' } }, signal }))

export type Policy = 'ask' | Take
export const refreshBranch = (name: string, body: { policy: Policy; choices: Choice[] }) => answer(api.POST('/api/branches/{name}/refresh', { params: { path: { name } }, body }))
export const mergeBranch = (name: string, body: { policy: Policy; choices: Choice[]; keep: boolean; reason?: string }) => answer(api.POST('/api/branches/{name}/merge', { params: { path: { name } }, body }))

export const listRevisions = (branch: string, before?: number, limit = 50) => items(api.GET('/api/revisions', { params: { query: { branch, limit, before } } }))
export const undoRevision = (branch: string, rev: number) => answer(api.POST('/api/revisions/{rev}/undo', { params: { path: { rev }, query: { branch } }, body: {} }))

/** Rows whose source has moved under what a branch wrote over them. */
export const branchDrift = (name: string, signal?: AbortSignal) => answer(api.GET('/api/branches/{name}/drift', { params: { path: { name } }, signal }))
export const settleDrift = (name: string, entity: string, ids: string[], take: Take) => answer(api.POST('/api/branches/{name}/drift', { params: { path: { name } }, body: { entity, ids, take } }))
