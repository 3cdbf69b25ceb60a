import { expect, test } from 'vitest'
import type { Lineage } from '../api/homeTypes'
import { coarse, layOut, shownHere, walk } from './layout'

const node = (id: string, kind: Lineage['nodes'][number]['kind']) => ({ id, kind, label: id })
const l: Lineage = {
  nodes: [node('crm', 'source'), node('orders', 'table'), node('e', 'entity'), node('clone', 'entity'), node('report', 'entity'), node('page', 'page'), node('accounts', 'entity')],
  edges: [
    { from: 'crm', to: 'orders', how: 'reads' },
    { from: 'orders', to: 'e', how: 'reads' },
    { from: 'e', to: 'clone', how: 'clones' },
    { from: 'e', to: 'report', how: 'derives' },
    { from: 'clone', to: 'report', how: 'derives' },
    { from: 'report', to: 'page', how: 'shows' },
    { from: 'e', to: 'accounts', how: 'refers' },
  ],
}

test('what comes from others stands right of all of them', () => {
  const at = new Map(layOut(l).map((p) => [p.node.id, p.layer]))
  for (const e of l.edges.filter((x) => x.how !== 'refers')) expect(at.get(e.to), e.to).toBeGreaterThan(at.get(e.from) ?? 99)
  expect(at.get('page')).toBe(5)
  expect(at.get('accounts')).toBe(3)
  expect(new Set(layOut(l).map((p) => p.layer + '/' + p.row)).size).toBe(l.nodes.length)
})

test('a cycle is drawn, not followed for ever', () => {
  const cycle: Lineage = { nodes: [node('a', 'entity'), node('b', 'entity')], edges: [{ from: 'a', to: 'b', how: 'derives' }, { from: 'b', to: 'a', how: 'derives' }] }
  expect(layOut(cycle)).toHaveLength(2)
  expect(walk(cycle, 'a', true).map((n) => n.id)).toEqual(['b'])
})

test('what stands before and behind', () => {
  expect(walk(l, 'report', true).map((n) => n.id)).toEqual(['e', 'clone', 'orders', 'crm'])
  expect(walk(l, 'orders', false).map((n) => n.id)).toEqual(['e', 'clone', 'report', 'page'])
})

test('without fields, their edges are those of their entities', () => {
  const fine: Lineage = {
    nodes: [
      { ...node('t', 'table'), source: 's', table: 't' },
      { ...node('c', 'column'), source: 's', table: 't' },
      { ...node('e', 'entity'), entity: 'e' },
      { ...node('f', 'field'), entity: 'e', field: 'f' },
      { ...node('a', 'entity'), entity: 'a' },
    ],
    edges: [
      { from: 't', to: 'c', how: 'reads' },
      { from: 'c', to: 'f', how: 'reads' },
      { from: 't', to: 'e', how: 'reads' },
      { from: 'f', to: 'a', how: 'refers' },
    ],
  }
  const c = coarse(fine)
  expect(c.nodes.map((n) => n.id)).toEqual(['t', 'e', 'a'])
  expect(c.edges).toEqual([
    { from: 't', to: 'e', how: 'reads' },
    { from: 'e', to: 'a', how: 'refers' },
  ])
})

test('what feeds a node stands right before it, even where others refer to it', () => {
  const risk: Lineage = {
    nodes: [node('src', 'source'), node('t', 'table'), node('contracts', 'entity'), node('accounts', 'entity'), node('risk', 'entity'), node('accounts list', 'page'), node('risk list', 'page')],
    edges: [
      { from: 'src', to: 't', how: 'reads' },
      { from: 't', to: 'contracts', how: 'reads' },
      { from: 'contracts', to: 'risk', how: 'derives' },
      { from: 'accounts', to: 'risk', how: 'derives' },
      { from: 'contracts', to: 'accounts', how: 'refers' },
      { from: 'accounts', to: 'accounts list', how: 'shows' },
      { from: 'risk', to: 'risk list', how: 'shows' },
    ],
  }
  const at = new Map(layOut(risk).map((p) => [p.node.id, p.layer]))
  expect(at.get('risk')).toBe(3)
  expect(at.get('accounts')).toBe(2)
  expect(shownHere(risk, 'risk').nodes.map((n) => n.id)).not.toContain('accounts list')
  expect(shownHere(risk, 'risk').nodes.map((n) => n.id)).toContain('risk list')
})
