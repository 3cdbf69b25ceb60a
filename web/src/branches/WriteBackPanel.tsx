import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Modal } from 'antd'
import { CornerUpLeft } from 'lucide-react'
import { useState } from 'react'
import { pastWriteBacks, writeBack, writeBackPlan } from '../api/homes'
import type { WriteBackDone, WriteBackRow } from '../api/homeTypes'
import type { Titles } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, paths } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { problemText } from '../i18n/problems'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { Shown } from './DriftPanel'
import './branches.css'

/** What main holds over its sources, and the reviewed way of writing it there. */
export function WriteBackPanel() {
  const { t, label } = useI18n()
  const schema = useSchema()
  const counts = useQuery({ queryKey: ['lake', 'main', 'writeback'], queryFn: ({ signal }) => writeBackPlan(undefined, signal), retry: false })
  const [chosen, setChosen] = useState('')
  const [done, setDone] = useState<Outcome>()
  if (counts.error) return <Failure error={counts.error} retry={() => void counts.refetch()} />
  if (counts.isPending) return <span className="skeleton" style={{ width: '40%' }} />
  const list = counts.data.entities.filter((c) => c.count > 0)
  const at = list.find((c) => c.entity === chosen)?.entity ?? list[0]?.entity
  return (
    <div className="stack" style={{ gap: 16 }}>
      {done && <Done outcome={done} />}
      {at === undefined ? (
        !done && (
        <Teach icon={CornerUpLeft} title={t('writeback.noneTitle')} text={t('writeback.noneText')} />
        )
      ) : (
        <>
          <p className="soft">{t('writeback.intro')}</p>
          <div className="row wrap" role="tablist">
            {list.map((c) => (
              <button type="button" role="tab" key={c.entity} className="compare-tab" aria-selected={c.entity === at} onClick={() => setChosen(c.entity)} data-testid={testid.writeBack.entity(c.entity)}>
                {label(schema.entity(c.entity)?.plural, c.entity)} <strong>{c.count}</strong>
              </button>
            ))}
          </div>
          <Plan key={at} entity={at} done={setDone} />
        </>
      )}
      <Past />
    </div>
  )
}

interface Outcome {
  result: WriteBackDone
  titles: Map<string, string>
}

/** What a write-back did, and what it left and why. */
function Done({ outcome: { result, titles } }: { outcome: Outcome }) {
  const { t, language } = useI18n()
  return (
    <div className="info-note" role="status" data-testid={testid.writeBack.result} data-written={result.written}>
      <span>
        {t('writeback.done', { n: result.written, cleared: result.cleared })}
        {result.results
          .filter((r) => !r.done)
          .map((r) => (
            <span key={r.id} className="danger" style={{ display: 'block' }}>
              {titles.get(r.id) ?? r.id}：{problemText(language, 'writeback_' + (r.code ?? 'failed'), {}, r.code)}
            </span>
          ))}
      </span>
    </div>
  )
}

function Plan({ entity, done }: { entity: string; done: (o: Outcome) => void }) {
  const { t, label, language } = useI18n()
  const problem = useProblem()
  const schema = useSchema()
  const client = useQueryClient()
  const { data: plan, error, isPending, refetch } = useQuery({ queryKey: ['lake', 'main', 'writeback', entity], queryFn: ({ signal }) => writeBackPlan(entity, signal), retry: false })
  const [out, setOut] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState(false)
  const items = plan?.items ?? []
  const free = items.filter((r) => !r.drift)
  const chosen = free.filter((r) => !out.has(r.id))
  const apply = useMutation({
    mutationFn: () => writeBack(entity, chosen.map((r) => r.id)),
    onSuccess: (r) => {
      done({ result: r, titles: new Map(items.map((x) => [x.id, x.title])) })
      setAsking(false)
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' })
    },
  })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (isPending) return <span className="skeleton" style={{ width: '60%' }} />
  const drifted = items.length - free.length
  return (
    <div className="stack">
      {!plan.writable && <p className="info-note">{problemText(language, plan.reason ?? 'source_read_only', { source: plan.source }, plan.reason)}</p>}
      {drifted > 0 && <p className="warn-line">{t('writeback.drifted', { n: drifted })}</p>}
      {items.length > 0 && (
        <div className="row wrap">
          <Checkbox checked={chosen.length === free.length && free.length > 0} indeterminate={chosen.length > 0 && chosen.length < free.length} disabled={free.length === 0} onChange={(e) => setOut(e.target.checked ? new Set() : new Set(free.map((r) => r.id)))}>
            {t('writeback.chosen', { n: chosen.length, all: items.length })}
          </Checkbox>
          <span className="grow" />
          <Button type="primary" disabled={!plan.writable || chosen.length === 0} onClick={() => setAsking(true)} data-testid={testid.writeBack.apply}>
            {t('writeback.apply', { n: chosen.length, source: plan.source })}
          </Button>
        </div>
      )}
      {items.slice(0, 300).map((r) => (
        <PlanRow key={r.id} entity={entity} row={r} titles={plan.titles} chosen={!r.drift && !out.has(r.id)} choose={(on) => setOut((s) => (on ? new Set([...s].filter((x) => x !== r.id)) : new Set([...s, r.id])))} />
      ))}
      {items.length > 300 && <p className="faint">{t('compare.more', { n: items.length - 300 })}</p>}
      {items.length === 0 && <p className="faint">{t('writeback.nothing', { entity: label(schema.entity(entity)?.plural, entity) })}</p>}
      {asking && (
        <Modal open title={t('writeback.askTitle', { n: chosen.length, source: plan.source })} onCancel={() => setAsking(false)} onOk={() => apply.mutate()} okText={t('writeback.now')} cancelText={t('act.cancel')} okButtonProps={{ loading: apply.isPending, 'data-testid': testid.writeBack.confirm }} width={460}>
          <p>{t('writeback.askText')}</p>
          {apply.error && (
            <p className="error-note" role="alert">
              {problem(apply.error)}
            </p>
          )}
        </Modal>
      )}
    </div>
  )
}

