import type { DryRun, Entity, Field, Plan, PlanColumn } from '../api/types'

/** Lets one column fill a field; a column that filled it before is left out. */
export function mapColumn(plan: Plan, column: string, field: string | null): Plan {
  return {
    ...plan,
    match: plan.match !== '' && plan.match !== 'id' && !plan.columns.some((c) => (c.column === column ? field : c.field) === plan.match) ? '' : plan.match,
    columns: plan.columns.map((c) => {
      if (c.column === column) return { ...c, field, confidence: field === null ? 0 : 1, values: field === c.field ? c.values : undefined, link_by: field === c.field ? c.link_by : undefined }
      return field !== null && c.field === field && !c.part ? { ...c, field: null, confidence: 0 } : c
    }),
  }
}

export function changeColumn(plan: Plan, column: string, change: Partial<PlanColumn>): Plan {
  return { ...plan, columns: plan.columns.map((c) => (c.column === column ? { ...c, ...change } : c)) }
}

/** Reads a text as another one before it is looked at; an undefined target takes the rule away. */
export function mapValue(plan: Plan, column: string, from: string, to: string | undefined): Plan {
  const now = plan.columns.find((c) => c.column === column)?.values ?? {}
  const values = { ...now }
  if (to === undefined) delete values[from]
  else values[from] = to
  return changeColumn(plan, column, { values: Object.keys(values).length > 0 ? values : undefined })
}

/** Fields that can tell whether a record is there already: mapped ones that name something. */
export function matchFields(plan: Plan, entity: Entity): Field[] {
  const mapped = new Set(plan.columns.flatMap((c) => (c.field ? [c.field] : [])))
  return entity.fields.filter((f) => mapped.has(f.name) && !f.long && ['text', 'email', 'phone', 'url', 'integer'].includes(f.kind)).sort((a, b) => Number(b.unique ?? false) - Number(a.unique ?? false))
}

/** Required fields that no column fills and that have no default. */
export function unfilled(plan: Plan, entity: Entity): Field[] {
  const mapped = new Set(plan.columns.flatMap((c) => (c.field ? [c.field] : [])))
  return entity.fields.filter((f) => f.required && !mapped.has(f.name) && !f.default && !(f.name === entity.title && (plan.title_from ?? []).length > 0))
}

/** The file column that fills a field. */
export const columnOf = (plan: Plan, field: string) => plan.columns.find((c) => c.field === field)?.column

/** Values of a column that need a decision: what the plan suggests, what the dry run missed, what is mapped already. */
export function openValues(column: PlanColumn, run?: DryRun): { value: string; count: number; to?: string; title?: string }[] {
  const out = new Map<string, { value: string; count: number; to?: string; title?: string }>()
  for (const s of column.suggestions ?? []) out.set(s.value, { value: s.value, count: s.count ?? 0, to: s.to, title: s.title })
  for (const m of run?.missing_links ?? []) if (m.field === column.field) out.set(m.value, { value: m.value, count: m.count, to: m.suggestion?.to ?? m.suggestion?.title ?? out.get(m.value)?.to, title: m.suggestion?.title })
  for (const p of run?.problems ?? []) if (p.code === 'option_unknown' && p.field === column.field) for (const e of p.examples) if (!out.has(e.value)) out.set(e.value, { value: e.value, count: p.count })
  for (const v of Object.keys(column.values ?? {})) if (!out.has(v)) out.set(v, { value: v, count: 0 })
  return [...out.values()].sort((a, b) => b.count - a.count)
}

/** read = inserted + updated + unchanged + rejected must hold; false would be a fault of ours. */
export const adds = (c: { read: number; inserted: number; updated: number; unchanged: number; rejected: number }) => c.read === c.inserted + c.updated + c.unchanged + c.rejected
