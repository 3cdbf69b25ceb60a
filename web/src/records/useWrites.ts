import { useMutation, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { bulkEdit, createRecord, deleteRecord, updateRecord, type Bulk } from '../api/records'
import type { Cells, LakeRecord, OnDelete, RecordPage, Row } from '../api/types'
import { useBranch } from '../app/navigation'
import type { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import { useSchema } from './schema'

type List = InfiniteData<RecordPage>

type On = ReturnType<typeof placeKey>

/** The keys of everything that shows an entity's records on a branch, now or at a moment. */
export const keys = {
  lists: (on: On, entity: string) => ['lake', on, 'list', entity],
  totals: (on: On, entity: string) => ['lake', on, 'totals', entity],
  record: (on: On, entity: string, id: string) => ['lake', on, 'record', entity, id],
  history: (on: On, entity: string, id: string) => ['lake', on, 'history', entity, id],
}

/** Creates, edits and deletes records: shown at once, taken back when refused, undone from the toast. */
export function useWrites(entity: string) {
  const branch = useBranch()
  const client = useQueryClient()
  const toasts = useToasts()
  const schema = useSchema()
  const { t, label } = useI18n()

  const update = useMutation({
    mutationFn: ({ id, cells }: { id: string; cells: Cells }) => updateRecord(branch, entity, id, cells),
    onMutate: async ({ id, cells }) => {
      await client.cancelQueries({ queryKey: keys.lists(branch, entity) })
      const before = client.getQueriesData({ queryKey: ['lake', branch] })
      patch(client, branch, entity, id, (r) => ({ ...r, cells: { ...r.cells, ...cells } }))
      return { before }
    },
    onError: (error, _, context) => {
      for (const [key, data] of context?.before ?? []) client.setQueryData(key, data)
      toasts.fail(error)
    },
    onSuccess: (record, { id, cells }) => {
      patch(client, branch, entity, id, (r) => ({ ...r, rev: record.rev, cells: { ...r.cells, ...pick(record.cells, Object.keys(cells)) } }), record)
      const names = Object.keys(cells).map((f) => label(schema.field(entity, f)?.label, f))
      toasts.undoable(t('record.saved', { fields: names.join('、') }), branch, record.rev)
      stale(client, branch, entity, false)
    },
  })

  const create = useMutation({
    mutationFn: (cells: Cells) => createRecord(branch, entity, cells),
    onSuccess: (record) => {
      toasts.undoable(t('record.created', { entity: label(schema.entity(entity)?.label, entity) }), branch, record.rev)
      stale(client, branch, entity, true)
    },
  })

  const remove = useMutation({
    mutationFn: ({ id, references }: { id: string; references: OnDelete }) => deleteRecord(branch, entity, id, references),
    onSuccess: (r) => {
      toasts.undoable(t('record.deleted', { n: r.deleted || 1 }), branch, r.revision)
      stale(client, branch, entity, true)
    },
  })

  const bulk = useMutation({
    mutationFn: (body: Bulk) => bulkEdit(branch, entity, body),
    onSuccess: (r, body) => {
      toasts.undoable(t(body.delete ? 'record.deleted' : 'record.bulkSaved', { n: r.changed }), branch, r.revision)
      stale(client, branch, entity, true)
    },
  })

  return { update, create, remove, bulk }
}

function pick(cells: Cells, names: string[]): Cells {
  return Object.fromEntries(names.map((n) => [n, cells[n] ?? null]))
}

/** Changes one record wherever the page holds it. */
function patch(client: QueryClient, branch: string, entity: string, id: string, change: (r: Row) => Row, from?: LakeRecord) {
  client.setQueriesData<List>({ queryKey: keys.lists(branch, entity) }, (list) => {
    if (!list?.pages) return list
    return {
      ...list,
      pages: list.pages.map((p) => (p.items.some((r) => r.id === id) ? { ...p, titles: from ? mergeTitles(p.titles, from.titles) : p.titles, items: p.items.map((r) => (r.id === id ? change(r) : r)) } : p)),
    }
  })
  client.setQueryData<LakeRecord>(keys.record(branch, entity, id), (r) => r && { ...r, ...change(r), titles: from ? mergeTitles(r.titles, from.titles) : r.titles })
}

export function mergeTitles(a: LakeRecord['titles'] | undefined, b: LakeRecord['titles'] | undefined) {
  const out: LakeRecord['titles'] = { ...a }
  for (const [entity, titles] of Object.entries(b ?? {})) out[entity] = { ...out[entity], ...titles }
  return out
}

/** After a write: lists keep their place after an edit and load anew after a create or delete. */
function stale(client: QueryClient, branch: string, entity: string, lists: boolean) {
  void client.invalidateQueries({
    predicate: ({ queryKey: [kind, on, what, of] }) => kind === 'branches' || (kind === 'lake' && on === branch && what !== 'entities' && (lists || what !== 'list' || of !== entity)),
  })
}