const signs: Record<string, string> = { insert: '+', update: '~', delete: '−' }
const tones: Record<string, string> = { insert: 'added', update: 'changed', delete: 'deleted' }

function PlanRow({ entity, row: r, titles, chosen, choose }: { entity: string; row: WriteBackRow; titles: Titles; chosen: boolean; choose: (on: boolean) => void }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  return (
    <article className={'change-row ' + (tones[r.op] ?? 'changed') + (r.drift ? ' conflicted' : '')} data-testid={testid.writeBack.row} data-id={r.id} data-op={r.op}>
      <header className="row wrap">
        <Checkbox checked={chosen} disabled={r.drift} aria-label={r.title || r.id} onChange={(e) => choose(e.target.checked)} />
        <span className={'op-sign ' + (tones[r.op] ?? 'changed')} aria-label={t(`compare.${(tones[r.op] ?? 'changed') as 'added'}`)}>
          {signs[r.op] ?? '~'}
        </span>
        <Go to={paths.record(entity, r.id)} className="name">
          {r.title || r.id}
        </Go>
        {r.drift ? <span className="pill danger">{t('writeback.moved')}</span> : r.equal ? <span className="pill success">{t('writeback.equal')}</span> : <span className="pill success">{t('writeback.asBefore')}</span>}
      </header>
      {r.cells.length > 0 && (
        <table className="change-cells">
          <thead>
            <tr>
              <th scope="col">{t('filter.field')}</th>
              <th scope="col">{t('drift.beforeHead')}</th>
              <th scope="col">{t('drift.nowHead')}</th>
              <th scope="col">{t('writeback.toHead')}</th>
            </tr>
          </thead>
          <tbody>
            {r.cells.map((c) => {
              const field = schema.field(entity, c.field)
              return (
                <tr key={c.field}>
                  <th scope="row">{label(field?.label, c.field)}</th>
                  <td className="faint">
                    <Shown field={field} cell={c.before} titles={titles} />
                  </td>
                  <td>
                    <Shown field={field} cell={c.now} titles={titles} />
                  </td>
                  <td className="incoming">
                    <Shown field={field} cell={c.to} titles={titles} />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {r.sql && (
        <details className="plan-sql">
          <summary>SQL</summary>
          <pre className="cell-code">{r.sql}</pre>
        </details>
      )}
    </article>
  )
}

/** What was written to sources before. */
function Past() {
  const { t, label, format } = useI18n()
  const schema = useSchema()
  const { data } = useQuery({ queryKey: ['lake', 'main', 'writebacks'], queryFn: ({ signal }) => pastWriteBacks(signal), retry: false })
  if (!data || data.length === 0) return null
  return (
    <details className="compare-log">
      <summary>{t('writeback.past', { n: data.length })}</summary>
      <table className="plain-table">
        <tbody>
          {data.map((w, i) => (
            <tr key={w.id ?? i}>
              <td>
                <time title={format.time(w.at)}>{format.ago(w.at)}</time>
              </td>
              <td>{label(schema.entity(w.entity)?.plural, w.entity)}</td>
              <td>
                <code>{w.source}</code>
              </td>
              <td>{t('writeback.written', { n: w.written })}</td>
              <td className="faint">{w.actor_name}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
