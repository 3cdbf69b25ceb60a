import { address, answer, api, items } from './client'
import type { components } from './schema'
import type { Plan } from './types'

export function uploadFile(file: File) {
  const form = new FormData()
  form.set('file', file)
  return answer(api.POST('/api/uploads', { body: { file: '' }, bodySerializer: () => form }))
}

export type Dialect = components['schemas']['Reading']
export const resniff = (upload: string, body: Dialect) => answer(api.POST('/api/uploads/{upload}/sniff', { params: { path: { upload } }, body }))
export const planImport = (branch: string, upload: string, entity: string) => answer(api.POST('/api/imports/plan', { params: { query: { branch } }, body: { upload, entity } })).then((r) => r.plan as Plan)
export const previewImport = (branch: string, upload: string, plan: Plan, signal?: AbortSignal) => answer(api.POST('/api/imports/preview', { params: { query: { branch } }, body: { upload, plan }, signal }))
export const startImport = (branch: string, upload: string, plan: Plan) => answer(api.POST('/api/imports', { params: { query: { branch } }, body: { upload, plan } }))
export const listImports = (branch: string) => items(api.GET('/api/imports', { params: { query: { branch } } }))
export const getImport = (id: string) => answer(api.GET('/api/imports/{id}', { params: { path: { id } } }))
export const cancelImport = (id: string, undo: boolean) => answer(api.POST('/api/imports/{id}/cancel', { params: { path: { id } }, body: { undo } }))
export const resumeImport = (id: string) => answer(api.POST('/api/imports/{id}/resume', { params: { path: { id } } }))
export const undoImport = (id: string) => answer(api.POST('/api/imports/{id}/undo', { params: { path: { id } } }))
export const rejectsAddress = (id: string) => address(`/imports/${encodeURIComponent(id)}/rejects`)
