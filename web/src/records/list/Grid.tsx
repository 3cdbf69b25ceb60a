import { useVirtualizer } from '@tanstack/react-virtual'
import { Checkbox } from 'antd'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { forwardRef, useEffect, useImperativeHandle, useRef, type CSSProperties, type MouseEvent } from 'react'
import type { Cell, Row, Titles } from '../../api/types'
import { Go, paths } from '../../app/navigation'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { CellInput } from '../inputs/CellInput'
import { CellView } from '../inputs/CellView'
import { isNumeric } from '../inputs/cell'
import type { Column } from './columns'
import { readOrder } from './state'
import { useDraft } from './useDraft'
import './grid.css'

export interface Spot {
  row: number
  column: number
}

export interface GridHandle {
  show: (row: number) => void
  focus: () => void
}

interface Props {
  entity: string
  label: string
  columns: Column[]
  rows: Row[]
  titles: Titles
  total?: number
  more: boolean
  loading: boolean
  loadMore: () => void
  order: string
  sort: (path: string, add: boolean) => void
  spot: Spot
  setSpot: (s: Spot) => void
  peek: string
  open: (row: Row, how: 'peek' | 'page') => void
  selected: Set<string>
  select: (ids: string[], on: boolean) => void
  selectable: boolean
  editing: Spot | null
  edit: (s: Spot | null) => void
  mayEdit: (c: Column) => boolean
  save: (row: Row, column: Column, cell: Cell) => void
}

const rowHeight = 34

/** A virtual table: only the rows that can be seen exist. */
export const Grid = forwardRef<GridHandle, Props>(function Grid(props, ref) {
  const { t } = useI18n()
  const { columns, rows, total, more, loading, loadMore, spot, selected, select, selectable } = props
  const scroll = useRef<HTMLDivElement>(null)
  const waiting = more || loading ? 4 : 0
  const virtual = useVirtualizer({ count: rows.length + waiting, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 12 })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && !loading && last >= rows.length - 25) loadMore()
  }, [last, more, loading, loadMore, rows.length])
  useImperativeHandle(ref, () => ({ show: (row) => virtual.scrollToIndex(row, { align: 'auto' }), focus: () => scroll.current?.focus() }), [virtual])

  const template = (selectable ? '36px ' : '12px ') + columns.map((c, i) => (i === 0 ? `minmax(${c.width}px, 1.4fr)` : `minmax(${c.width}px, 1fr)`)).join(' ')
  const width = (selectable ? 36 : 12) + columns.reduce((n, c) => n + c.width, 0)
  const style = { '--columns': template, '--left': selectable ? '36px' : '12px', minWidth: width } as CSSProperties
  const all = rows.length > 0 && rows.every((r) => selected.has(r.id))
  return (
    <div className="grid" ref={scroll} onScroll={(e) => e.currentTarget.toggleAttribute('data-scrolled', e.currentTarget.scrollLeft > 0)} role="grid" tabIndex={0} aria-label={props.label} aria-rowcount={total ?? -1} aria-colcount={columns.length + 1} aria-activedescendant={rows[spot.row] ? `cell-${spot.row}-${spot.column}` : undefined} data-testid={testid.list.grid} data-loaded={rows.length}>
      <div className="grid-head" role="row" style={style}>
        <div className="grid-check" role="columnheader">
          {selectable && <Checkbox checked={all} indeterminate={!all && selected.size > 0} aria-label={t('list.selectAll')} onChange={(e) => select(e.target.checked ? rows.map((r) => r.id) : [...selected], e.target.checked)} />}
        </div>
        {columns.map((c) => (
          <HeadCell key={c.path} column={c} order={props.order} sort={props.sort} />
        ))}
      </div>
      <div className="grid-body" style={{ height: virtual.getTotalSize(), ...style }}>
        {shown.map((v) => {
          const row = rows[v.index]
          const at = { transform: `translateY(${v.start}px)` }
          return row ? <GridRow key={row.id || 'row-' + v.index} {...props} row={row} index={v.index} style={at} /> : <WaitingRow key={'wait-' + v.index} columns={columns} style={at} />
        })}
      </div>
    </div>
  )
})

