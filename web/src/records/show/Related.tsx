import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { listRecords, referencesOf } from '../../api/records'
import type { Entity, LakeRecord, Reference } from '../../api/types'
import { Go, paths, usePlace } from '../../app/navigation'
import { placeKey } from '../../app/place'
import { entityIcon } from '../../app/Rail'
import { useI18n } from '../../i18n'
import { useRightsHere } from '../../session/useSession'
import { homeKind } from '../../homes/home'
import { condition, text, toText } from '../filter/tree'
import { CellView } from '../inputs/CellView'
import { isEmpty } from '../inputs/cell'
import { defaultFields } from '../list/columns'
import { useSchema } from '../schema'
import { NewRecord } from './NewRecord'

export function useReferences(entity: string, id: string) {
  const place = usePlace()
  return useQuery({ queryKey: ['lake', placeKey(place), 'references', entity, id], queryFn: () => referencesOf(place, entity, id) })
}

/** Lists of the records that point here. */
export function Related({ entity, record }: { entity: Entity; record: LakeRecord }) {
  const { t } = useI18n()
  const { data = [] } = useReferences(entity.name, record.id)
  const shown = data.filter((r) => r.count > 0 && r.entity !== 'activities')
  if (shown.length === 0) return null
  return (
    <section className="related" aria-label={t('record.related')}>
      {shown.map((r) => (
        <RelatedList key={r.entity + r.field} of={r} record={record} />
      ))}
    </section>
  )
}

function RelatedList({ of, record }: { of: Reference; record: LakeRecord }) {
  const { t, label } = useI18n()
  const place = usePlace()
  const schema = useSchema()
  const rights = useRightsHere()
  const [creating, setCreating] = useState(false)
  const e = schema.entity(of.entity)
  const filter = toText(condition(of.field, 'eq', text(record.id)))
  const fields = e ? defaultFields(e).filter((f) => f !== of.field).slice(0, 4) : []
  const { data } = useQuery({ queryKey: ['lake', placeKey(place), 'list', of.entity, 'related', of.field, record.id], queryFn: ({ signal }) => listRecords({ ...place, entity: of.entity, fields, filter, order: '-updated_at', page_size: 5 }, signal), enabled: e !== undefined })
  if (!e) return null
  const Icon = entityIcon(e.name)
  const link = paths.list(e.name, { filter })
  const pointer = e.fields.find((f) => f.name === of.field)
  const name = label(e.plural, e.name) + (e.fields.filter((f) => f.target === pointer?.target).length > 1 ? '（' + label(pointer?.label) + '）' : '')
  return (
    <div className="related-list">
      <div className="row">
        <Icon size={14} strokeWidth={1.75} aria-hidden />
        <h2 className="grow">
          <Go to={link}>{name}</Go> <span className="faint">{of.count}</span>
        </h2>
        {rights.write && e.writable && homeKind(e) !== 'derived' && (
          <button type="button" className="icon-button" aria-label={t('list.new', { entity: label(e.label, e.name) })} onClick={() => setCreating(true)}>
            <Plus size={14} />
          </button>
        )}
      </div>
      {(data?.items ?? []).map((r) => (
        <Go key={r.id} to={paths.record(e.name, r.id)} className="related-row">
          <span className="clip grow">{String(r.cells[e.title] ?? '—')}</span>
          {fields
            .filter((f) => f !== e.title && !isEmpty(r.cells[f]))
            .slice(0, 2)
            .map((f) => {
              const field = schema.field(e.name, f)
              return field && <CellView key={f} field={field} cell={r.cells[f]} titles={data?.titles} plain />
            })}
        </Go>
      ))}
      {of.count > 5 && (
        <Go to={link} className="faint">
          {t('record.allRelated', { n: of.count })}
        </Go>
      )}
      {creating && <NewRecord entity={e} first={{ [of.field]: record.id }} titles={{ [pointer?.target ?? '']: { [record.id]: String(record.cells[schema.entity(pointer?.target ?? '')?.title ?? ''] ?? '') } }} close={() => setCreating(false)} created={() => setCreating(false)} />}
    </div>
  )
}
