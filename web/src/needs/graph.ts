import type { NeedGraph } from '../api/needs'
import type { Label } from '../api/types'

export type Column = 'process' | 'signal' | 'need' | 'capability' | 'metric'
export const columns: Column[] = ['process', 'signal', 'need', 'capability', 'metric']

/** One thing that is known of an industry. Its id holds its column, since two columns may use the same names. */
export interface Node {
  id: string
  column: Column
  /** Its own id within the packs. */
  key: string
  name: Label
  hidden?: boolean
  facts: { what: 'because' | 'ask' | 'limits' | 'measure' | 'pain' | 'goal'; text: Label }[]
  pack?: string
  systems?: string[]
}

export interface Graph {
  nodes: Node[]
  /** Pairs of ids, from left to right. */
  edges: [string, string][]
}

/** Process → signal → need → capability → metric, without what no signal of the industry leads to. */
export function graphOf(g: NeedGraph): Graph {
  const nodes = new Map<string, Node>()
  const edges: [string, string][] = []
  const add = (n: Node) => void (nodes.has(n.id) || nodes.set(n.id, n))
  const reached = new Set<string>()
  for (const p of g.processes) {
    const from = 'process/' + p.id
    add({ id: from, column: 'process', key: p.id, name: p.name, facts: [], pack: p.pack, systems: p.systems })
    for (const s of p.signals) {
      const at = 'signal/' + p.id + '/' + s.id
      add({ id: at, column: 'signal', key: s.id, name: s.text, hidden: s.kind === 'hidden', facts: [{ what: 'because', text: s.because }, ...(s.ask ? [{ what: 'ask' as const, text: s.ask }] : [])] })
      edges.push([from, at])
      for (const code of s.needs) {
        if (!g.known.some((k) => k.code === code)) continue
        reached.add(code)
        edges.push([at, 'need/' + code])
      }
    }
  }
  for (const k of g.known) {
    if (!reached.has(k.code)) continue
    add({ id: 'need/' + k.code, column: 'need', key: k.code, name: k.name, facts: [{ what: 'pain', text: k.pain }, { what: 'goal', text: k.goal }, { what: 'ask', text: k.confirm }], pack: k.pack })
    for (const c of k.capabilities) {
      add({ id: 'capability/' + c.id, column: 'capability', key: c.id, name: c.name, facts: [{ what: 'because', text: c.does }, { what: 'limits', text: c.limits }] })
      edges.push(['need/' + k.code, 'capability/' + c.id])
    }
    for (const m of k.metrics) {
      add({ id: 'metric/' + m.id, column: 'metric', key: m.id, name: m.name, facts: [{ what: 'measure', text: m.measure }] })
      edges.push(['need/' + k.code, 'metric/' + m.id])
    }
  }
  return { nodes: [...nodes.values()], edges }
}

/** What lies on a way through a node: everything before it and everything behind it. */
export function through(g: Graph, id: string): Set<string> {
  const out = new Set([id])
  const walk = (at: string, back: boolean) => {
    for (const [from, to] of g.edges) {
      const [here, next] = back ? [to, from] : [from, to]
      if (here === at && !out.has(next)) {
        out.add(next)
        walk(next, back)
      }
    }
  }
  walk(id, true)
  walk(id, false)
  return out
}
