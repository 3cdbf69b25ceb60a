import { expect, test } from 'vitest'
import type { NeedGraph } from '../api/needs'
import { graphOf, through } from './graph'

const text = (s: string) => ({ zh: s, en: s })
const capability = (id: string) => ({ id, name: text(id), does: text(''), limits: text(''), status: 'shipped' })
const metric = (id: string) => ({ id, name: text(id), unit: text(''), better: 'lower', measure: text('') })
const need = (code: string, capabilities: string[], metrics: string[]) => ({ code, name: text(code), pain: text(''), goal: text(''), confirm: text(''), neighbours: [], capabilities: capabilities.map(capability), metrics: metrics.map(metric), pack: 'p' })
const signal = (id: string, needs: string[]) => ({ id, text: text(id), kind: 'hidden', needs, because: text('') })

const g = graphOf({
  revision: 1,
  product: 'p',
  products: [],
  industries: [],
  heard: [],
  processes: [{ id: 'loans', name: text('loans'), industry: 'finance', systems: [], pack: 'f', signals: [signal('retype', ['A', 'elsewhere']), signal('late', ['B'])] }],
  known: [need('A', ['copy'], ['hours']), need('B', ['copy'], ['age']), need('C', ['other'], ['none'])],
} as unknown as NeedGraph)

test('only what a signal of the industry leads to is in the picture', () => {
  expect(g.nodes.map((n) => n.id).sort()).toEqual(['capability/copy', 'metric/age', 'metric/hours', 'need/A', 'need/B', 'process/loans', 'signal/loans/late', 'signal/loans/retype'])
})

test('from a signal one comes to its own need, capability and metric', () => {
  expect([...through(g, 'signal/loans/retype')].sort()).toEqual(['capability/copy', 'metric/hours', 'need/A', 'process/loans', 'signal/loans/retype'])
})

test('from a metric one comes back to the needs that it measures', () => {
  expect([...through(g, 'metric/age')].sort()).toEqual(['metric/age', 'need/B', 'process/loans', 'signal/loans/late'])
})
