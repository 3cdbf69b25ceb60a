import { address, call, segment } from './client'
import type { DryRun, Import, MergeResult, Plan, Upload } from './types'

export function uploadFile(file: File) {
  const form = new FormData()
  form.set('file', file)
  return call<Upload>('POST', '/uploads', { form })
}

export type Dialect = Partial<Pick<Upload, 'encoding' | 'delimiter' | 'quote' | 'skip_lines' | 'header' | 'sheet'>>
export const resniff = (upload: string, body: Dialect) => call<Upload>('POST', `/uploads/${segment(upload)}/sniff`, { body })
export const planImport = (branch: string, upload: string, entity: string) => call<{ plan: Plan }>('POST', '/imports/plan', { query: { branch }, body: { upload, entity } }).then((r) => r.plan)
export const previewImport = (branch: string, upload: string, plan: Plan, signal?: AbortSignal) => call<DryRun>('POST', '/imports/preview', { query: { branch }, body: { upload, plan }, signal })
export const startImport = (branch: string, upload: string, plan: Plan) => call<Import>('POST', '/imports', { query: { branch }, body: { upload, plan } })
export const listImports = (branch: string) => call<{ items: Import[] }>('GET', '/imports', { query: { branch } }).then((r) => r.items ?? [])
export const getImport = (id: string) => call<Import>('GET', '/imports/' + segment(id))
export const cancelImport = (id: string, undo: boolean) => call<Import>('POST', `/imports/${segment(id)}/cancel`, { body: { undo } })
export const resumeImport = (id: string) => call<Import>('POST', `/imports/${segment(id)}/resume`)
export const undoImport = (id: string) => call<MergeResult>('POST', `/imports/${segment(id)}/undo`)
export const rejectsAddress = (id: string) => address(`/imports/${segment(id)}/rejects`)
