import { Input, InputNumber, Select } from 'antd'
import { SquareArrowOutUpRight, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Committee, Person } from '../api/pursuit'
import { Go, paths } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { useSchema } from '../records/schema'
import { testid } from '../testids'

interface Props {
  data: Committee
  member: string
  mayEdit: boolean
  save: (cells: Record<string, string | null>) => void
  close: () => void
}

/** One person beside the map: role, weight, stance, interest and whom they influence, saved as they are changed. */
export function MemberPanel({ data, member, mayEdit, save, close }: Props) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const m = data.members.find((x) => x.member === member)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  if (!m) return null
  const field = (name: string) => label(schema.field('committee', name)?.label, name)
  const choices = (name: string) => (schema.field('committee', name)?.options ?? []).map((o) => ({ value: o.name, label: label(o.label, o.name) }))
  const others = data.members.filter((x) => x.member !== member).map((x) => ({ value: x.member ?? '', label: x.name }))
  const pick = (name: 'role' | 'stance' | 'influences', options: { value: string; label: string }[]) => (
    <label className="form-field">
      <span>{name === 'influences' ? t('committee.influencesWhom') : field(name)}</span>
      <Select size="small" value={m[name] || undefined} placeholder="—" allowClear disabled={!mayEdit} onChange={(v: string | undefined) => save({ [name]: v ?? null })} options={options} aria-label={m.name + ' ' + field(name)} />
    </label>
  )
  return (
    <section className="card member-panel" aria-label={m.name} data-testid={testid.deal.memberPanel} onKeyDown={(e) => e.key === 'Escape' && !e.defaultPrevented && close()}>
      <div className="row">
        <h2 className="grow clip" tabIndex={-1} ref={title}>
          {m.name} <span className="faint">{m.title}</span>
        </h2>
        <Go to={paths.record('committee', member)} className="icon-button" aria-label={t('committee.record')} title={t('committee.record')}>
          <SquareArrowOutUpRight size={14} aria-hidden />
        </Go>
        <button type="button" className="icon-button" onClick={close} aria-label={t('act.close')}>
          <X size={15} aria-hidden />
        </button>
      </div>
      <div className="member-fields">
        {pick('role', choices('role'))}
        <Weight data={data} person={m} mayEdit={mayEdit} save={save} />
        {pick('stance', choices('stance'))}
        {pick('influences', others)}
      </div>
      <Interest person={m} name={field('interest')} mayEdit={mayEdit} save={save} />
    </section>
  )
}

/** A weight of the person's own; without one the role's counts, which stands there in grey. */
function Weight({ data, person, mayEdit, save }: { data: Committee; person: Person; mayEdit: boolean; save: Props['save'] }) {
  const { t } = useI18n()
  const [value, setValue] = useState<string | null>(person.weight ?? null)
  useEffect(() => setValue(person.weight ?? null), [person.weight])
  const role = data.roles.find((r) => r.id === person.role)?.weight
  const done = () => (value || null) !== (person.weight ?? null) && save({ weight: value || null })
  return (
    <label className="form-field">
      <span>{t('committee.weight')}</span>
      <InputNumber<string> size="small" stringMode min="0" max="100" value={value} disabled={!mayEdit} placeholder={role === undefined ? '—' : t('committee.roleWeight', { n: role })} onChange={(v) => setValue(v === null ? null : String(v))} onBlur={done} onPressEnter={done} aria-label={person.name + ' ' + t('committee.weight')} style={{ width: '100%' }} data-testid={testid.deal.memberWeight} />
    </label>
  )
}

function Interest({ person, name, mayEdit, save }: { person: Person; name: string; mayEdit: boolean; save: Props['save'] }) {
  const { t } = useI18n()
  const [text, setText] = useState(person.interest ?? '')
  useEffect(() => setText(person.interest ?? ''), [person.interest])
  const done = () => text.trim() !== (person.interest ?? '') && save({ interest: text.trim() || null })
  return (
    <label className="form-field">
      <span>{name}</span>
      <Input.TextArea size="small" value={text} disabled={!mayEdit} placeholder={t('committee.interestHint')} autoSize={{ minRows: 1, maxRows: 5 }} onChange={(e) => setText(e.target.value)} onBlur={done} onPressEnter={(e) => !e.shiftKey && (e.preventDefault(), e.currentTarget.blur())} aria-label={person.name + ' ' + name} data-testid={testid.deal.memberInterest} />
    </label>
  )
}
