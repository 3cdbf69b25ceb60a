import { useEffect, useRef } from 'react'
import type { Entity, Row, Titles } from '../../api/types'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { CellView } from '../inputs/CellView'
import { isEmpty } from '../inputs/cell'
import type { Column } from './columns'

interface Props {
  entity: Entity
  columns: Column[]
  rows: Row[]
  titles: Titles
  more: boolean
  loading: boolean
  loadMore: () => void
  open: (r: Row) => void
}

/** The list on a phone: a name and the facts beside it. */
export function Cards({ entity, columns, rows, titles, more, loading, loadMore, open }: Props) {
  const { t } = useI18n()
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const at = end.current
    if (!at || !more || loading) return
    const watch = new IntersectionObserver((e) => e.some((x) => x.isIntersecting) && loadMore(), { rootMargin: '400px' })
    watch.observe(at)
    return () => watch.disconnect()
  }, [more, loading, loadMore])
  const title = columns.find((c) => c.path === entity.title) ?? columns[0]
  return (
    <div className="record-cards" data-testid={testid.list.grid} data-loaded={rows.length}>
      {rows.map((r, i) => (
        <button type="button" key={r.id || i} className="record-card" onClick={() => open(r)} data-testid={testid.list.row} data-id={r.id}>
          <div className="title">{title && <CellView field={title.field} cell={r.cells[title.path]} titles={titles} plain />}</div>
          <div className="facts">
            {columns
              .filter((c) => c !== title && !isEmpty(r.cells[c.path]) && !c.field.long)
              .slice(0, 5)
              .map((c) => (
                <CellView key={c.path} field={c.field} cell={r.cells[c.path]} titles={titles} plain />
              ))}
          </div>
        </button>
      ))}
      {loading && <p className="faint" style={{ padding: 16 }}>{t('app.loading')}</p>}
      <div ref={end} style={{ height: 1 }} />
    </div>
  )
}
