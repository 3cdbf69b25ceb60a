import { useQuery } from '@tanstack/react-query'
import { Background, Controls, Handle, MarkerType, Position, ReactFlow, type Edge, type Node, type NodeProps } from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import { Checkbox, Select } from 'antd'
import { AppWindow, Bookmark, Cable, Columns3, Table2, Tags, Waypoints, type LucideIcon } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { entityLineage } from '../api/homes'
import type { LineageNode, NodeKind } from '../api/homeTypes'
import type { Entity } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, paths, useBranch, useGo } from '../app/navigation'
import { entityIcon } from '../app/Rail'
import { Teach } from '../app/Teach'
import { useNarrow } from '../app/useNarrow'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { coarse, layOut, shownHere, walk } from './layout'

const icons: Partial<Record<NodeKind, LucideIcon>> = { source: Cable, table: Table2, column: Columns3, field: Tags, page: AppWindow, view: Bookmark }
const kindNames: Record<NodeKind, TextKey> = { source: 'node.source', table: 'node.table', column: 'node.column', entity: 'node.entity', field: 'node.field', page: 'node.page', view: 'node.view' }
const ways: Record<string, TextKey> = { reads: 'edge.reads', clones: 'edge.clones', derives: 'edge.derives', refers: 'edge.refers', shows: 'edge.shows' }

type Card = Node<{ node: LineageNode; text: string; kind: string; here: boolean }, 'card'>

const wide = 208
const high = 62

/** Where a click on a node leads: to the same picture of another entity, or to what it stands for. */
function target(n: LineageNode, entity: string): string | undefined {
  if ((n.kind === 'source' || n.kind === 'table' || n.kind === 'column') && n.source) return paths.source(n.source)
  if (!n.entity) return undefined
  if (n.kind === 'page' || n.kind === 'view') return paths.list(n.entity)
  if (n.kind === 'field' && n.field) return paths.entity(n.entity, 'lineage') + '&field=' + encodeURIComponent(n.field)
  return n.entity === entity ? undefined : paths.entity(n.entity, 'lineage')
}

