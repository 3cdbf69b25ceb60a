import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, type CSSProperties } from 'react'
import type { QueryResult } from '../api/types'
import { useI18n } from '../i18n'
import { testid } from '../testids'
import { shown } from './values'

const numeric = /int|decimal|double|float|numeric|real|hugeint/i

/** Column widths from the heads and the first rows; Chinese characters are twice as wide. */
export function widths(result: Pick<QueryResult, 'columns' | 'rows'>): number[] {
  const size = (s: string) => [...s.slice(0, 60)].reduce((n, c) => n + (c > '\u2e80' ? 2 : 1), 0)
  return result.columns.map((c, i) => {
    const longest = result.rows.slice(0, 100).reduce((n, r) => Math.max(n, size(shown(r[i]))), size(c.name) + 2)
    return Math.min(360, Math.max(72, longest * 7.4 + 24))
  })
}

/** The answer of a query; only the rows that can be seen exist. */
export function ResultGrid({ result }: { result: QueryResult }) {
  const { t } = useI18n()
  const scroll = useRef<HTMLDivElement>(null)
  const sizes = useMemo(() => widths(result), [result])
  const virtual = useVirtualizer({ count: result.rows.length, getScrollElement: () => scroll.current, estimateSize: () => 28, overscan: 20 })
  const template = '52px ' + sizes.map((w) => Math.round(w) + 'px').join(' ')
  const style = { '--columns': template, width: 52 + sizes.reduce((a, b) => a + Math.round(b), 0), minWidth: '100%' } as CSSProperties
  return (
    <div className="sql-grid" ref={scroll} role="table" tabIndex={0} aria-label={t('sql.result')} aria-rowcount={result.rows.length} data-testid={testid.sql.grid}>
      <div className="sql-head" role="row" style={style}>
        <span className="faint num">#</span>
        {result.columns.map((c, i) => (
          <span key={i} role="columnheader" className={'clip' + (numeric.test(c.type) ? ' num' : '')} title={c.name + ' · ' + c.type}>
            {c.name}
          </span>
        ))}
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative', ...style }}>
        {virtual.getVirtualItems().map((v) => (
          <div key={v.index} className="sql-row" role="row" style={{ transform: `translateY(${v.start}px)` }}>
            <span className="faint num">{v.index + 1}</span>
            {result.columns.map((c, i) => {
              const value = result.rows[v.index]?.[i]
              const text = shown(value)
              return (
                <span key={i} role="cell" className={'clip' + (numeric.test(c.type) ? ' num' : '')} title={text.length > 24 ? text : undefined}>
                  {value === null || value === undefined ? <span className="faint">NULL</span> : text}
                </span>
              )
            })}
          </div>
        ))}
      </div>
    </div>
  )
}