function HeadCell({ column, order, sort }: { column: Column; order: string; sort: (path: string, add: boolean) => void }) {
  const { label, t } = useI18n()
  const now = readOrder(order).find((k) => k.path === column.path)
  const name = (column.via ? label(column.via.label, column.via.name) + ' · ' : '') + label(column.field.label, column.field.name)
  return (
    <div role="columnheader" aria-sort={now ? (now.desc ? 'descending' : 'ascending') : 'none'} className={'grid-th' + (isNumeric(column.field) ? ' num' : '')}>
      <button type="button" className="plain clip" onClick={(e) => sort(column.path, e.shiftKey)} title={t('list.sortHint', { field: name })} data-testid={testid.list.head(column.path)}>
        {name}
      </button>
      {now && (now.desc ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
    </div>
  )
}

function GridRow(p: Props & { row: Row; index: number; style: CSSProperties }) {
  const { t } = useI18n()
  const { row, index, columns, selected, spot } = p
  const on = selected.has(row.id)
  // A second click may follow and mean editing; the preview waits for it.
  const wait = useRef(0)
  const classes = ['grid-row', on && 'selected', row.id !== '' && p.peek === row.id && 'peeked', spot.row === index && 'at'].filter(Boolean).join(' ')
  const press = (e: MouseEvent, column: number) => {
    p.setSpot({ row: index, column })
    if (p.editing?.row === index && p.editing.column === column) return
    if ((e.target as HTMLElement).closest('a')) return
    if (e.metaKey || e.ctrlKey) return p.open(row, 'page')
    if (e.detail > 1) return
    clearTimeout(wait.current)
    wait.current = window.setTimeout(() => p.open(row, 'peek'), p.mayEdit(columns[column] as Column) ? 220 : 0)
  }
  return (
    <div className={classes} role="row" aria-rowindex={index + 2} aria-selected={on} style={p.style} data-testid={testid.list.row} data-id={row.id}>
      <div className="grid-check" role="gridcell">
        {p.selectable && <Checkbox checked={on} aria-label={t('list.selectRow')} onChange={(e) => p.select([row.id], e.target.checked)} data-testid={testid.list.rowCheck} />}
      </div>
      {columns.map((c, i) => {
        const editing = p.editing?.row === index && p.editing.column === i
        return (
          <div
            key={c.path}
            id={`cell-${index}-${i}`}
            role="gridcell"
            aria-colindex={i + 2}
            className={'grid-td' + (isNumeric(c.field) ? ' num' : '') + (spot.row === index && spot.column === i ? ' spot' : '') + (i === 0 ? ' first' : '') + (editing ? ' editing' : '')}
            onClick={(e) => press(e, i)}
            onDoubleClick={() => {
              if (!p.mayEdit(c)) return // its first click has opened the preview
              clearTimeout(wait.current)
              p.edit({ row: index, column: i })
            }}
            data-testid={testid.list.cell(c.path)}
          >
            {editing ? (
              <Editor cell={row.cells[c.path]} column={c} titles={p.titles} save={(v) => p.save(row, c, v)} leave={() => p.edit(null)} />
            ) : i === 0 ? (
              <TitleLink {...p} column={c} />
            ) : (
              <CellView field={c.field} cell={row.cells[c.path]} titles={p.titles} plain />
            )}
          </div>
        )
      })}
    </div>
  )
}

/** The record's name is a real link: middle-click and ⌘-click open the page, a plain click the preview. */
function TitleLink(p: Props & { row: Row; column: Column; index: number }) {
  const cell = p.row.cells[p.column.path]
  const press = (e: MouseEvent) => {
    if (e.metaKey || e.ctrlKey || e.shiftKey) return
    e.preventDefault()
    p.setSpot({ row: p.index, column: 0 })
    p.open(p.row, 'peek')
  }
  if (p.row.id === '') return <span className="title clip">{cell === null || cell === undefined || cell === '' ? '—' : <CellView field={p.column.field} cell={cell} titles={p.titles} plain />}</span>
  return (
    <Go to={paths.record(p.entity, p.row.id)} className="title clip" tabIndex={-1} onClick={press}>
      {cell === null || cell === undefined || cell === '' ? '—' : <CellView field={p.column.field} cell={cell} titles={p.titles} plain />}
    </Go>
  )
}

function Editor({ cell, column, titles, save, leave }: { cell: Cell; column: Column; titles: Titles; save: (c: Cell) => void; leave: () => void }) {
  const draft = useDraft(cell, save, leave)
  return <CellInput field={{ ...column.field, long: false }} value={draft.value} onChange={draft.set} onCommit={draft.commit} onCancel={draft.cancel} titles={titles} autoFocus open />
}

function WaitingRow({ columns, style }: { columns: Column[]; style: CSSProperties }) {
  return (
    <div className="grid-row waiting" style={style} aria-hidden>
      <div className="grid-check" />
      {columns.map((c, i) => (
        <div key={c.path} className="grid-td">
          <span className="skeleton" style={{ width: [60, 45, 70, 35][i % 4] + '%' }} />
        </div>
      ))}
    </div>
  )
}
