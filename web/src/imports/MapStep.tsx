import { Button, Select, Tooltip } from 'antd'
import { ArrowRight, Replace } from 'lucide-react'
import { useState } from 'react'
import type { DryRun, Entity, Field, Plan, PlanColumn, Upload } from '../api/types'
import { useI18n, type TextKey } from '../i18n'
import { currencies } from '../records/inputs/cell'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { changeColumn, mapColumn, matchFields, openValues } from './plan'
import { ValueMap } from './ValueMap'

interface Props {
  upload: Upload
  plan: Plan
  entity: Entity
  change: (p: Plan) => void
  run?: DryRun
}

/** Which column fills which field, and how its values are understood. */
export function MapStep({ upload, plan, entity, change, run }: Props) {
  const { t, label } = useI18n()
  const [values, setValues] = useState<string | null>(null)
  const open = plan.columns.find((c) => c.column === values)
  const openField = entity.fields.find((f) => f.name === open?.field)
  const candidates = matchFields(plan, entity)
  return (
    <div className="stack" style={{ gap: 16 }}>
      <table className="plain-table map-table">
        <thead>
          <tr>
            <th scope="col">{t('import.column')}</th>
            <th scope="col">{t('import.samples')}</th>
            <th aria-hidden />
            <th scope="col">{t('import.field')}</th>
            <th scope="col">{t('import.how')}</th>
          </tr>
        </thead>
        <tbody>
          {plan.columns.map((c) => (
            <ColumnRow key={c.column} column={c} samples={upload.columns.find((u) => u.name === c.column)?.samples ?? []} entity={entity} plan={plan} change={change} editValues={() => setValues(c.column)} run={run} />
          ))}
        </tbody>
      </table>
      {(plan.notes ?? []).filter((n) => noteText[n.code]).map((n, i) => (
        <p key={i} className="info-note">
          {t(noteText[n.code] ?? 'note.dates_mixed', { column: n.column, field: label(entity.fields.find((f) => f.name === n.field)?.label, n.field), ...n.params })}
        </p>
      ))}
      <section className="match-box">
        <h2>{t('import.matchTitle')}</h2>
        <p className="soft">{t('import.matchText')}</p>
        <div className="row wrap">
          <Select
            style={{ minWidth: 220 }}
            value={plan.match}
            aria-label={t('import.matchTitle')}
            options={[{ value: '', label: t('import.matchNone') }, ...candidates.map((f) => ({ value: f.name, label: t('import.matchBy', { field: label(f.label, f.name) }) })), ...(plan.match === 'id' ? [{ value: 'id', label: 'ID' }] : [])]}
            onChange={(match) => change({ ...plan, match })}
            data-testid={testid.imports.match}
          />
          {plan.match !== '' && (
            <Select
              style={{ minWidth: 220 }}
              value={plan.on_match}
              aria-label={t('import.onMatch')}
              options={[
                { value: 'update', label: t('import.onUpdate') },
                { value: 'skip', label: t('import.onSkip') },
                { value: 'reject', label: t('import.onReject') },
              ]}
              onChange={(on_match) => change({ ...plan, on_match })}
              data-testid={testid.imports.onMatch}
            />
          )}
        </div>
      </section>
      {open && openField && <ValueMap column={open} field={openField} plan={plan} change={change} run={run} close={() => setValues(null)} />}
    </div>
  )
}

const noteText: Record<string, TextKey> = { date_form_guessed: 'note.date_form_guessed', dates_mixed: 'note.dates_mixed', currency_assumed: 'note.currency_assumed', required_unmapped: 'note.required_unmapped', title_from: 'note.title_from', match_repeats: 'note.match_repeats' }

interface RowProps {
  column: PlanColumn
  samples: string[]
  entity: Entity
  plan: Plan
  change: (p: Plan) => void
  editValues: () => void
  run?: DryRun
}

const skipped = '\u0000skip'

