import type { ViewState } from '../../api/types'

/** What a list shows; it lives in the address, so that a link shows the same. */
export interface ListState {
  filter: string
  order: string
  fields: string[]
  view: string
  peek: string // the record in the side preview
}

export interface Defaults {
  order: string
  fields: string[]
}

export function readState(params: URLSearchParams, d: Defaults): ListState {
  const fields = (params.get('fields') ?? '').split(',').filter(Boolean)
  return { filter: params.get('filter') ?? '', order: params.get('order') ?? d.order, fields: fields.length > 0 ? fields : d.fields, view: params.get('view') ?? '', peek: params.get('peek') ?? '' }
}

/** Writes only what differs from the defaults; other parameters (the branch) stay. */
export function writeState(params: URLSearchParams, change: Partial<ListState>, d: Defaults): URLSearchParams {
  const next = new URLSearchParams(params)
  const s = { ...readState(params, d), ...change }
  const put = (key: string, value: string, usual: string) => (value === usual ? next.delete(key) : next.set(key, value))
  put('filter', s.filter, '')
  put('order', s.order, d.order)
  put('fields', s.fields.join(','), d.fields.join(','))
  put('view', s.view, '')
  put('peek', s.peek, '')
  return next
}

export interface SortKey {
  path: string
  desc: boolean
}

export const readOrder = (order: string): SortKey[] =>
  order
    .split(',')
    .map((o) => o.trim())
    .filter(Boolean)
    .map((o) => (o.startsWith('-') ? { path: o.slice(1), desc: true } : { path: o, desc: false }))

export const writeOrder = (keys: SortKey[]) => keys.map((k) => (k.desc ? '-' : '') + k.path).join(',')

/** A click on a head: ascending, descending, then none. With add, other columns stay in the order. */
export function turnOrder(order: string, path: string, add: boolean): string {
  const keys = readOrder(order)
  const now = keys.find((k) => k.path === path)
  const others = add ? keys.filter((k) => k.path !== path) : []
  if (!now) return writeOrder([...others, { path, desc: false }])
  if (!now.desc) return writeOrder(add ? keys.map((k) => (k === now ? { path, desc: true } : k)) : [{ path, desc: true }])
  return writeOrder(others)
}

export const sameView = (a: ViewState, s: ListState) => a.filter === s.filter && a.order === s.order && a.fields.join(',') === s.fields.join(',')
