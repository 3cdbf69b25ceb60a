import { useQueries, useQueryClient } from '@tanstack/react-query'
import { Popover, Progress } from 'antd'
import { Upload, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { getImport } from '../api/imports'
import type { Import } from '../api/types'
import { Go, onBranch, paths } from '../app/navigation'
import { Link } from 'react-router'
import { useI18n } from '../i18n'
import { testid } from '../testids'
import { untrack, useTracked } from './tracked'

export const importKey = (id: string) => ['import', id]

/** How far an import is, in percent. */
export const percent = (i: Import) => (i.state === 'running' || i.state === 'interrupted' ? (i.total_bytes > 0 ? Math.min(99, Math.floor((i.done_bytes / i.total_bytes) * 100)) : 0) : 100)

/** The work that goes on while one does something else. */
export function ImportTray() {
  const { t, format } = useI18n()
  const ids = useTracked()
  const client = useQueryClient()
  const answers = useQueries({
    queries: ids.map((id) => ({ queryKey: importKey(id), queryFn: () => getImport(id), retry: false, refetchInterval: (q: { state: { data?: Import } }) => (q.state.data?.state === 'running' ? 800 : false) as number | false })),
  })
  const items = answers.flatMap((a) => (a.data ? [a.data] : []))
  const gone = ids.find((_, i) => answers[i]?.isError)
  useEffect(() => {
    if (gone) untrack(gone)
  }, [gone])
  const running = items.filter((i) => i.state === 'running')
  const before = useRef(0)
  useEffect(() => {
    if (running.length < before.current) void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' })
    before.current = running.length
  }, [running.length, client])
  if (items.length === 0) return null
  const list = (
    <div className="stack" style={{ width: 300 }}>
      {items.map((i) => (
        <div key={i.id} className="stack" style={{ gap: 2 }}>
          <div className="row">
            <Link className="grow clip" to={onBranch(paths.import(i.id), i.branch)}>
              {i.file}
            </Link>
            {i.state !== 'running' && (
              <button type="button" className="icon-button" aria-label={t('act.remove')} onClick={() => untrack(i.id)}>
                <X size={14} />
              </button>
            )}
          </div>
          {i.state === 'running' && <Progress percent={percent(i)} size="small" showInfo={false} />}
          <small className="faint">
            {i.state === 'running' ? t('import.rateLeft', { rate: format.compact(Math.round(i.rate)), left: format.duration(i.seconds_left) }) : t(`import.state.${i.state}`)} · {t('import.rowsRead', { n: i.read })}
          </small>
        </div>
      ))}
      <Go to="/imports">{t('import.all')}</Go>
    </div>
  )
  return (
    <Popover trigger="click" placement="bottomRight" content={list} title={t('nav.imports')}>
      <button type="button" className="icon-button" style={{ width: 'auto', padding: '0 6px', display: 'inline-flex', gap: 6, alignItems: 'center' }} aria-label={t('import.tray')} data-testid={testid.shell.tray} data-running={running.length}>
        <Upload size={16} />
        {running[0] && <span className="num">{percent(running[0])}%</span>}
      </button>
    </Popover>
  )
}
