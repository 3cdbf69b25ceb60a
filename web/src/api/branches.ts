import { call, segment } from './client'
import type { Branch, Choice, Diff, MergeResult, Revision, Take } from './types'

export const listBranches = (closed = false) => call<{ items: Branch[] }>('GET', '/branches', { query: { closed } }).then((r) => r.items)
export const createBranch = (body: { name: string; from?: string; shared?: boolean; note?: string }) => call<Branch>('POST', '/branches', { body })
export const updateBranch = (name: string, body: { shared?: boolean; note?: string }) => call<Branch>('PATCH', '/branches/' + segment(name), { body })
export const discardBranch = (name: string) => call<void>('DELETE', '/branches/' + segment(name))
export const diffBranch = (name: string, signal?: AbortSignal) => call<Diff>('GET', `/branches/${segment(name)}/diff`, { query: { against: 'parent' }, signal })

export type Policy = 'ask' | Take
export const refreshBranch = (name: string, body: { policy: Policy; choices: Choice[] }) => call<MergeResult>('POST', `/branches/${segment(name)}/refresh`, { body })
export const mergeBranch = (name: string, body: { policy: Policy; choices: Choice[]; keep: boolean; reason?: string }) => call<MergeResult>('POST', `/branches/${segment(name)}/merge`, { body })

export const listRevisions = (branch: string, before?: number) => call<{ items: Revision[] }>('GET', '/revisions', { query: { branch, limit: 50, before } }).then((r) => r.items ?? [])
export const undoRevision = (branch: string, rev: number) => call<MergeResult>('POST', `/revisions/${rev}/undo`, { query: { branch }, body: {} })
