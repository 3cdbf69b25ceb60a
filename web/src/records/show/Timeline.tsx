import { useInfiniteQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { CheckCircle2, FilePlus2, GitMerge, Import, ListTodo, Mail, MessageCircle, NotebookPen, PencilLine, Phone, Presentation, Trash2, Undo2, UsersRound, MapPin, type LucideIcon } from 'lucide-react'
import { useMemo, useState } from 'react'
import { listRecords } from '../../api/records'
import type { Entity, HistoryItem, LakeRecord, Row, Titles } from '../../api/types'
import { Face } from '../../app/Face'
import { Go, MAIN, paths, usePlace } from '../../app/navigation'
import { placeKey } from '../../app/place'
import { Look } from '../../asof/Look'
import { homeKind } from '../../homes/home'
import { useI18n } from '../../i18n'
import { useRightsHere } from '../../session/useSession'
import { testid } from '../../testids'
import { condition, text, toText } from '../filter/tree'
import { CellView, OptionPill } from '../inputs/CellView'
import { isEmpty } from '../inputs/cell'
import { useSchema, type Schema } from '../schema'
import { keys } from '../useWrites'
import { useHistory } from './FieldHistory'
import { NoteComposer } from './NoteComposer'

/** The field of activities that points to records of an entity. */
export const activityField = (schema: Schema, entity: string) => schema.entity('activities')?.fields.find((f) => f.kind === 'reference' && f.target === entity)?.name

type Entry = { at: string; key: string } & ({ activity: Row; titles: Titles } | { change: HistoryItem; titles: Titles })
type Show = 'all' | 'activities' | 'changes'

const icons: Record<string, LucideIcon> = { note: NotebookPen, call: Phone, meeting: UsersRound, visit: MapPin, email: Mail, demo: Presentation, task: ListTodo, wechat: MessageCircle }
const changeIcons: Record<string, LucideIcon> = { import: Import, merge: GitMerge, refresh: GitMerge, undo: Undo2 }

/** What happened around a record: what people did, and what changed in it. */
export function Timeline({ entity, record }: { entity: Entity; record: LakeRecord }) {
  const { t } = useI18n()
  const schema = useSchema()
  const rights = useRightsHere()
  const place = usePlace()
  const past = place.at !== undefined
  const field = activityField(schema, entity.name)
  const [show, setShow] = useState<Show>('all')
  const order = schema.field('activities', 'happened_at') ? '-happened_at' : '-created_at'
  const activities = useInfiniteQuery({
    queryKey: [...keys.lists(placeKey(place), 'activities'), { of: record.id }],
    queryFn: ({ pageParam, signal }) =>
      listRecords({ ...place, entity: 'activities', fields: ['subject', 'kind', 'happened_at', 'created_at', 'body', 'owner', 'done', 'due_on'].filter((f) => schema.field('activities', f)), filter: toText(condition(field ?? '', 'eq', text(record.id))), order, page_size: 30, page_token: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_page_token || undefined,
    enabled: field !== undefined,
  })
  const history = useHistory(entity.name, record.id)

  const entries = useMemo<Entry[]>(() => {
    const out: Entry[] = []
    if (show !== 'changes') for (const p of activities.data?.pages ?? []) for (const r of p.items) out.push({ at: String(r.cells['happened_at'] ?? r.cells['created_at'] ?? ''), key: r.id, activity: r, titles: p.titles })
    if (show !== 'activities') for (const h of history.data?.items ?? []) out.push({ at: h.at, key: 'rev-' + h.rev + h.branch, change: h, titles: history.data?.titles ?? {} })
    // While older activities wait to be loaded, changes older than the last one shown wait too.
    const oldest = activities.hasNextPage ? out.filter((e) => 'activity' in e).at(-1)?.at : undefined
    return out.filter((e) => !oldest || e.at >= oldest).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
  }, [activities.data, activities.hasNextPage, history.data, show])

  return (
    <section className="timeline" aria-label={t('record.timeline')} data-testid={testid.record.timeline}>
      {field && rights.write && schema.entity('activities')?.writable && <NoteComposer entity={entity} record={record} field={field} />}
      {past && <p className="read-only-note">{t('asof.readOnly')}</p>}
      <div className="row timeline-head">
        <h2 className="grow">{t('record.timeline')}</h2>
        {field && (
          <Segmented<Show>
            size="small"
            value={show}
            onChange={setShow}
            options={[
              { value: 'all', label: t('record.showAll') },
              { value: 'activities', label: t('record.showActivities') },
              { value: 'changes', label: t('record.showChanges') },
            ]}
          />
        )}
      </div>
      {(activities.isLoading || history.isPending) && <span className="skeleton" style={{ width: '60%', margin: '12px 0' }} />}
      {entries.length === 0 && !activities.isLoading && !history.isPending && <p className="faint">{t(homeKind(entity) === 'native' ? 'record.quiet' : 'record.quietHome')}</p>}
      <ol>
        {entries.map((e) => (
          <li key={e.key}>{'activity' in e ? <ActivityEntry row={e.activity} titles={e.titles} at={e.at} /> : <ChangeEntry entity={entity} id={record.id} item={e.change} titles={e.titles} />}</li>
        ))}
      </ol>
      {activities.hasNextPage && show !== 'changes' && (
        <button type="button" className="plain soft" disabled={activities.isFetchingNextPage} onClick={() => void activities.fetchNextPage()}>
          {t('record.older')}
        </button>
      )}
    </section>
  )
}

/** A note's subject is its first line; it is shown once and in full. */
export function withoutRepeat(subject: string, body: string): { subject: string; body: string } {
  const lines = body.trim().split('\n')
  const first = lines[0] ?? ''
  if (!first.startsWith(subject.replace(/…$/, '')) || !subject) return { subject, body }
  return { subject: first, body: lines.slice(1).join('\n').trim() }
}

function ActivityEntry({ row, titles, at }: { row: Row; titles: Titles; at: string }) {
  const { format } = useI18n()
  const schema = useSchema()
  const kind = String(row.cells['kind'] ?? 'note')
  const Icon = icons[kind] ?? NotebookPen
  const kindField = schema.field('activities', 'kind')
  const owner = titles['users']?.[String(row.cells['owner'] ?? '')]
  const { subject, body } = withoutRepeat(String(row.cells['subject'] ?? ''), String(row.cells['body'] ?? ''))
  return (
    <article className="entry">
      <span className="entry-icon">
        <Icon size={14} aria-hidden />
      </span>
      <div className="grow">
        <div className="row wrap">
          <Go to={paths.record('activities', row.id)} className="entry-title">
            {subject}
          </Go>
          {kindField && <OptionPill field={kindField} name={kind} />}
          {kind === 'task' && row.cells['done'] === true && <CheckCircle2 size={14} className="cell-yes" aria-hidden />}
          <span className="grow" />
          {owner && (
            <span className="soft row" style={{ gap: 4 }}>
              <Face name={owner} small />
              {owner}
            </span>
          )}
          <time className="faint" title={at ? format.time(at) : ''}>
            {at ? format.ago(at) : ''}
          </time>
        </div>
        {body && <p className="entry-body">{body}</p>}
      </div>
    </article>
  )
}

/** Who did it; undefined for the product itself. */
export const actor = (i: { actor: string; actor_name: string }) => (i.actor ? i.actor_name : undefined)

function ChangeEntry({ entity, id, item, titles }: { entity: Entity; id: string; item: HistoryItem; titles: Titles }) {
  const { t, format, label } = useI18n()
  const [all, setAll] = useState(false)
  const Icon = changeIcons[item.kind] ?? (item.op === 'added' ? FilePlus2 : item.op === 'deleted' ? Trash2 : PencilLine)
  const cells = item.op === 'added' ? [] : item.cells
  const shown = all ? cells : cells.slice(0, 3)
  return (
    <article className="entry change">
      <span className="entry-icon">
        <Icon size={13} aria-hidden />
      </span>
      <div className="grow">
        <div className="row wrap">
          <span className="soft">
            <strong>{actor(item) ?? t('record.system')}</strong> {t(`change.${item.op}`)}
            {item.kind !== 'write' && <> · {t(kindText[item.kind] ?? 'revision.write')}</>}
            {item.branch !== MAIN && <> · {item.branch}</>}
            {item.reason && <> · {item.reason}</>}
          </span>
          <span className="grow" />
          <time className="faint" title={format.time(item.at)}>
            {format.ago(item.at)}
          </time>
          {item.op !== 'deleted' && <Look to={paths.record(entity.name, id)} place={{ branch: item.branch, at: item.rev }} />}
        </div>
        {shown.map((c) => {
          const field = entity.fields.find((f) => f.name === c.field)
          if (!field) return null
          return (
            <div className="entry-cell" key={c.field}>
              <span className="faint">{label(field.label, field.name)}</span>
              <span className="clip">{isEmpty(c.from) ? <span className="faint">{t('value.empty')}</span> : <CellView field={field} cell={c.from} titles={titles} plain />}</span>
              <span aria-label={t('record.to')}>→</span>
              <span className="clip">{isEmpty(c.to) ? <span className="faint">{t('value.empty')}</span> : <CellView field={field} cell={c.to} titles={titles} plain />}</span>
            </div>
          )
        })}
        {cells.length > shown.length && (
          <button type="button" className="plain faint" onClick={() => setAll(true)}>
            {t('record.moreCells', { n: cells.length - shown.length })}
          </button>
        )}
      </div>
    </article>
  )
}

export const kindText: Record<string, 'revision.write' | 'revision.import' | 'revision.merge' | 'revision.refresh' | 'revision.undo' | 'revision.schema' | 'revision.branch'> = {
  write: 'revision.write',
  import: 'revision.import',
  merge: 'revision.merge',
  refresh: 'revision.refresh',
  undo: 'revision.undo',
  schema: 'revision.schema',
  branch: 'revision.branch',
}
