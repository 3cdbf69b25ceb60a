import { useMutation } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { Download, Play, Route, Square } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { explainQuery } from '../api/homes'
import { cancelQuery, exportQuery, runQuery } from '../api/sql'
import { Problem } from '../api/problem'
import { Failure } from '../app/Failure'
import { keyName } from '../app/keys'
import { MAIN, usePlace } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useToasts } from '../app/Toasts'
import { homeKind, namedIn, stateOf } from '../homes/home'
import { ModeBadge } from '../homes/ModeBadge'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { Editor, type EditorHandle } from './Editor'
import { ExplainPanel } from './ExplainPanel'
import { ResultGrid } from './ResultGrid'
import { SchemaPanel } from './SchemaPanel'
import { SqlHelp } from './SqlHelp'
import './sql.css'

const kept = 'headwater.sql'
const first = "SELECT stage, count(*) AS deals\nFROM deals\nGROUP BY stage\nORDER BY deals DESC"
const examples: { key: 'sql.example1' | 'sql.example2' | 'sql.example3'; sql: string }[] = [
  { key: 'sql.example1', sql: first },
  { key: 'sql.example2', sql: 'SELECT a.name, count(d.id) AS deals\nFROM accounts a\nJOIN deals d ON d.account = a.id\nGROUP BY a.name\nORDER BY deals DESC\nLIMIT 20' },
  { key: 'sql.example3', sql: 'SELECT u.name, a.kind, count(*) AS n\nFROM activities a\nJOIN users u ON u.id = a.owner\nGROUP BY ALL\nORDER BY n DESC' },
]

/** SELECT over all entities of the branch that is shown. */
export default function SqlPage() {
  const { t, format, language } = useI18n()
  const [tab, setTab] = useState<'rows' | 'plan'>('rows')
  const place = usePlace()
  const { branch } = place
  const schema = useSchema()
  const problem = useProblem()
  const toasts = useToasts()
  const editor = useRef<EditorHandle>(null)
  const [text, setText] = useState(() => localStorage.getItem(kept) ?? first)
  const running = useRef<{ id: string; stop: AbortController } | null>(null)
  const change = (s: string) => {
    setText(s)
    localStorage.setItem(kept, s)
  }
  const query = useMutation({
    mutationFn: () => {
      running.current = { id: crypto.randomUUID(), stop: new AbortController() }
      return runQuery(place, text, running.current.id, running.current.stop.signal)
    },
    retry: false,
    onMutate: () => setTab('rows'),
    onSettled: () => (running.current = null),
  })
  const explain = useMutation({ mutationFn: () => explainQuery(place, text, language === 'en' ? 'en' : 'zh'), retry: false, onSuccess: () => setTab('plan') })
  const save = useMutation({
    mutationFn: () => exportQuery(place, text),
    onSuccess: (blob) => {
      const url = URL.createObjectURL(blob)
      const a = document.createElement('a')
      a.href = url
      a.download = 'query.csv'
      a.click()
      URL.revokeObjectURL(url)
    },
    onError: toasts.fail,
  })
  const run = () => !query.isPending && text.trim() !== '' && query.mutate()
  const cancel = () => {
    const now = running.current
    if (!now) return
    void cancelQuery(now.id).catch(() => undefined)
    now.stop.abort()
  }
  const stopped = query.error instanceof DOMException && query.error.name === 'AbortError'
  const result = query.data
  // Numbers of homes that aren't the lake's own say how fresh they are.
  const asked = useMemo(() => (result ? namedIn(text, schema.entities).filter((e) => homeKind(e) !== 'native').slice(0, 6) : []), [result, schema])
  return (
    <div className="page sql-page">
      <SchemaPanel entities={schema.entities} insert={(s) => editor.current?.insert(s)} />
      <div className="sql-main">
        <div className="page-head">
          <h1>{t('nav.sql')}</h1>
          {branch !== MAIN && <span className="pill info">{branch}</span>}
          <span className="grow" />
          <span className="row wide-only" style={{ gap: 4 }}>
            {examples.map((e) => (
              <Button key={e.key} size="small" type="text" onClick={() => editor.current?.replace(e.sql)}>
                {t(e.key)}
              </Button>
            ))}
          </span>
          <SqlHelp entities={schema.entities} insert={(s) => editor.current?.replace(s)} />
          <Button icon={<Route size={14} />} loading={explain.isPending} disabled={text.trim() === ''} onClick={() => explain.mutate()} data-testid={testid.sql.explain}>
            {t('explain.short')}
          </Button>
          {result && (
            <Button icon={<Download size={14} />} loading={save.isPending} onClick={() => save.mutate()} data-testid={testid.sql.export}>
              CSV
            </Button>
          )}
          {query.isPending ? (
            <Button icon={<Square size={13} />} onClick={cancel} data-testid={testid.sql.cancel}>
              {t('act.cancel')}
            </Button>
          ) : (
            <Button type="primary" icon={<Play size={13} />} onClick={run} data-testid={testid.sql.run}>
              {t('sql.run')} <span style={{ opacity: 0.7 }}>{keyName('mod')}↵</span>
            </Button>
          )}
        </div>
        <Editor ref={editor} value={text} onChange={change} run={run} entities={schema.entities} />
        <div className="sql-result" aria-busy={query.isPending}>
          {explain.data && (
            <div className="sql-tabs">
              <Segmented
                size="small"
                value={tab}
                onChange={setTab}
                options={[
                  { value: 'rows', label: t('sql.result') },
                  { value: 'plan', label: t('explain.title') },
                ]}
              />
            </div>
          )}
          {tab === 'plan' && explain.data && <ExplainPanel plan={explain.data} />}
          {explain.error && (
            <pre className="error-note sql-error" role="alert">
              {problem(explain.error)}
            </pre>
          )}
          {tab === 'rows' && query.error && (
            <>
              <pre className="error-note sql-error" role="alert" data-testid={testid.sql.error}>
                {stopped ? t('sql.stopped') : problem(query.error)}
              </pre>
              {query.error instanceof Problem && query.error.code === 'sql_invalid' && query.error.params['reason'] && <p className="sql-said faint">{t('sql.said', { message: query.error.params['message'] ?? '' })}</p>}
              {query.error instanceof Problem && query.error.code === 'entity_floating' && <Failure error={query.error} />}
            </>
          )}
          {tab === 'rows' && result && !query.error && (
            <>
              <ResultGrid key={result.id} result={result} />
              <div className="list-foot" data-testid={testid.sql.stats} data-rows={result.rows.length}>
                <span>{result.more ? t('sql.firstRows', { n: result.rows.length }) : t('import.rows', { n: result.rows.length })}</span>
                {asked.map((e) => (
                  <span key={e.name} className="row" style={{ gap: 4 }}>
                    <code>{e.name}</code>
                    <ModeBadge state={stateOf(e)} />
                  </span>
                ))}
                <span className="faint">{t('list.ms', { ms: format.number(Math.round(result.ms * 10) / 10) })}</span>
              </div>
            </>
          )}
          {tab === 'rows' && !result && !query.error && <p className="sql-hint faint">{query.isPending ? t('sql.running') : t('sql.hint')}</p>}
        </div>
      </div>
    </div>
  )
}
