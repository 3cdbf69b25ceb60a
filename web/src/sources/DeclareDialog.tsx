import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query'
import { Button, Drawer } from 'antd'
import { AlertTriangle, Check } from 'lucide-react'
import { useMemo, useState } from 'react'
import { declareEntities, getTable } from '../api/homes'
import type { Declared, TableInfo } from '../api/homeTypes'
import { Go, MAIN, paths, useBranch } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { problemText } from '../i18n/problems'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { DraftForm } from './DraftForm'
import { edited, toBody, wrongName, type DraftEdit, type EditedDraft } from './drafts'

interface Props {
  source: string
  tables: string[] // empty: all that aren't declared yet
  total: number
  close: () => void
  declared: () => void
}

/** Turns tables into entities: what is proposed for each, open to correction. */
export function DeclareDialog({ source, tables, total, close, declared }: Props) {
  const { t } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const client = useQueryClient()
  const schema = useSchema()
  const [at, setAt] = useState(tables[0] ?? '')
  const [edits, setEdits] = useState<ReadonlyMap<string, DraftEdit>>(new Map())
  const [result, setResult] = useState<Declared>()
  const all = tables.length === 0
  const asked = useQueries({
    queries: tables.slice(0, 60).map((table) => ({ queryKey: ['lake', branch, 'table', source, table], queryFn: ({ signal }: { signal: AbortSignal }) => getTable(branch, source, table, signal), staleTime: 60_000 })),
  })
  const drafts = useMemo(() => {
    const out = new Map<string, EditedDraft>()
    asked.forEach((q, i) => {
      const table = tables[i]
      if (table && q.data) out.set(table, edited(q.data.proposal, edits.get(table)))
    })
    return out
  }, [asked, edits, tables])
  const list = [...drafts.values()]
  const wrong = (table: string) => {
    const d = drafts.get(table)
    return d && wrongName(d, list, (n) => schema.entity(n) !== undefined)
  }
  const declare = useMutation({
    mutationFn: () => declareEntities(branch, all ? { source, all: true } : toBody(source, tables, drafts)),
    onSuccess: (r) => {
      setResult(r)
      declared()
      void client.invalidateQueries({ queryKey: ['lake', branch] })
      void client.invalidateQueries({ queryKey: ['sources'] })
    },
  })
  const blocked = tables.some((x) => wrong(x) !== undefined)
  const here = drafts.get(at)
  const hereAt = tables.indexOf(at)
  return (
    <Drawer
      open
      title={result ? t('declare.doneTitle') : all ? t('declare.allTitle', { source }) : t('declare.title', { n: tables.length })}
      onClose={close}
      size={tables.length > 1 ? 940 : 720}
      footer={
        <div className="row">
          <span className="grow faint">{branch !== MAIN && !result && t('declare.onBranch', { branch })}</span>
          {result ? (
            <Button type="primary" onClick={close}>
              {t('act.done')}
            </Button>
          ) : (
            <>
              <Button onClick={close}>{t('act.cancel')}</Button>
              <Button type="primary" loading={declare.isPending} disabled={blocked || (all && total === 0)} onClick={() => declare.mutate()} data-testid={testid.sources.declareSubmit}>
                {t('declare.now', { n: all ? total : tables.length })}
              </Button>
            </>
          )}
        </div>
      }
    >
      {result ? (
        <Result result={result} close={close} />
      ) : all ? (
        <div className="stack">
          <p>{t('declare.allText', { n: total, source })}</p>
          <p className="faint">{t('declare.allHint')}</p>
        </div>
      ) : (
        <div className={tables.length > 1 ? 'declare-split' : ''}>
          {tables.length > 1 && (
            <nav className="declare-list" aria-label={t('source.table')}>
              {tables.map((x) => (
                <button type="button" key={x} className="plain declare-item" aria-current={x === at} onClick={() => setAt(x)}>
                  <code className="clip grow">{x}</code>
                  {wrong(x) ? <AlertTriangle size={14} className="danger" aria-label={t('declare.fixName')} /> : drafts.has(x) ? <Check size={14} className="added" aria-hidden /> : null}
                </button>
              ))}
            </nav>
          )}
          <div>
            {asked[hereAt]?.error && (
              <p className="error-note" role="alert">
                {problem(asked[hereAt]?.error)}
              </p>
            )}
            {!here && !asked[hereAt]?.error && hereAt < 60 && <span className="skeleton" style={{ width: '60%' }} />}
            {hereAt >= 60 && <p className="faint">{t('declare.proposedLater')}</p>}
            {here && asked[hereAt]?.data && (
              <DraftForm
                key={at}
                source={source}
                table={at}
                proposal={asked[hereAt].data.proposal}
                texts={asked[hereAt].data.table.texts === true}
                draft={here}
                links={linksOf(asked[hereAt].data.table, drafts)}
                wrong={wrong(at)}
                edit={edits.get(at) ?? {}}
                change={(e) => setEdits((m) => new Map(m).set(at, e))}
              />
            )}
          </div>
        </div>
      )}
      {declare.error && (
        <p className="error-note" role="alert" style={{ marginTop: 12 }}>
          {problem(declare.error)}
        </p>
      )}
    </Drawer>
  )
}

/** Foreign keys of one column to tables that are declared along with this one: they become references. */
function linksOf(table: TableInfo, drafts: ReadonlyMap<string, EditedDraft>): Record<string, string> {
  const out: Record<string, string> = {}
  for (const r of table.relations ?? []) {
    const target = drafts.get(r.table)
    if (r.columns.length === 1 && r.columns[0] && target?.key.length === 1) out[r.columns[0]] = target.label.zh || target.name
  }
  return out
}

/** What was declared, and what is worth knowing about it. */
function Result({ result, close }: { result: Declared; close: () => void }) {
  const { t, label, language } = useI18n()
  return (
    <div className="stack" data-testid={testid.sources.declared}>
      <p className="ok-note">{t('declare.done', { n: result.items.length })}</p>
      <table className="plain-table">
        <tbody>
          {result.items.map((e) => {
            const notes = (result.notes ?? []).filter((n) => n.entity === e.name)
            return (
              <tr key={e.name}>
                <td>
                  <Go to={paths.entity(e.name)} onClick={close}>
                    {label(e.plural, e.name)}
                  </Go>{' '}
                  <code className="faint">{e.name}</code>
                  {notes.map((n, i) => (
                    <small key={i} className="warn-line">
                      <AlertTriangle size={12} aria-hidden /> {problemText(language, n.code, { field: n.field ?? '', entity: n.entity ?? '' }, n.detail)}
                    </small>
                  ))}
                </td>
                <td className="num">
                  <Go to={paths.list(e.name)} onClick={close}>
                    {t('entity.openList')}
                  </Go>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {(result.notes ?? []).some((n) => n.table) && <p className="warn-line">{t('declare.leftOut', { n: (result.notes ?? []).filter((n) => n.table).length })}</p>}
      {(result.notes ?? [])
        .filter((n) => !result.items.some((e) => e.name === n.entity))
        .map((n, i) => (
          <p key={i} className="info-note">
            {n.table && <code>{n.table} </code>}
            {problemText(language, n.code, { field: n.field ?? '', entity: n.entity ?? '', table: n.table ?? '', ...n.params }, n.detail)}
          </p>
        ))}
    </div>
  )
}
