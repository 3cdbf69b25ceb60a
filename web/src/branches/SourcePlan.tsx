import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Modal } from 'antd'
import { useState } from 'react'
import { writeBack, writeBackPlan } from '../api/homes'
import type { WriteBackDone, WriteBackRow, WriteBackTable } from '../api/homeTypes'
import type { Titles } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, paths } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { problemText } from '../i18n/problems'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { Shown } from './DriftPanel'
import { chosenOf, rowKey, writable } from './writeBacks'

/** What a write-back did, with what its rows are called. */
export interface Outcome {
  result: WriteBackDone
  titles: Map<string, string>
}

/** All that main holds over one source, table by table in the order of writing; one button writes it in one transaction. */
export function SourcePlan({ source, done }: { source: string; done: (o: Outcome) => void }) {
  const { t } = useI18n()
  const { data: plan, error, isPending, refetch } = useQuery({ queryKey: ['lake', 'main', 'writeback', source], queryFn: ({ signal }) => writeBackPlan({ source }, signal), retry: false })
  const [out, setOut] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState(false)
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (isPending) return <span className="skeleton" style={{ width: '60%' }} />
  const records = chosenOf(plan.tables, out)
  const n = Object.values(records).reduce((sum, ids) => sum + ids.length, 0)
  const all = plan.tables.reduce((sum, x) => sum + x.items.length, 0)
  const drifted = plan.tables.reduce((sum, x) => sum + x.items.filter((r) => r.drift).length, 0)
  const choose = (keys: string[], on: boolean) => setOut((s) => (on ? new Set([...s].filter((x) => !keys.includes(x))) : new Set([...s, ...keys])))
  return (
    <div className="stack" style={{ gap: 14 }}>
      {drifted > 0 && <p className="warn-line">{t('writeback.drifted', { n: drifted })}</p>}
      {all > 0 && (
        <div className="row wrap plan-act">
          <strong>{t('writeback.chosen', { n, all })}</strong>
          {Object.keys(records).length > 1 && <span className="faint">{t('writeback.inOne', { n: Object.keys(records).length })}</span>}
          <span className="grow" />
          <Button type="primary" disabled={n === 0} onClick={() => setAsking(true)} data-testid={testid.writeBack.apply}>
            {t('writeback.apply', { n, source })}
          </Button>
        </div>
      )}
      {plan.tables.map((x) => (
        <PlanTable key={x.entity} table={x} source={source} titles={plan.titles} out={out} choose={choose} />
      ))}
      {all === 0 && <p className="faint">{t('writeback.nothing', { source })}</p>}
      {asking && <Confirm source={source} records={records} n={n} titles={titlesOf(plan.tables)} close={() => setAsking(false)} done={done} />}
    </div>
  )
}

const titlesOf = (tables: WriteBackTable[]) => new Map(tables.flatMap((x) => x.items.map((r) => [rowKey(x.entity, r.id), r.title] as const)))

interface ConfirmProps {
  source: string
  records: Record<string, string[]>
  n: number
  titles: Map<string, string>
  close: () => void
  done: (o: Outcome) => void
}

function Confirm({ source, records, n, titles, close, done }: ConfirmProps) {
  const { t, label } = useI18n()
  const problem = useProblem()
  const schema = useSchema()
  const client = useQueryClient()
  const apply = useMutation({
    mutationFn: () => writeBack(source, records),
    onSuccess: (result) => {
      done({ result, titles })
      close()
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' })
    },
  })
  return (
    <Modal open title={t('writeback.askTitle', { n, source })} onCancel={close} onOk={() => apply.mutate()} okText={t('writeback.now')} cancelText={t('act.cancel')} okButtonProps={{ loading: apply.isPending, 'data-testid': testid.writeBack.confirm }} width={460}>
      <p>{t('writeback.askText')}</p>
      <ul className="plan-sums">
        {Object.entries(records).map(([entity, ids]) => (
          <li key={entity}>
            {label(schema.entity(entity)?.plural, entity)} <strong>{ids.length}</strong>
          </li>
        ))}
      </ul>
      {apply.error && (
        <p className="error-note" role="alert">
          {problem(apply.error)}
        </p>
      )}
    </Modal>
  )
}

