import { useQuery } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { KeyRound, X } from 'lucide-react'
import { useState } from 'react'
import { getTable, previewTable } from '../api/homes'
import { useBranch } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { testid } from '../testids'
import { RowsPreview } from './RowsPreview'

/** A table beside the list: its columns, or its first rows. */
export function TablePeek({ source, table, close, declare }: { source: string; table: string; close: () => void; declare?: () => void }) {
  const { t } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const [tab, setTab] = useState<'columns' | 'rows'>('rows')
  const about = useQuery({ queryKey: ['lake', branch, 'table', source, table], queryFn: ({ signal }) => getTable(branch, source, table, signal), staleTime: 60_000 })
  const rows = useQuery({ queryKey: ['lake', branch, 'source-rows', source, table], queryFn: ({ signal }) => previewTable(branch, source, table, signal), enabled: tab === 'rows', staleTime: 60_000 })
  const error = tab === 'rows' ? rows.error : about.error
  const key = about.data?.table.key ?? []
  return (
    <aside className="table-peek" aria-label={table} data-testid={testid.sources.peek}>
      <div className="row">
        <h2 className="grow clip">
          <code>{table}</code>
        </h2>
        <Segmented
          size="small"
          value={tab}
          onChange={setTab}
          options={[
            { value: 'rows', label: t('source.firstRows') },
            { value: 'columns', label: t('source.columns') },
          ]}
        />
        {declare && (
          <Button size="small" type="primary" onClick={declare}>
            {t('source.declareOne')}
          </Button>
        )}
        <button type="button" className="icon-button" onClick={close} aria-label={t('act.close')}>
          <X size={15} />
        </button>
      </div>
      {error && (
        <p className="error-note" role="alert">
          {problem(error)}
        </p>
      )}
      {tab === 'rows' && !rows.error && <RowsPreview preview={rows.data} />}
      {tab === 'columns' && (
        <table className="plain-table">
          <tbody>
            {(about.data?.table.columns ?? []).map((c) => (
              <tr key={c.name}>
                <td>
                  <code>{c.name}</code> {key.includes(c.name) && <KeyRound size={12} aria-label={t('declare.key')} />}
                </td>
                <td className="faint">{c.native}</td>
                <td className="faint">{c.label}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </aside>
  )
}
