import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input } from 'antd'
import { ChevronLeft, Eye, PlugZap, Search, TableProperties } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useParams } from 'react-router'
import { listTables, testSource } from '../api/homes'
import type { SourceTable } from '../api/homeTypes'
import { Failure } from '../app/Failure'
import { useKeys } from '../app/keys'
import { Go, paths, useBranch, useGo } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { DeclareDialog } from './DeclareDialog'
import { kindIcon, useKindName } from './kinds'
import { SourceDialog } from './SourceDialog'
import { SourceState } from './SourcesPage'
import { TablePeek } from './TablePeek'
import { TestSteps } from './TestSteps'
import { useSources } from './useSources'
import './sources.css'

const most = 400

/** One source: what it holds, and what of it is declared. */
export default function SourcePage() {
  const { name = '' } = useParams()
  const { t, format } = useI18n()
  const branch = useBranch()
  const go = useGo()
  const rights = useRights()
  const client = useQueryClient()
  const toasts = useToasts()
  const kindName = useKindName()
  const sources = useSources()
  const source = sources.data?.items.find((s) => s.name === name)
  const tables = useQuery({ queryKey: ['lake', branch, 'tables', name], queryFn: ({ signal }) => listTables(branch, name, signal), staleTime: 30_000 })
  const [words, setWords] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [declaring, setDeclaring] = useState<string[] | null>(null)
  const [peek, setPeek] = useState('')
  const [editing, setEditing] = useState(false)
  const find = useRef<HTMLInputElement>(null)
  const test = useMutation({ mutationFn: () => testSource(name), onSettled: () => client.invalidateQueries({ queryKey: ['sources'] }), onError: toasts.fail })
  useKeys({ '/': () => find.current?.focus(), Escape: () => (peek ? setPeek('') : go('/sources')) })

  const all = tables.data ?? []
  const shown = useMemo(() => {
    const q = words.trim().toLowerCase()
    return q ? all.filter((x) => x.name.toLowerCase().includes(q) || (x.label ?? '').toLowerCase().includes(q)) : all
  }, [all, words])
  const fresh = shown.filter((x) => (x.entities ?? []).length === 0)
  const choose = (names: string[], on: boolean) =>
    setChosen((c) => {
      const next = new Set(c)
      for (const n of names) (on ? next.add(n) : next.delete(n))
      return next
    })
  if (sources.error) return <Failure error={sources.error} retry={() => void sources.refetch()} />
  const Icon = kindIcon(source?.kind ?? '')
  const may = rights.schema
  const allChosen = fresh.length > 0 && fresh.every((x) => chosen.has(x.name))
  return (
    <div className="page">
      <div className="page-head source-head">
        <Go to="/sources" className="icon-button" aria-label={t('nav.sources')}>
          <ChevronLeft size={16} />
        </Go>
        <Icon size={17} strokeWidth={1.75} aria-hidden />
        <h1>{name}</h1>
        {source && (
          <>
            <span className="soft wide-only">{kindName(source.kind)}</span>
            {!test.data && !test.isPending && <SourceState source={source} />}
          </>
        )}
        <span className="grow" />
        {sources.data?.may_manage && (
          <>
            <Button icon={<PlugZap size={14} />} loading={test.isPending} onClick={() => test.mutate()}>
              {t('source.test')}
            </Button>
            {source && !source.built_in && <Button onClick={() => setEditing(true)}>{t('act.edit')}</Button>}
          </>
        )}
      </div>
      <div className="source-main">
        <div className="source-list">
          <TestSteps tested={test.data} busy={test.isPending} />
          {source && <p className="faint clip source-url" title={source.url}>{source.url}</p>}
          <div className="row source-tools">
            <Input ref={(i) => void (find.current = i?.input ?? null)} prefix={<Search size={14} aria-hidden />} allowClear placeholder={t('source.findTable')} aria-label={t('source.findTable')} value={words} onChange={(e) => setWords(e.target.value)} data-testid={testid.sources.find} />
            <span className="faint" style={{ whiteSpace: 'nowrap' }}>{t('source.tableCount', { n: all.length })}</span>
            <span className="grow" />
            {may && all.length > 0 && (
              <Button onClick={() => setDeclaring([])} data-testid={testid.sources.declareAll}>
                {t('source.declareAll')}
              </Button>
            )}
          </div>
          {tables.error ? (
            <Failure error={tables.error} retry={() => void tables.refetch()} />
          ) : tables.isPending ? (
            <div className="stack" style={{ paddingTop: 12 }}>
              {[60, 40, 50].map((w) => (
                <span key={w} className="skeleton" style={{ width: w + '%' }} />
              ))}
            </div>
          ) : all.length === 0 ? (
            <Teach icon={TableProperties} title={t('source.noTables')} text={t('source.noTablesText')} />
          ) : (
            <table className="plain-table tables-table">
              <thead>
                <tr>
                  {may && (
                    <th scope="col" className="check">
                      <Checkbox checked={allChosen} indeterminate={!allChosen && chosen.size > 0} aria-label={t('source.chooseAll')} onChange={(e) => choose(fresh.map((x) => x.name), e.target.checked)} />
                    </th>
                  )}
                  <th scope="col">{t('source.table')}</th>
                  <th scope="col" className="num">{t('source.rows')}</th>
                  <th scope="col" className="num wide-only">{t('source.size')}</th>
                  <th scope="col">{t('source.declaredAs')}</th>
                </tr>
              </thead>
              <tbody>
                {shown.slice(0, most).map((x) => (
                  <TableRow key={x.name} table={x} may={may} chosen={chosen.has(x.name)} choose={(on) => choose([x.name], on)} peeked={peek === x.name} peek={() => setPeek(peek === x.name ? '' : x.name)} />
                ))}
              </tbody>
            </table>
          )}
          {shown.length > most && <p className="faint">{t('source.moreTables', { n: shown.length - most })}</p>}
          {words && shown.length === 0 && all.length > 0 && <p className="faint">{t('source.noMatch')}</p>}
        </div>
        {peek && <TablePeek key={peek} source={name} table={peek} close={() => setPeek('')} declare={may ? () => setDeclaring([peek]) : undefined} />}
      </div>
      {chosen.size > 0 && (
        <div className="source-bar" role="toolbar" aria-label={t('bulk.title')}>
          <strong>{t('source.chosen', { n: chosen.size })}</strong>
          <span className="grow faint wide-only">{t('source.rowsInAll', { n: format.compact(all.filter((x) => chosen.has(x.name)).reduce((n, x) => n + Math.max(0, x.rows), 0)) })}</span>
          <Button onClick={() => setChosen(new Set())}>{t('bulk.clear')}</Button>
          <Button type="primary" onClick={() => setDeclaring([...chosen])} data-testid={testid.sources.declare}>
            {t('source.declare', { n: chosen.size })}
          </Button>
        </div>
      )}
      {declaring && (
        <DeclareDialog
          source={name}
          tables={declaring}
          total={all.filter((x) => (x.entities ?? []).length === 0).length}
          close={() => setDeclaring(null)}
          declared={() => setChosen(new Set())}
        />
      )}
      {editing && source && sources.data && <SourceDialog list={sources.data} source={source} close={() => setEditing(false)} saved={() => (setEditing(false), toasts.done(t('act.saved')))} />}
    </div>
  )
}

