import { Popover } from 'antd'
import { History, Lock } from 'lucide-react'
import type { Entity, Field, LakeRecord } from '../../api/types'
import { fixed, keyless } from '../../homes/home'
import { useI18n, type TextKey } from '../../i18n'
import { useRightsHere } from '../../session/useSession'
import { testid } from '../../testids'
import { useWrites } from '../useWrites'
import { FieldHistory } from './FieldHistory'
import { FieldValue } from './FieldValue'
import './show.css'

const sections: Record<string, TextKey> = {
  basics: 'section.basics',
  company: 'section.company',
  reach: 'section.reach',
  place: 'section.place',
  money: 'section.money',
  outcome: 'section.outcome',
  notes: 'section.notes',
  origin: 'section.origin',
}

/** Fields by section, in the order of their positions. */
export function bySection(fields: Field[]): { name: string; fields: Field[] }[] {
  const out = new Map<string, Field[]>()
  // An entity that somebody declared has nothing but its own fields.
  const all = fields.every((f) => f.custom)
  for (const f of [...fields].sort((a, b) => a.position - b.position)) {
    const name = f.section || (f.custom && !all ? 'custom' : 'basics')
    const list = out.get(name)
    if (list) list.push(f)
    else out.set(name, [f])
  }
  return [...out].map(([name, list]) => ({ name, fields: list }))
}

export function useSectionName() {
  const { t } = useI18n()
  return (name: string) => (name === 'custom' ? t('section.custom') : sections[name] ? t(sections[name]) : name)
}

/** Everything known about a record, edited in place. */
export function Facts({ entity, record }: { entity: Entity; record: LakeRecord }) {
  const { t, label, format } = useI18n()
  const rights = useRightsHere()
  const sectionName = useSectionName()
  const { update } = useWrites(entity.name)
  const mayEdit = rights.write && entity.writable && !entity.directory && !keyless(entity)
  return (
    <div className="facts-list">
      {bySection(entity.fields).map((s) => (
        <section key={s.name}>
          <h2>{sectionName(s.name)}</h2>
          {s.fields.map((f) => (
            <div className={'fact' + (f.long || f.kind === 'json' ? ' long' : '')} key={f.name}>
              <span className="fact-label" title={f.name}>
                {label(f.label, f.name)}
                {f.required && mayEdit && <span aria-hidden className="required"> *</span>}
                {fixed(entity, f.name) && <Lock size={11} className="fact-lock" aria-label={t(entity.home.masks?.[f.name] ? 'mode.maskedField' : 'mode.keyField')} />}
              </span>
              <FieldValue field={f} cell={record.cells[f.name]} titles={record.titles} mayEdit={mayEdit && !fixed(entity, f.name)} save={(c) => update.mutate({ id: record.id, cells: { [f.name]: c } })} />
              <Popover trigger="click" placement="bottomRight" arrow={false} destroyOnHidden content={<FieldHistory entity={entity} field={f} record={record} />}>
                <button type="button" className="icon-button fact-history" aria-label={t('record.fieldHistory', { field: label(f.label, f.name) })} data-testid={testid.record.fieldHistory(f.name)}>
                  <History size={13} />
                </button>
              </Popover>
            </div>
          ))}
        </section>
      ))}
      <p className="faint facts-foot">
        {record.created_at && !record.created_at.startsWith('0001') && <span title={format.time(record.created_at)}>{t('record.createdAgo', { ago: format.ago(record.created_at) })}</span>}
        {record.updated_at && (
          <span title={format.time(record.updated_at)}>
            {record.created_at && !record.created_at.startsWith('0001') && ' · '}
            {t('record.updatedAgo', { ago: format.ago(record.updated_at) })}
          </span>
        )}
      </p>
    </div>
  )
}
