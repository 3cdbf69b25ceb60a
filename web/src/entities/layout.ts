import type { Lineage, LineageEdge, LineageNode } from '../api/homeTypes'

export interface Placed {
  node: LineageNode
  layer: number
  row: number
}

const order: Record<string, number> = { source: 0, table: 1, column: 2, field: 3, entity: 4, view: 5, page: 6 }

/** Edges that say where rows come from; a reference between entities is not one of them. */
const flows = (e: LineageEdge) => e.how !== 'refers'

/** The layer of each node: one more than the furthest that it comes from. Cycles are cut where they close. */
function layersOf(l: Lineage): Map<string, number> {
  const into = new Map<string, string[]>()
  for (const e of l.edges) if (flows(e)) into.set(e.to, [...(into.get(e.to) ?? []), e.from])
  // What is only referred to stands behind what refers to it.
  const placed = new Set([...into.keys(), ...l.edges.filter((e) => flows(e) && e.how !== 'shows').map((e) => e.from)])
  for (const e of l.edges) if (!flows(e) && !placed.has(e.to)) into.set(e.to, [...(into.get(e.to) ?? []), e.from])
  const known = new Map<string, number>()
  const open = new Set<string>()
  const layer = (id: string): number => {
    const had = known.get(id)
    if (had !== undefined) return had
    if (open.has(id)) return -1
    open.add(id)
    const n = Math.max(-1, ...(into.get(id) ?? []).map(layer)) + 1
    open.delete(id)
    known.set(id, n)
    return n
  }
  for (const n of l.nodes) layer(n.id)
  return pulled(l, known)
}

/** Brings each node as near as it may stand to the first that comes from it, so that no edge crosses empty layers. */
function pulled(l: Lineage, layers: Map<string, number>): Map<string, number> {
  const after = [...layers].sort((a, b) => b[1] - a[1])
  for (const [id, at] of after) {
    const next = l.edges.filter((e) => flows(e) && e.from === id && e.how !== 'shows').map((e) => layers.get(e.to) ?? 0)
    if (next.length > 0) layers.set(id, Math.max(at, Math.min(...next) - 1))
  }
  for (const e of l.edges) if (e.how === 'shows') layers.set(e.to, (layers.get(e.from) ?? 0) + 1)
  return layers
}

/** Without the lists of what stands before a node: one looks for where the node is shown. */
export function shownHere(l: Lineage, here: string): Lineage {
  const before = new Set(walk(l, here, true).map((n) => n.id))
  const hidden = new Set(l.edges.filter((e) => e.how === 'shows' && before.has(e.from)).map((e) => e.to))
  return { nodes: l.nodes.filter((n) => !hidden.has(n.id)), edges: l.edges.filter((e) => !hidden.has(e.to)) }
}

/** Places nodes in layers from left to right; within a layer near the ones they are joined to. */
export function layOut(l: Lineage): Placed[] {
  const layers = layersOf(l)
  const columns: LineageNode[][] = []
  for (const n of [...l.nodes].sort((a, b) => (order[a.kind] ?? 9) - (order[b.kind] ?? 9) || a.label.localeCompare(b.label))) (columns[layers.get(n.id) ?? 0] ??= []).push(n)
  const joined = new Map<string, string[]>()
  for (const e of l.edges) {
    joined.set(e.to, [...(joined.get(e.to) ?? []), e.from])
    joined.set(e.from, [...(joined.get(e.from) ?? []), e.to])
  }
  const rows = new Map<string, number>()
  const number = () => columns.forEach((c) => c?.forEach((n, i) => rows.set(n.id, i - (c.length - 1) / 2)))
  number()
  for (let pass = 0; pass < 4; pass++) {
    for (const c of columns) {
      const middle = new Map((c ?? []).map((n) => [n.id, mean((joined.get(n.id) ?? []).map((id) => rows.get(id) ?? 0), rows.get(n.id) ?? 0)]))
      c?.sort((a, b) => (middle.get(a.id) ?? 0) - (middle.get(b.id) ?? 0))
    }
    number()
  }
  return columns.flatMap((c, layer) => (c ?? []).map((node) => ({ node, layer, row: rows.get(node.id) ?? 0 })))
}

const mean = (list: number[], none: number) => (list.length === 0 ? none : list.reduce((a, b) => a + b, 0) / list.length)

/** All nodes before (or behind) one, the nearest first. */
export function walk(l: Lineage, from: string, back: boolean): LineageNode[] {
  const seen = new Set([from])
  let edge = [from]
  const out: LineageNode[] = []
  while (edge.length > 0) {
    const next = l.edges.filter((e) => flows(e) && edge.includes(back ? e.to : e.from)).map((e) => (back ? e.from : e.to))
    edge = [...new Set(next)].filter((id) => !seen.has(id))
    for (const id of edge) {
      seen.add(id)
      const node = l.nodes.find((n) => n.id === id)
      if (node) out.push(node)
    }
  }
  return out
}

/** The same without columns and fields: what they are joined to is joined to their table or entity. */
export function coarse(l: Lineage): Lineage {
  const home = new Map<string, string>()
  for (const n of l.nodes) {
    const whole = n.kind === 'column' ? l.nodes.find((x) => x.kind === 'table' && x.source === n.source && x.table === n.table) : n.kind === 'field' ? l.nodes.find((x) => x.kind === 'entity' && x.entity === n.entity) : n
    if (whole) home.set(n.id, whole.id)
  }
  const edges = new Map<string, LineageEdge>()
  for (const e of l.edges) {
    const [from, to] = [home.get(e.from), home.get(e.to)]
    if (from === undefined || to === undefined || from === to) continue
    const before = edges.get(from + ' ' + to)
    // A table's columns read by fields say no more than the table read by the entity.
    if (!before || before.how === 'reads') edges.set(from + ' ' + to, { ...e, from, to })
  }
  return { nodes: l.nodes.filter((n) => home.get(n.id) === n.id), edges: [...edges.values()] }
}
