import { Button, Tooltip } from 'antd'
import { Plus, Upload } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Entity, Row } from '../../api/types'
import { Problem } from '../../api/problem'
import { Failure } from '../../app/Failure'
import { useKeys } from '../../app/keys'
import { Go, paths, useGo } from '../../app/navigation'
import { entityIcon } from '../../app/Rail'
import { Teach } from '../../app/Teach'
import { useNarrow } from '../../app/useNarrow'
import { useProblem } from '../../app/useProblem'
import { fixed, homeKind, keyless, stateOf } from '../../homes/home'
import { HomeNote } from '../../homes/HomeNote'
import { ModeBadge } from '../../homes/ModeBadge'
import { useI18n } from '../../i18n'
import { useRights, useRightsHere } from '../../session/useSession'
import { testid } from '../../testids'
import { FilterBar } from '../filter/FilterBar'
import { NewRecord } from '../show/NewRecord'
import { useSchema } from '../schema'
import { useWrites } from '../useWrites'
import { BulkBar } from './BulkBar'
import { Cards } from './Cards'
import { columnsOf, defaultFields, defaultOrder, summable, type Column } from './columns'
import { Columns } from './Columns'
import { Export } from './Export'
import { Grid, type GridHandle, type Spot } from './Grid'
import { Peek } from './Peek'
import { readState, turnOrder, writeState, type ListState } from './state'
import { Totals } from './Totals'
import { useRows } from './useRows'
import { ViewTabs } from './ViewTabs'