const rowsShown = 200

interface TableProps {
  table: WriteBackTable
  source: string
  titles: Titles
  out: ReadonlySet<string>
  choose: (keys: string[], on: boolean) => void
}

function PlanTable({ table: x, source, titles, out, choose }: TableProps) {
  const { t, label, language } = useI18n()
  const schema = useSchema()
  const name = label(schema.entity(x.entity)?.plural, x.entity)
  const keys = writable(x).map((r) => rowKey(x.entity, r.id))
  const taken = keys.filter((k) => !out.has(k)).length
  return (
    <section className="stack" aria-label={name} data-testid={testid.writeBack.entity(x.entity)}>
      <div className="row wrap">
        <Checkbox checked={taken === keys.length && taken > 0} indeterminate={taken > 0 && taken < keys.length} disabled={keys.length === 0} onChange={(e) => choose(keys, e.target.checked)}>
          <strong>{name}</strong>
        </Checkbox>
        <code className="faint">{x.table}</code>
        <span className="faint">{t('writeback.chosenOf', { n: taken, all: x.items.length })}</span>
      </div>
      {!x.writable && <p className="info-note">{problemText(language, x.reason ?? 'source_read_only', { source, table: x.table, entity: name }, x.reason)}</p>}
      {x.items.slice(0, rowsShown).map((r) => (
        <PlanRow key={r.id} entity={x.entity} row={r} titles={titles} chosen={keys.includes(rowKey(x.entity, r.id)) && !out.has(rowKey(x.entity, r.id))} fixed={r.drift || !x.writable} choose={(on) => choose([rowKey(x.entity, r.id)], on)} />
      ))}
      {x.items.length > rowsShown && <p className="faint">{t('compare.more', { n: x.items.length - rowsShown })}</p>}
    </section>
  )
}

const signs: Record<string, string> = { insert: '+', update: '~', delete: '−' }
const tones: Record<string, string> = { insert: 'added', update: 'changed', delete: 'deleted' }

interface RowProps {
  entity: string
  row: WriteBackRow
  titles: Titles
  chosen: boolean
  /** It can't be written, so there is nothing to choose. */
  fixed: boolean
  choose: (on: boolean) => void
}

function PlanRow({ entity, row: r, titles, chosen, fixed, choose }: RowProps) {
  const { t } = useI18n()
  return (
    <article className={'change-row ' + (tones[r.op] ?? 'changed') + (r.drift ? ' conflicted' : '')} data-testid={testid.writeBack.row} data-id={r.id} data-op={r.op}>
      <header className="row wrap">
        <Checkbox checked={chosen} disabled={fixed} aria-label={r.title || r.id} onChange={(e) => choose(e.target.checked)} />
        <span className={'op-sign ' + (tones[r.op] ?? 'changed')} aria-label={t(`compare.${(tones[r.op] ?? 'changed') as 'added'}`)}>
          {signs[r.op] ?? '~'}
        </span>
        <Go to={paths.record(entity, r.id)} className="name">
          {r.title || r.id}
        </Go>
        {r.drift ? <span className="pill danger">{t('writeback.moved')}</span> : <span className="pill success">{t(r.equal ? 'writeback.equal' : 'writeback.asBefore')}</span>}
      </header>
      {r.cells.length > 0 && <PlanCells entity={entity} row={r} titles={titles} />}
      {r.sql && (
        <details className="plan-sql">
          <summary>SQL</summary>
          <pre className="cell-code">{r.sql}</pre>
        </details>
      )}
    </article>
  )
}

function PlanCells({ entity, row, titles }: { entity: string; row: WriteBackRow; titles: Titles }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  return (
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
        {row.cells.map((c) => {
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
  )
}