function TableRow({ table: x, may, chosen, choose, peeked, peek }: { table: SourceTable; may: boolean; chosen: boolean; choose: (on: boolean) => void; peeked: boolean; peek: () => void }) {
  const { t, label, format } = useI18n()
  const schema = useSchema()
  return (
    <tr className={peeked ? 'peeked' : ''} data-testid={testid.sources.table(x.name)}>
      {may && (
        <td className="check">
          <Checkbox checked={chosen} aria-label={t('source.choose', { table: x.name })} onChange={(e) => choose(e.target.checked)} data-testid={testid.sources.tableCheck(x.name)} />
        </td>
      )}
      <td>
        <button type="button" className="plain table-name" onClick={peek} aria-expanded={peeked}>
          <code>{x.name}</code>
          {x.label && <span className="faint clip">{x.label}</span>}
          {x.view && <span className="pill">{t('source.view')}</span>}
          {x.travels && <span className="pill">{t('source.travels')}</span>}
          <Eye size={13} className="faint eye" aria-hidden />
        </button>
      </td>
      <td className="num">{x.rows < 0 ? <span className="faint">—</span> : format.compact(x.rows)}</td>
      <td className="num wide-only">{x.bytes < 0 ? <span className="faint">—</span> : format.bytes(x.bytes)}</td>
      <td>
        {(x.entities ?? []).length === 0 ? (
          <span className="faint">{t('source.notDeclared')}</span>
        ) : (
          (x.entities ?? []).map((e, i) => (
            <span key={e}>
              {i > 0 && '、'}
              <Go to={paths.entity(e)}>{label(schema.entity(e)?.plural, e)}</Go>
            </span>
          ))
        )}
      </td>
    </tr>
  )
}
