import { useQuery } from '@tanstack/react-query'
import { Segmented, Tabs, Tooltip } from 'antd'
import { ChevronLeft, Link2, Trash2 } from 'lucide-react'
import { lazy, Suspense, useEffect, useState, type ComponentType } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { getRecord } from '../../api/records'
import type { Entity, LakeRecord } from '../../api/types'
import { Failure } from '../../app/Failure'
import { useKeys } from '../../app/keys'
import { Go, paths, useGo, usePlace } from '../../app/navigation'
import { placeKey } from '../../app/place'
import { NotFound } from '../../app/NotFound'
import { useToasts } from '../../app/Toasts'
import { useNarrow } from '../../app/useNarrow'
import { fixed, homeKind, keyless, stateOf } from '../../homes/home'
import { HomeNote } from '../../homes/HomeNote'
import { ModeBadge } from '../../homes/ModeBadge'
import { useI18n } from '../../i18n'
import { useRights, useRightsHere } from '../../session/useSession'
import { testid } from '../../testids'
import { defaultFields } from '../list/columns'
import { WaitingFacts } from '../list/Peek'
import { useSchemaQuery } from '../schema'
import { keys, useWrites } from '../useWrites'
import { DeleteDialog } from './DeleteDialog'
import { Facts } from './Facts'
import { FieldValue } from './FieldValue'
import { Related } from './Related'
import { tabsOf, type RecordTab, type TabProps } from './tabs'
import { Timeline } from './Timeline'
import './show.css'

const deciding: Record<string, string[]> = {
  accounts: ['status', 'industry', 'segment', 'owner', 'annual_revenue'],
  contacts: ['account', 'title', 'role', 'mobile', 'email'],
  leads: ['company', 'status', 'rating', 'source', 'owner'],
  deals: ['stage', 'amount', 'expected_close', 'account', 'owner'],
  activities: ['kind', 'happened_at', 'account', 'deal', 'owner'],
  products: ['series', 'price', 'price_max', 'billing', 'active'],
}

const pages = new Map<RecordTab, ComponentType<TabProps>>()

/** The component of a tab, one for good: a new one with each render would never be done loading. */
function loaded(tab: RecordTab): ComponentType<TabProps> {
  const page = pages.get(tab) ?? lazy(tab.load)
  pages.set(tab, page)
  return page
}

/** One record of any entity. */
export default function RecordPage() {
  const { entity: name = '', id = '' } = useParams()
  const place = usePlace()
  const { schema, isPending: schemaPending } = useSchemaQuery()
  const entity = schema.entity(name)
  const { data, error, refetch } = useQuery({ queryKey: keys.record(placeKey(place), name, id), queryFn: ({ signal }) => getRecord(place, name, id, signal) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!schemaPending && !entity) return <NotFound />
  if (!data || !entity) return <WaitingFacts />
  return <Show key={id} entity={entity} record={data} />
}

function Show({ entity, record }: { entity: Entity; record: LakeRecord }) {
  const { t, label } = useI18n()
  const go = useGo()
  const narrow = useNarrow()
  const toasts = useToasts()
  const rights = useRightsHere()
  const mayWriteNow = useRights().write
  const { update } = useWrites(entity.name)
  const [deleting, setDeleting] = useState(false)
  const [part, setPart] = useState<'timeline' | 'facts'>('timeline')
  const writable = entity.writable && !entity.directory && !keyless(entity)
  const mayEdit = rights.write && writable
  const [params, setParams] = useSearchParams()
  const tabs = tabsOf[entity.name] ?? []
  const open = tabs.find((x) => x.key === params.get('tab'))
  const Open = open && loaded(open)
  const choose = (key: string) => setParams((p) => (key === 'record' ? p.delete('tab') : p.set('tab', key), p), { replace: true })
  const closed = mayWriteNow && !rights.write && writable
  const name = String(record.cells[entity.title] ?? label(entity.label))
  const facts = (deciding[entity.name] ?? defaultFields(entity).filter((f) => f !== entity.title).slice(0, 5)).flatMap((n) => entity.fields.find((f) => f.name === n) ?? [])
  useEffect(() => {
    document.title = name + ' · Headwater'
    return () => void (document.title = 'Headwater')
  }, [name])
  useKeys({ Escape: () => go(paths.list(entity.name)) })
  const copy = () => void navigator.clipboard.writeText(location.href).then(() => toasts.done(t('act.copied')))
  return (
    <div className="page record-page">
      <header className="record-head">
        <div className="row">
          <Go to={paths.list(entity.name)} className="row faint" style={{ gap: 2 }}>
            <ChevronLeft size={14} aria-hidden />
            {label(entity.plural, entity.name)}
          </Go>
          {homeKind(entity) !== 'native' && <ModeBadge state={stateOf(entity)} />}
          <span className="grow" />
          <Tooltip title={t('record.copyLink')}>
            <button type="button" className="icon-button" onClick={copy} aria-label={t('record.copyLink')}>
              <Link2 size={15} />
            </button>
          </Tooltip>
          {(mayEdit || closed) && (
            <Tooltip title={t(closed ? 'asof.readOnly' : 'act.delete')}>
              <button type="button" className="icon-button" disabled={closed} onClick={() => setDeleting(true)} aria-label={t('act.delete')} data-testid={testid.record.delete}>
                <Trash2 size={15} />
              </button>
            </Tooltip>
          )}
        </div>
        <h1 className="record-title" data-testid={testid.record.title}>
          {name}
        </h1>
        <HomeNote entity={entity} />
        <div className="key-facts">
          {facts.map((f) => (
            <div key={f.name}>
              <span className="faint">{label(f.label, f.name)}</span>
              <FieldValue field={f} cell={record.cells[f.name]} titles={record.titles} mayEdit={mayEdit && !fixed(entity, f.name)} save={(c) => update.mutate({ id: record.id, cells: { [f.name]: c } })} />
            </div>
          ))}
        </div>
        {tabs.length > 0 && (
          <Tabs
            className="record-tabs"
            size="small"
            activeKey={open?.key ?? 'record'}
            onChange={choose}
            items={[{ key: 'record', label: <span data-testid={testid.record.tab('record')}>{t('record.timeline')}</span> }, ...tabs.map((x) => ({ key: x.key, label: <span data-testid={testid.record.tab(x.key)}>{t(x.label)}</span> }))]}
          />
        )}
        {narrow && !open && (
          <Segmented
            block
            value={part}
            onChange={setPart}
            options={[
              { value: 'timeline', label: t('record.timeline') },
              { value: 'facts', label: t('record.facts') },
            ]}
          />
        )}
      </header>
      {Open && (
        <div className="record-tab">
          <Suspense fallback={<WaitingFacts />}>
            <Open entity={entity} record={record} />
          </Suspense>
        </div>
      )}
      {!Open && (
        <div className="record-body">
          {(!narrow || part === 'timeline') && <Timeline entity={entity} record={record} />}
          {(!narrow || part === 'facts') && (
            <aside className="record-side">
              <Related entity={entity} record={record} />
              <Facts entity={entity} record={record} />
            </aside>
          )}
        </div>
      )}
      {deleting && <DeleteDialog entity={entity} record={record} close={() => setDeleting(false)} deleted={() => go(paths.list(entity.name))} />}
    </div>
  )
}