function ColumnRow({ column, samples, entity, plan, change, editValues, run }: RowProps) {
  const { t, label, language } = useI18n()
  const field = entity.fields.find((f) => f.name === column.field)
  const other = (l: { zh: string; en: string }) => (language === 'en' ? l.zh : l.en)
  const isNew = column.new_field && column.field === column.new_field.name
  const options = [
    { value: skipped, label: t('import.leaveOut') },
    ...(column.new_field ? [{ value: column.new_field.name, label: t('import.newField', { field: label(column.new_field.label, column.new_field.name) }) }] : []),
    ...[...entity.fields].sort((a, b) => a.position - b.position).map((f) => ({ value: f.name, label: `${label(f.label, f.name)}  ${other(f.label)}` })),
  ]
  const open = openValues(column, run).filter((v) => column.values?.[v.value] === undefined).length
  return (
    <tr className={column.field ? '' : 'left-out'}>
      <th scope="row">{column.column}</th>
      <td className="samples faint" title={samples.join(' · ')}>
        {samples.slice(0, 3).join(' · ')}
      </td>
      <td>
        <ArrowRight size={14} className="faint" aria-hidden />
      </td>
      <td className="target">
        <div className="row">
          <Select
            className="grow"
            showSearch={{ optionFilterProp: 'label' }}
            value={column.field ?? skipped}
            options={options}
            onChange={(v: string) => change(mapColumn(plan, column.column, v === skipped ? null : v))}
            aria-label={t('import.fieldFor', { column: column.column })}
            data-testid={testid.imports.mapping(column.column)}
          />
          {column.field && <Confidence value={column.confidence} />}
        </div>
      </td>
      <td>
        <div className="row wrap how">
          {field && <HowRead column={column} field={field} plan={plan} change={change} />}
          {isNew && <span className="pill info">{t('import.isNew')}</span>}
          {field && (field.kind === 'enum' || field.kind === 'reference' || field.kind === 'boolean' || column.values) && (
            <Button size="small" type={open > 0 ? 'default' : 'text'} icon={<Replace size={12} />} onClick={editValues} data-testid={testid.imports.values(column.column)}>
              {open > 0 ? t('import.openValues', { n: open }) : t('import.values')}
              {column.values ? ' ' + Object.keys(column.values).length : ''}
            </Button>
          )}
        </div>
      </td>
    </tr>
  )
}

function Confidence({ value }: { value: number }) {
  const { t } = useI18n()
  const level = value >= 0.8 ? 'success' : value >= 0.5 ? 'warning' : 'danger'
  return (
    <Tooltip title={t('import.confidence', { n: Math.round(value * 100) })}>
      <span className={'pill ' + level}>{Math.round(value * 100)}%</span>
    </Tooltip>
  )
}

function HowRead({ column, field, plan, change }: { column: PlanColumn; field: Field; plan: Plan; change: (p: Plan) => void }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const set = (c: Partial<PlanColumn>) => change(changeColumn(plan, column.column, c))
  const target = field.target ? schema.entity(field.target) : undefined
  if (field.kind === 'reference' && target) {
    const by = target.fields.filter((f) => ['text', 'email', 'url', 'phone'].includes(f.kind) && !f.long)
    return (
      <>
        <Select size="small" value={column.link_by || target.title} aria-label={t('import.linkBy')} popupMatchSelectWidth={false} options={[...by.map((f) => ({ value: f.name, label: t('import.linkByField', { field: label(f.label, f.name) }) })), { value: 'id', label: t('import.linkByField', { field: 'ID' }) }]} onChange={(link_by) => set({ link_by })} />
        <Select
          size="small"
          value={column.missing || 'reject'}
          aria-label={t('import.missing')}
          popupMatchSelectWidth={false}
          options={[
            { value: 'reject', label: t('import.missingReject') },
            { value: 'empty', label: t('import.missingEmpty') },
            { value: 'create', label: t('import.missingCreate', { entity: label(target.label, target.name) }) },
          ]}
          onChange={(missing) => set({ missing })}
        />
      </>
    )
  }
  if (field.kind === 'enum')
    return (
      <Select
        size="small"
        value={column.missing || 'reject'}
        aria-label={t('import.missing')}
        popupMatchSelectWidth={false}
        options={[
          { value: 'reject', label: t('import.missingReject') },
          { value: 'empty', label: t('import.missingEmpty') },
        ]}
        onChange={(missing) => set({ missing })}
      />
    )
  if (field.kind === 'money') return <Select size="small" value={column.currency || 'CNY'} aria-label={t('value.currency')} options={[...new Set([...currencies, column.currency ?? 'CNY'])].map((c) => ({ value: c, label: c }))} onChange={(currency) => set({ currency })} />
  if (field.kind === 'date' || field.kind === 'timestamp')
    return (
      <Select
        size="small"
        value={column.date_form || 'ymd'}
        aria-label={t('import.dateForm')}
        popupMatchSelectWidth={false}
        options={[
          { value: 'ymd', label: t('import.ymd') },
          { value: 'dmy', label: t('import.dmy') },
          { value: 'mdy', label: t('import.mdy') },
          { value: 'serial', label: t('import.serial') },
          { value: 'unix', label: t('import.unix') },
        ]}
        onChange={(date_form) => set({ date_form })}
      />
    )
  return null
}
