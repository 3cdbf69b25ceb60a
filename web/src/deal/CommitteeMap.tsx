import { Background, Controls, Handle, MarkerType, Position, ReactFlow, useNodesState, type Connection, type Edge, type Node, type NodeProps } from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Committee, Person } from '../api/pursuit'
import { useI18n } from '../i18n'
import { useTheme } from '../theme/ThemeProvider'
import '../i18n/deal'
import { useOptionName } from './useDeal'

type Card = Node<{ person: Person; role: string; stance: string; weight: string; met: string; inWay: boolean }, 'person'>

const wide = 210
const high = 120

/** Who stands where: by what was saved, else in a grid under who decides. */
export function places(members: Person[]): Map<string, { x: number; y: number }> {
  const out = new Map<string, { x: number; y: number }>()
  const rows = [members.filter((m) => m.role === 'decides'), members.filter((m) => m.role === 'budget' || m.role === 'technical' || m.role === 'business'), members.filter((m) => !['decides', 'budget', 'technical', 'business'].includes(m.role ?? ''))]
  rows.forEach((row, y) => row.forEach((m, x) => out.set(m.member ?? '', { x: x * (wide + 30) + (y === 0 ? wide : 0), y: y * (high + 40) })))
  for (const m of members) if (m.x !== undefined && m.y !== undefined) out.set(m.member ?? '', { x: m.x, y: m.y })
  return out
}

/**
 * The map of people: drag or use arrows to place, pull a line to say who influences whom;
 * by keys, L begins a line at the person that has the focus and Enter on another ends it.
 */
export function CommitteeMap({ data, chosen, mayEdit, moved, linked, open }: { data: Committee; chosen: string; mayEdit: boolean; moved: (member: string, x: number, y: number) => void; linked: (from: string, to: string | null) => void; open: (member: string) => void }) {
  const { t, format } = useI18n()
  const option = useOptionName('committee')
  const { name: theme } = useTheme()
  const cards = useMemo(() => {
    const at = places(data.members)
    const way = new Set(data.way.steps.map((s) => s.member))
    const weight = (m: Person) => m.weight ?? String(data.roles.find((r) => r.id === m.role)?.weight ?? '')
    return data.members.map(
      (m): Card => ({
        id: m.member ?? '',
        type: 'person',
        position: at.get(m.member ?? '') ?? { x: 0, y: 0 },
        data: { person: m, role: option('role', m.role), stance: option('stance', m.stance), weight: weight(m) && weight(m) !== '0' ? weight(m) + '%' : '', met: m.last_met ? t('committee.met', { date: format.date(m.last_met) }) : t('committee.unmet'), inWay: way.has(m.member) },
        selected: m.member === chosen,
        ariaLabel: m.name + ' ' + option('role', m.role) + ' ' + option('stance', m.stance),
      }),
    )
  }, [data, chosen, option, t, format])
  const [nodes, setNodes, onNodesChange] = useNodesState<Card>(cards)
  useEffect(() => setNodes(cards), [cards, setNodes])
  const nameOf = useCallback((member: string) => data.members.find((m) => m.member === member)?.name ?? '', [data])
  const edges = useMemo(() => {
    const byContact = new Map(data.members.map((m) => [m.contact, m.member]))
    const steps = data.way.steps
    const onWay = (a?: string, b?: string) => steps.some((s, i) => s.member === a && steps[i + 1]?.member === b)
    const out: Edge[] = []
    for (const m of data.members) {
      if (m.influences) out.push({ id: 'i' + m.member, source: m.member ?? '', target: m.influences, label: t('committee.influences'), ariaLabel: t('committee.line', { a: m.name, b: nameOf(m.influences) }), className: onWay(m.member, m.influences) ? 'way' : '', markerEnd: { type: MarkerType.ArrowClosed } })
      const boss = byContact.get(m.reports_to)
      if (m.reports_to && boss) out.push({ id: 'r' + m.member, source: m.member ?? '', target: boss, label: t('committee.reports'), ariaLabel: t('committee.reportsLine', { a: m.name, b: nameOf(boss) }), className: 'reports' + (onWay(m.member, boss) ? ' way' : ''), deletable: false })
    }
    return out
  }, [data, nameOf, t])
  const [from, begin] = useState('')
  const later = useRef<ReturnType<typeof setTimeout>>(undefined)
  const keys = (e: KeyboardEvent<HTMLElement>) => {
    const id = (e.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset['id']
    if (!id || e.ctrlKey || e.metaKey || e.altKey) return
    if (e.key.toLowerCase() === 'l' && mayEdit && !from) begin(id)
    else if (e.key === 'Escape' && from) begin('')
    else if (e.key === 'Enter' && from) {
      if (from !== id) linked(from, id)
      begin('')
    } else if (e.key === 'Enter') open(id)
    else if (e.key.startsWith('Arrow') && mayEdit) return saveSoon(id)
    else return
    e.preventDefault()
    e.stopPropagation()
  }
  // Arrows move a chosen person; where that ends is saved once.
  const latest = useRef(nodes)
  latest.current = nodes
  const saveSoon = (id: string) => {
    clearTimeout(later.current)
    later.current = setTimeout(() => {
      const n = latest.current.find((x) => x.id === id)
      const saved = cards.find((x) => x.id === id)
      if (n && saved && (n.position.x !== saved.position.x || n.position.y !== saved.position.y)) moved(id, Math.round(n.position.x), Math.round(n.position.y))
    }, 700)
  }
  const connect = (c: Connection) => c.source !== c.target && linked(c.source, c.target)
  return (
    <div className={'committee-map' + (from ? ' linking' : '')} role="group" aria-label={t('committee.map')} onKeyDownCapture={keys}>
      <p className="committee-say" aria-live="polite">
        {from && t('committee.linking', { name: nameOf(from) })}
      </p>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={types}
        colorMode={theme}
        onNodesChange={onNodesChange}
        onNodeDragStop={(_, n) => mayEdit && moved(n.id, Math.round(n.position.x), Math.round(n.position.y))}
        onNodeClick={(_, n) => open(n.id)}
        ariaLabelConfig={{ 'node.a11yDescription.default': t('committee.nodeHelp'), 'node.a11yDescription.keyboardDisabled': t('committee.nodeHelp'), 'edge.a11yDescription.default': t('committee.edgeHelp') }}
        onConnect={connect}
        onEdgesDelete={(list) => list.forEach((e) => linked(e.source, null))}
        nodesDraggable={mayEdit}
        nodesConnectable={mayEdit}
        deleteKeyCode={mayEdit ? ['Backspace', 'Delete'] : null}
        fitView
        fitViewOptions={{ maxZoom: 1 }}
        minZoom={0.3}
        maxZoom={1.5}
        proOptions={{ hideAttribution: true }}
      >
        <Background />
        <Controls showInteractive={false} position="top-left" />
      </ReactFlow>
    </div>
  )
}

function PersonCard({ data, selected }: NodeProps<Card>) {
  const { person, role, stance, weight, met, inWay } = data
  return (
    <div className={'person-card ' + (person.stance ?? '') + (selected ? ' selected' : '') + (inWay ? ' in-way' : '')}>
      <Handle type="target" position={Position.Bottom} />
      <strong className="clip">{person.name}</strong>
      <span className="faint clip">{person.title}</span>
      <span className="row wrap">
        {role && <span className="pill">{role}{weight && ' ' + weight}</span>}
        {stance && <span className="stance">{stance}</span>}
      </span>
      <span className="faint">{met}</span>
      <Handle type="source" position={Position.Top} />
    </div>
  )
}

const types = { person: PersonCard }
