import type { Condition } from '../api/profile'

export interface Difference {
  id: string
  kind: 'onlyHere' | 'onlyThere' | 'changed'
  here?: Condition
  there?: Condition
}

const same = (a: Condition, b: Condition) => a.if === b.if && (a.of ?? '') === (b.of ?? '') && a.weight === b.weight && !!a.must === !!b.must

/** How the conditions of a version differ from another's; by id, reasons aside. */
export function differences(here: Condition[], there: Condition[]): Difference[] {
  const out: Difference[] = []
  for (const c of here) {
    const other = there.find((o) => o.id === c.id)
    if (!other) out.push({ id: c.id, kind: 'onlyHere', here: c })
    else if (!same(c, other)) out.push({ id: c.id, kind: 'changed', here: c, there: other })
  }
  for (const c of there) if (!here.some((o) => o.id === c.id)) out.push({ id: c.id, kind: 'onlyThere', there: c })
  return out
}
