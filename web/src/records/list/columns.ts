import type { Entity, Field } from '../../api/types'
import { fieldAt, pseudoFields, type Schema } from '../schema'

/** A column of a list: a field, or a field of the record that a reference points to. */
export interface Column {
  path: string
  field: Field
  via?: Field
  width: number
}

const first: Record<string, string[]> = {
  accounts: ['name', 'status', 'industry', 'segment', 'owner', 'city', 'employees', 'annual_revenue', 'updated_at'],
  contacts: ['name', 'account', 'title', 'role', 'stance', 'mobile', 'email', 'owner'],
  leads: ['name', 'company', 'title', 'status', 'rating', 'source', 'owner', 'created_on'],
  deals: ['name', 'account', 'stage', 'amount', 'expected_close', 'next_step', 'owner', 'product'],
  activities: ['subject', 'kind', 'account', 'deal', 'happened_at', 'owner', 'done'],
  products: ['name', 'series', 'segment', 'price', 'price_max', 'billing', 'data_volume', 'active'],
}

/** The columns that a list begins with. */
export function defaultFields(e: Entity): string[] {
  const known = new Set([...e.fields.map((f) => f.name), ...pseudoFields.map((f) => f.name)])
  const chosen = first[e.name]?.filter((n) => known.has(n)) ?? []
  if (chosen.length >= 3) return chosen
  const rest = [...e.fields].sort((a, b) => a.position - b.position).filter((f) => !f.long && f.name !== e.title)
  return [e.title, ...rest.slice(0, 7).map((f) => f.name)]
}

const orders: Record<string, string> = { leads: '-created_on', deals: '-amount', activities: '-happened_at' }

export const defaultOrder = (e: Entity): string => {
  const wanted = orders[e.name]
  return wanted && e.fields.some((f) => f.name === wanted.replace('-', '')) ? wanted : e.title
}

const widths: Record<Field['kind'], number> = { text: 170, integer: 92, decimal: 100, money: 132, boolean: 84, date: 126, timestamp: 116, enum: 116, reference: 168, email: 190, phone: 136, url: 160, float: 100, json: 220, vector: 200 }

/** Wide enough for the longest option in either language. */
function enumWidth(f: Field): number {
  const size = (s: string) => [...s].reduce((n, c) => n + (c > '\u2e80' ? 12 : 6.6), 0)
  const longest = Math.max(0, ...(f.options ?? []).map((o) => Math.max(size(o.label.zh), size(o.label.en))))
  return Math.round(Math.min(172, Math.max(96, longest + 38)))
}

export function columnsOf(schema: Schema, entity: Entity, paths: string[]): Column[] {
  return paths.flatMap((path) => {
    const found = fieldAt(schema, entity.name, path)
    if (!found) return []
    const width = path === entity.title ? 240 : found.field.long ? 260 : found.field.target === 'users' ? 132 : found.field.name === 'id' ? 280 : found.field.kind === 'enum' ? enumWidth(found.field) : widths[found.field.kind]
    return [{ path, ...found, width }]
  })
}

/** All columns that an entity offers, those of its references included. */
export function offeredColumns(schema: Schema, entity: Entity): { path: string; field: Field; via?: Field }[] {
  const own = [...entity.fields].sort((a, b) => a.position - b.position)
  const linked = own.filter((f) => f.kind === 'reference' && f.target && f.target !== entity.name)
  return [
    ...[...own, ...pseudoFields].map((field) => ({ path: field.name, field })),
    ...linked.flatMap((via) => (schema.entity(via.target ?? '')?.fields ?? []).filter((f) => f.kind !== 'reference' && !f.long && f.name !== schema.entity(via.target ?? '')?.title).map((field) => ({ path: via.name + '.' + field.name, field, via }))),
  ]
}

/** Fields whose sum says something; a sum of years or percentages doesn't. */
export const summable = (e: Entity, columns: Column[]) => columns.filter((c) => !c.via && c.field.kind === 'money' && e.fields.some((f) => f.name === c.path)).map((c) => c.path)