/** From source columns to pages: a picture one can walk, and a list that says the same. */
export default function LineageTab({ entity }: { entity: Entity }) {
  const { t, label } = useI18n()
  const branch = useBranch()
  const schema = useSchema()
  const go = useGo()
  const narrow = useNarrow()
  const [params, setParams] = useSearchParams()
  const field = params.get('field') ?? undefined
  const [fine, setFine] = useState(false)
  const asked = useQuery({ queryKey: ['lake', branch, 'lineage', entity.name, field], queryFn: ({ signal }) => entityLineage(branch, entity.name, field, signal) })
  const { error, isPending, refetch } = asked
  const data = useMemo(() => {
    const l = asked.data && (field || fine ? asked.data : coarse(asked.data))
    const self = l?.nodes.find((n) => n.kind === 'entity' && n.entity === entity.name)
    return l && self ? shownHere(l, self.id) : l
  }, [asked.data, field, fine, entity.name])
  const said = (n: LineageNode): string => {
    if (n.kind === 'entity') return label(schema.entity(n.entity ?? '')?.plural, n.label)
    if (n.kind === 'field' && n.entity && n.field) return label(schema.field(n.entity, n.field)?.label, n.label)
    if (n.kind === 'page' && n.entity) return t('node.listOf', { entity: label(schema.entity(n.entity)?.plural, n.entity) })
    return n.label
  }
  const here = data?.nodes.find((n) => (field ? n.kind === 'field' && n.field === field && n.entity === entity.name : n.kind === 'entity' && n.entity === entity.name))
  const { nodes, edges } = useMemo(() => {
    const nodes: Card[] = layOut(data ?? { nodes: [], edges: [] }).map(({ node, layer, row }) => ({
      id: node.id,
      type: 'card',
      position: { x: layer * (wide + 52), y: row * high },
      data: { node, text: said(node), kind: t(kindNames[node.kind] ?? 'node.entity'), here: node.id === here?.id },
      ariaLabel: t(kindNames[node.kind] ?? 'node.entity') + ' ' + said(node),
    }))
    const edges: Edge[] = (data?.edges ?? []).map((e) => ({
      id: e.from + '→' + e.to + e.how,
      source: e.from,
      target: e.to,
      label: ways[e.how] && e.how !== 'reads' && e.how !== 'shows' ? t(ways[e.how] as TextKey) : undefined,
      className: e.how,
      markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 },
    }))
    return { nodes, edges }
  }, [data, here?.id, label, t, schema])
  const open = (n: LineageNode) => {
    const to = target(n, entity.name)
    if (to) go(to)
  }
  const choose = (f: string | undefined) =>
    setParams((p) => {
      const next = new URLSearchParams(p)
      if (f) next.set('field', f)
      else next.delete('field')
      return next
    })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return (
    <div className="lineage">
      <div className="row wrap lineage-tools">
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          value={field}
          placeholder={t('lineage.allFields')}
          aria-label={t('lineage.allFields')}
          options={entity.fields.map((f) => ({ value: f.name, label: label(f.label, f.name) }))}
          onChange={choose}
          style={{ width: 220 }}
        />
        {!field && (
          <Checkbox checked={fine} onChange={(e) => setFine(e.target.checked)}>
            {t('lineage.fine')}
          </Checkbox>
        )}
        <span className="faint wide-only">{t('lineage.hint')}</span>
      </div>
      {isPending ? (
        <span className="skeleton" style={{ width: '50%', margin: 20 }} />
      ) : nodes.length <= 1 && edges.length === 0 ? (
        <Teach icon={Waypoints} title={t('lineage.noneTitle')} text={t('lineage.noneText')} />
      ) : (
        <div className="lineage-split">
          {!narrow && (
            <div className="lineage-canvas" data-testid={testid.entity.lineage} data-nodes={nodes.length}>
              <ReactFlow<Card, Edge>
                key={entity.name + (field ?? '') + fine}
                nodes={nodes}
                edges={edges}
                nodeTypes={nodeTypes}
                nodesDraggable={false}
                nodesConnectable={false}
                edgesFocusable={false}
                fitView
                fitViewOptions={{ maxZoom: 1, minZoom: 0.5, padding: 0.15 }}
                minZoom={0.2}
                onNodeClick={(_, n) => open(n.data.node)}
                onKeyDown={(e) => {
                  if (e.key !== 'Enter') return
                  const id = (e.target as HTMLElement).closest('.react-flow__node')?.getAttribute('data-id')
                  const n = nodes.find((x) => x.id === id)
                  if (n) open(n.data.node)
                }}
              >
                <Background gap={24} size={1} color="var(--line)" />
                <Controls showInteractive={false} aria-label={t('lineage.controls')} />
              </ReactFlow>
            </div>
          )}
          {data && here && (
            <div className="lineage-lists">
              <NodeList title={t('lineage.before')} nodes={walk(data, here.id, true)} said={said} entity={entity.name} />
              <NodeList title={t('lineage.behind')} nodes={walk(data, here.id, false)} said={said} entity={entity.name} />
            </div>
          )}
        </div>
      )}
    </div>
  )
}

function NodeList({ title, nodes, said, entity }: { title: string; nodes: LineageNode[]; said: (n: LineageNode) => string; entity: string }) {
  const { t } = useI18n()
  return (
    <section>
      <h2>
        {title} <span className="faint">{nodes.length}</span>
      </h2>
      {nodes.length === 0 && <p className="faint">{t('lineage.nothing')}</p>}
      <ul>
        {nodes.map((n) => {
          const to = target(n, entity)
          const Icon = n.kind === 'entity' ? entityIcon(n.entity ?? '') : (icons[n.kind] ?? Table2)
          return (
            <li key={n.id}>
              <Icon size={13} strokeWidth={1.75} aria-label={t(kindNames[n.kind] ?? 'node.entity')} />
              {to ? (
                <Go to={to} className="clip">
                  {said(n)}
                </Go>
              ) : (
                <span className="clip">{said(n)}</span>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function CardNode({ data: d }: NodeProps<Card>) {
  const Icon = d.node.kind === 'entity' ? entityIcon(d.node.entity ?? '') : (icons[d.node.kind] ?? Table2)
  return (
    <div className={'lineage-card is-' + d.node.kind + (d.here ? ' here' : '')} style={{ width: wide }} data-testid={testid.entity.node(d.node.id)}>
      <Handle type="target" position={Position.Left} />
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <span className="grow">
        <strong className="clip" title={d.text}>
          {d.text}
        </strong>
        <small className="faint clip">{d.kind + (d.node.entity && d.node.kind !== 'page' ? ' · ' + d.node.entity : d.node.source && d.node.kind !== 'source' ? ' · ' + d.node.source : '')}</small>
      </span>
      <Handle type="source" position={Position.Right} />
    </div>
  )
}

const nodeTypes = { card: CardNode }
