import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { needGraph, type NeedGraph } from '../api/needs'
import { Failure } from '../app/Failure'
import { useBranch } from '../app/navigation'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/needs'
import { WaitingFacts } from '../records/list/Peek'
import { testid } from '../testids'
import { columns, graphOf, through, type Node } from './graph'
import { useAddress } from './NeedsPage'

const factKeys: Record<Node['facts'][number]['what'], TextKey> = { because: 'need.because', ask: 'need.ask', limits: 'need.limits', measure: 'need.measure', pain: 'need.pain', goal: 'need.goal' }

/** The knowledge of an industry as five columns that one walks: a click shows what hangs together. */
export function IndustryGraph() {
  const { t, label, format } = useI18n()
  const branch = useBranch()
  const [at, put] = useAddress()
  const [industry, product] = [at('industry'), at('product')]
  const [chosen, setChosen] = useState('')
  const { data, error, refetch } = useQuery({
    queryKey: ['lake', branch, 'needs-graph', industry || 'finance', product],
    queryFn: ({ signal }) => needGraph(branch, industry || 'finance', product || undefined, signal),
    placeholderData: keepPreviousData,
  })
  const graph = useMemo(() => data && graphOf(data), [data])
  const shown = useMemo(() => (graph && chosen && graph.nodes.some((n) => n.id === chosen) ? through(graph, chosen) : undefined), [graph, chosen])
  const host = useRef<HTMLDivElement>(null)
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data || !graph) return <WaitingFacts />
  const node = shown && graph.nodes.find((n) => n.id === chosen)
  const leave = (e: KeyboardEvent) => {
    const to = step(host.current, e.target, e.key)
    if (!to) return
    e.preventDefault()
    to.focus()
  }
  return (
    <div className="needs-graph">
      <p className="soft">{t('need.graphIntro')}</p>
      <div className="row wrap">
        <Select
          size="small"
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('need.industry')}
          value={industry || 'finance'}
          onChange={(v: string) => {
            put({ industry: v })
            setChosen('')
          }}
          options={[...data.industries.map((i) => ({ value: i.id, label: label(i.name, i.id) })), { value: 'other', label: t('need.anyIndustry') }]}
          popupMatchSelectWidth={false}
          style={{ minWidth: 140 }}
        />
        {data.products.length > 1 && (
          <Select
            size="small"
            aria-label={t('need.product')}
            value={data.product}
            onChange={(v: string) => {
              put({ product: v })
              setChosen('')
            }}
            options={data.products.map((p) => ({ value: p.id, label: label(p.name, p.id) }))}
            popupMatchSelectWidth={false}
            style={{ maxWidth: 'min(100%, 360px)' }}
          />
        )}
        {data.industry && (
          <span className="faint" title={label(data.industry.why)}>
            {t('need.fit', { n: data.industry.fit })}
          </span>
        )}
        <span className="grow" />
        {shown && (
          <Button size="small" type="link" onClick={() => setChosen('')}>
            {t('need.graphAll')}
          </Button>
        )}
      </div>
      {data.industry && <p>{label(data.industry.summary)}</p>}
      {node && <Detail node={node} graph={data} systems={node.systems?.length ? t('need.systems', { list: format.list(node.systems) }) : ''} />}
      <div className="graph-columns" ref={host} onKeyDown={leave}>
        {columns.map((c) => {
          const list = graph.nodes.filter((n) => n.column === c && (!shown || shown.has(n.id)))
          return (
            <section key={c} aria-label={t(`need.column.${c}`)} data-testid={testid.needs.column(c)} data-count={list.length}>
              <h2>
                {t(`need.column.${c}`)} <span className="faint">{list.length}</span>
              </h2>
              {list.map((n) => (
                <button key={n.id} type="button" className={`plain graph-node is-${n.column}${n.hidden ? ' hidden' : ''}${n.id === chosen ? ' here' : ''}`} aria-pressed={n.id === chosen} onClick={() => setChosen(n.id === chosen ? '' : n.id)} data-testid={testid.needs.node(n.id)}>
                  {n.column === 'need' && <code className="faint">{n.key} </code>}
                  {label(n.name)}
                  {n.column === 'need' && <Heard graph={data} code={n.key} />}
                </button>
              ))}
            </section>
          )
        })}
      </div>
    </div>
  )
}

/** How many customers of the industry said that they have the need. */
function Heard({ graph, code }: { graph: NeedGraph; code: string }) {
  const { t } = useI18n()
  const n = graph.heard.find((h) => h.code === code)?.accounts ?? 0
  return n > 0 ? <small className="pill success">{t('need.heard', { n })}</small> : null
}

function Detail({ node: n, graph, systems }: { node: Node; graph: NeedGraph; systems: string }) {
  const { t, label } = useI18n()
  return (
    <section className="card graph-detail" aria-live="polite">
      <p>
        <span className="faint">{t(`need.column.${n.column}`)}</span>{' '}
        <strong>
          {n.column === 'need' && n.key + ' '}
          {label(n.name)}
        </strong>{' '}
        {n.column === 'signal' && <span className={'pill kind-' + (n.hidden ? 'hidden' : 'explicit')}>{t(n.hidden ? 'need.kind.hidden' : 'need.kind.explicit')}</span>}
      </p>
      <dl className="chain">
        {n.facts.map((f, i) => (
          <div key={i}>
            <dt>{t(factKeys[f.what])}</dt>
            <dd>{label(f.text)}</dd>
          </div>
        ))}
      </dl>
      {systems && <p className="soft">{systems}</p>}
      {n.pack && <p className="faint">{t('need.fromPack', { pack: n.pack })}</p>}
      {n.column === 'need' && <Heard graph={graph} code={n.key} />}
    </section>
  )
}

/** The node that an arrow key leads to: up and down in a column, left and right to the next one. */
function step(host: HTMLElement | null, from: EventTarget, key: string): HTMLElement | undefined {
  if (!host || !(from instanceof HTMLElement)) return undefined
  const lists = [...host.querySelectorAll('section')].map((s) => [...s.querySelectorAll<HTMLElement>('button')])
  const x = lists.findIndex((l) => l.includes(from))
  const y = lists[x]?.indexOf(from) ?? -1
  if (y < 0) return undefined
  const beside = (by: number): HTMLElement | undefined => {
    for (let i = x + by; i >= 0 && i < lists.length; i += by) {
      const list = lists[i] ?? []
      if (list.length > 0) return list[Math.min(y, list.length - 1)]
    }
    return undefined
  }
  switch (key) {
    case 'ArrowDown':
      return lists[x]?.[y + 1]
    case 'ArrowUp':
      return lists[x]?.[y - 1]
    case 'ArrowRight':
      return beside(1)
    case 'ArrowLeft':
      return beside(-1)
  }
  return undefined
}