/** A list with its filter, views and totals; embedded in another page, without its own title. */
export function List({ entity, embedded = false }: { entity: Entity; embedded?: boolean }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const rights = useRightsHere()
  const mayWriteNow = useRights().write
  const problem = useProblem()
  const narrow = useNarrow()
  const go = useGo()
  const [params, setParams] = useSearchParams()
  const defaults = useMemo(() => ({ order: defaultOrder(entity), fields: defaultFields(entity) }), [entity])
  const state = readState(params, defaults)
  const change = (c: Partial<ListState>, replace = false) => setParams((p) => writeState(p, c, defaults), { replace })
  const columns = useMemo(() => columnsOf(schema, entity, state.fields), [schema, entity, state.fields.join(',')])
  const sums = useMemo(() => summable(entity, columns), [entity, columns])
  const rows = useRows({ entity: entity.name, fields: state.fields, filter: state.filter, order: state.order, sums, enabled: true })
  const writes = useWrites(entity.name)
  const writable = entity.writable && !entity.directory && !keyless(entity)
  const mayWrite = rights.write && writable
  const creatable = homeKind(entity) !== 'derived' // whose records come from its SELECT
  const closed = mayWriteNow && !rights.write && writable // because the past is shown
  const foreign = homeKind(entity) !== 'native'

  const grid = useRef<GridHandle>(null)
  const [spot, setSpot] = useState<Spot>({ row: 0, column: 0 })
  const [editing, setEditing] = useState<Spot | null>(null)
  const [selected, setSelected] = useState<Set<string>>(new Set())
  const [creating, setCreating] = useState(false)
  const [filterCalls, setFilterCalls] = useState(0)

  const select = (ids: string[], on: boolean) =>
    setSelected((s) => {
      const next = new Set(s)
      for (const id of ids) (on ? next.add(id) : next.delete(id))
      return next
    })
  // Rows of a home without a key have no page of their own.
  const open = (row: Row, how: 'peek' | 'page') => row.id !== '' && (how === 'page' || narrow ? go(paths.record(entity.name, row.id)) : change({ peek: state.peek === row.id ? '' : row.id }, true))
  const mayEdit = (c: Column) => mayWrite && !c.via && !fixed(entity, c.path) && entity.fields.some((f) => f.name === c.path)
  const move = (by: number) => {
    const row = Math.max(0, Math.min(rows.items.length - 1, spot.row + by))
    setSpot({ ...spot, row })
    grid.current?.show(row)
    const at = rows.items[row]
    if (state.peek && at?.id) change({ peek: at.id }, true)
  }
  const step = (by: number) => setSpot({ ...spot, column: Math.max(0, Math.min(columns.length - 1, spot.column + by)) })
  const here = rows.items[spot.row]
  const column = columns[spot.column]
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    PageDown: () => move(20),
    PageUp: () => move(-20),
    Enter: () => here && here.id !== '' && go(paths.record(entity.name, here.id)),
    ' ': () => here && open(here, 'peek'),
    e: () => column && here && mayEdit(column) && setEditing(spot),
    x: () => here && mayWrite && select([here.id], !selected.has(here.id)),
    n: () => mayWrite && creatable && setCreating(true),
    '/': () => setFilterCalls((n) => n + 1),
    Escape: () => (selected.size > 0 ? setSelected(new Set()) : state.peek ? change({ peek: '' }, true) : undefined),
  })

  const filterError = rows.error instanceof Problem && rows.error.code === 'filter_invalid' ? problem(rows.error) : undefined
  const empty = !rows.isPending && !rows.error && rows.items.length === 0
  const name = label(entity.label, entity.name)
  return (
    <div className="page">
      <div className="page-head">
        {!embedded && <h1>{label(entity.plural, entity.name)}</h1>}
        {!embedded && foreign && (
          <Go to={paths.entity(entity.name)} className="list-mode" aria-label={t('mode.about')}>
            <ModeBadge state={stateOf(entity)} />
          </Go>
        )}
        <ViewTabs entity={entity.name} state={state} defaults={defaults} change={change} />
        <span className="grow" />
        {!narrow && <Columns entity={entity} fields={state.fields} defaults={defaults.fields} change={(fields) => change({ fields })} />}
        <Export entity={entity.name} state={state} />
        {closed && creatable && (
          <Tooltip title={t('asof.readOnly')}>
            <Button disabled icon={<Plus size={15} />} aria-label={t('list.new', { entity: name })} data-testid={testid.list.create}>
              {narrow ? '' : t('act.new')}
            </Button>
          </Tooltip>
        )}
        {mayWrite && creatable && (
          <Button type="primary" icon={<Plus size={15} />} onClick={() => setCreating(true)} data-testid={testid.list.create} aria-label={t('list.new', { entity: name })}>
            {narrow ? '' : t('act.new')}
          </Button>
        )}
      </div>
      <FilterBar entity={entity} filter={state.filter} change={(filter) => change({ filter, peek: '' })} error={filterError} call={filterCalls} />
      <HomeNote entity={entity} />
      <div className="list-main">
        <div className="list-table">
          {rows.error && !filterError ? (
            <Failure error={rows.error} retry={() => void rows.refetch()} />
          ) : empty ? (
            <Empty entity={entity} filtered={state.filter !== ''} mayWrite={mayWrite} create={() => setCreating(true)} clear={() => change({ filter: '' })} />
          ) : narrow ? (
            <Cards entity={entity} columns={columns} rows={rows.items} titles={rows.titles} more={rows.hasNextPage} loading={rows.isFetchingNextPage || rows.isPending} loadMore={() => void rows.fetchNextPage()} open={(r) => open(r, 'page')} />
          ) : (
            <Grid
              ref={grid}
              entity={entity.name}
              label={label(entity.plural, entity.name)}
              columns={columns}
              rows={rows.items}
              titles={rows.titles}
              total={rows.total}
              more={rows.hasNextPage}
              loading={rows.isFetchingNextPage || rows.isPending}
              loadMore={() => void rows.fetchNextPage()}
              order={state.order}
              sort={(path, add) => change({ order: turnOrder(state.order, path, add) })}
              spot={spot}
              setSpot={setSpot}
              peek={state.peek}
              open={open}
              selected={selected}
              select={select}
              selectable={mayWrite}
              editing={editing}
              edit={setEditing}
              mayEdit={mayEdit}
              save={(row, c, cell) => writes.update.mutate({ id: row.id, cells: { [c.path]: cell } })}
            />
          )}
          {!rows.error && <Totals total={rows.total} sums={rows.sums} entity={entity} ms={rows.ms} />}
          {selected.size > 0 && <BulkBar entity={entity} selected={selected} filter={state.filter} total={rows.total} everythingLoaded={rows.items.every((r) => selected.has(r.id))} clear={() => setSelected(new Set())} />}
        </div>
        {state.peek && !narrow && <Peek key={state.peek} entity={entity} id={state.peek} close={() => change({ peek: '' }, true)} />}
      </div>
      {creating && <NewRecord entity={entity} close={() => setCreating(false)} created={(id) => go(paths.record(entity.name, id))} />}
    </div>
  )
}

function Empty({ entity, filtered, mayWrite, create, clear }: { entity: Entity; filtered: boolean; mayWrite: boolean; create: () => void; clear: () => void }) {
  const { t, label } = useI18n()
  const name = label(entity.plural, entity.name)
  const Icon = entityIcon(entity.name)
  if (filtered)
    return (
      <Teach icon={Icon} title={t('list.noMatch')} text={t('list.noMatchText', { entity: name })} id={testid.list.empty}>
        <Button onClick={clear}>{t('list.clearFilter')}</Button>
      </Teach>
    )
  return (
    <Teach icon={Icon} title={t('list.emptyTitle', { entity: name })} text={t(homeKind(entity) === 'native' ? 'list.emptyText' : 'mode.emptySource', { entity: name })} id={testid.list.empty}>
      {mayWrite && homeKind(entity) === 'native' && (
        <>
          <Go to={'/imports/new?entity=' + entity.name} className="ant-btn">
            <Button type="primary" icon={<Upload size={14} />} tabIndex={-1}>
              {t('list.import')}
            </Button>
          </Go>
          <Button icon={<Plus size={14} />} onClick={create}>
            {t('list.new', { entity: label(entity.label, entity.name) })}
          </Button>
        </>
      )}
    </Teach>
  )
}
