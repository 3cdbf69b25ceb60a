import type { PastWriteBack, WriteBackCount, WriteBackTable } from '../api/homeTypes'

/** How much could be written to one source. */
export interface SourceCount {
  source: string
  count: number
  /** Some of its tables can't be read now, so there may be more. */
  unread: boolean
}

/** What waits, by source, in the order in which sources are met. */
export function bySource(counts: WriteBackCount[]): SourceCount[] {
  const out = new Map<string, SourceCount>()
  for (const c of counts) {
    const s = out.get(c.source) ?? { source: c.source, count: 0, unread: false }
    out.set(c.source, { source: c.source, count: s.count + Math.max(c.count, 0), unread: s.unread || c.count < 0 })
  }
  return [...out.values()]
}

/** Keys are unique within an entity only. */
export const rowKey = (entity: string, id: string) => entity + '\n' + id

/** The rows of a table that may be written: it can be written to, and they haven't moved there. */
export const writable = (table: WriteBackTable) => (table.writable ? table.items.filter((r) => !r.drift) : [])

/** The records to write, by entity: what may be written and wasn't taken out. */
export function chosenOf(tables: WriteBackTable[], out: ReadonlySet<string>): Record<string, string[]> {
  const all = tables.map((x) => [x.entity, writable(x).filter((r) => !out.has(rowKey(x.entity, r.id))).map((r) => r.id)] as const)
  return Object.fromEntries(all.filter(([, ids]) => ids.length > 0))
}

/** One transaction of the past. */
export interface PastTransaction {
  id: string
  at: string
  source: string
  entities: string[]
  state: PastWriteBack['state']
  written: number
  actor: string
  error?: string
}

/** Past write-backs, the tables of one transaction in one line. */
export function together(list: PastWriteBack[]): PastTransaction[] {
  const out = new Map<string, PastTransaction>()
  for (const w of list) {
    const t = out.get(w.together)
    if (t) {
      t.entities.push(w.entity)
      t.written += w.written
    } else out.set(w.together, { id: w.together, at: w.at, source: w.source, entities: [w.entity], state: w.state, written: w.written, actor: w.actor_name, error: w.error })
  }
  return [...out.values()]
}
