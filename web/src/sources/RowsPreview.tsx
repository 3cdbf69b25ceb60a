import type { SourcePreview } from '../api/homeTypes'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { shown } from '../sql/values'
import './sources.css'

/** The first rows of a table as its source gives them. */
export function RowsPreview({ preview }: { preview?: SourcePreview }) {
  const { t } = useI18n()
  if (!preview) return <span className="skeleton" style={{ width: '70%', margin: '12px 0' }} />
  if (preview.rows.length === 0) return <p className="faint">{t('source.noRows')}</p>
  return (
    <div className="rows-preview" tabIndex={0} role="region" aria-label={t('source.firstRows')}>
      <table className="plain-table">
        <thead>
          <tr>
            {preview.columns.map((c) => (
              <th key={c.name} scope="col" title={c.type}>
                {c.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((r, i) => (
            <tr key={i}>
              {preview.columns.map((c, j) => {
                const text = shown(r[j])
                return (
                  <td key={c.name} className="clip" title={text.length > 24 ? text : undefined}>
                    {r[j] === null || r[j] === undefined ? <span className="faint">NULL</span> : text}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
