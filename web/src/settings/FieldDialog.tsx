import { useMutation } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal, Select } from 'antd'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { addField, updateField, type NewField } from '../api/records'
import type { Entity, Field, Kind, OnDelete, Option } from '../api/types'
import { useBranch } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { fieldName, goodName, optionName } from './fieldName'

const kinds: NewKind[] = ['text', 'integer', 'decimal', 'money', 'boolean', 'date', 'timestamp', 'enum', 'reference', 'email', 'phone', 'url']
const tones = ['grey', 'blue', 'cyan', 'green', 'lime', 'gold', 'orange', 'red', 'magenta', 'purple', 'geekblue']

type NewKind = NewField['kind']

interface Props {
  entity: Entity
  field?: Field
  close: () => void
  saved: () => void
}

const blank: Field = { name: '', kind: 'text', label: { zh: '', en: '' }, section: 'basics', position: 0 }

/** Adds a custom field, or changes what may change of one. */
export function FieldDialog({ entity, field, close, saved }: Props) {
  const { t, label } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const schema = useSchema()
  const [f, setF] = useState<Field>(field ?? { ...blank, position: Math.max(0, ...entity.fields.map((x) => x.position)) + 1 })
  const [named, setNamed] = useState(false)
  const set = (change: Partial<Field>) => setF((x) => ({ ...x, ...change }))
  const relabel = (change: Partial<Field['label']>) => {
    const next = { ...f.label, ...change }
    set({ label: next, ...(field || named ? {} : { name: fieldName(next.en) }) })
  }
  const options = f.options ?? []
  const finalOptions = options.filter((o) => o.label.zh || o.label.en).map((o) => ({ ...o, label: { zh: o.label.zh || o.label.en, en: o.label.en || o.label.zh } }))
  const save = useMutation({
    mutationFn: () => {
      const names = { zh: f.label.zh || f.label.en, en: f.label.en || f.label.zh }
      const shared = { label: names, required: f.required ?? false, unique: f.unique ?? false, ...(f.kind === 'enum' ? { options: withNames(finalOptions) } : {}) }
      if (field) return updateField(branch, entity.name, field.name, shared)
      return addField(branch, entity.name, { ...shared, name: f.name, kind: f.kind as NewKind, section: f.section, position: f.position, ...(f.kind === 'reference' ? { target: f.target, on_delete: f.on_delete ?? 'clear' } : {}), ...(f.long ? { long: true } : {}) })
    },
    onSuccess: saved,
  })
  const ready = (f.label.zh || f.label.en) && goodName(f.name) && (f.kind !== 'reference' || f.target) && (f.kind !== 'enum' || finalOptions.length > 0)
  return (
    <Modal open title={field ? t('record.editField', { field: label(field.label, field.name) }) : t('field.addTo', { entity: label(entity.label, entity.name) })} onCancel={close} onOk={() => save.mutate()} okText={t('act.save')} cancelText={t('act.cancel')} okButtonProps={{ disabled: !ready, loading: save.isPending, 'data-testid': testid.settings.fieldSubmit }} width={520}>
      <div className="stack" style={{ gap: 12 }}>
        <div className="two">
          <label className="form-field">
            <span>{t('field.labelZh')}</span>
            <Input autoFocus value={f.label.zh} onChange={(e) => relabel({ zh: e.target.value })} data-testid="field-label-zh" />
          </label>
          <label className="form-field">
            <span>{t('field.labelEn')}</span>
            <Input value={f.label.en} onChange={(e) => relabel({ en: e.target.value })} data-testid="field-label-en" />
          </label>
        </div>
        <div className="two">
          <label className="form-field">
            <span>{t('field.kind')}</span>
            <Select disabled={field !== undefined} value={f.kind} onChange={(kind: Kind) => set({ kind })} options={(field ? [field.kind] : kinds).map((k) => ({ value: k, label: t(`field.kind.${k}`) }))} data-testid="field-kind" />
          </label>
          <label className="form-field">
            <span>{t('field.name')}</span>
            <Input
              disabled={field !== undefined}
              value={f.name}
              status={f.name && !goodName(f.name) ? 'error' : undefined}
              onChange={(e) => {
                setNamed(true)
                set({ name: e.target.value })
              }}
              data-testid="field-name"
            />
          </label>
        </div>
        {f.kind === 'reference' && (
          <div className="two">
            <label className="form-field">
              <span>{t('field.target')}</span>
              <Select disabled={field !== undefined} value={f.target} onChange={(target: string) => set({ target })} options={schema.entities.map((e) => ({ value: e.name, label: label(e.plural, e.name) }))} />
            </label>
            <label className="form-field">
              <span>{t('field.onDelete')}</span>
              <Select disabled={field !== undefined} value={f.on_delete ?? 'clear'} onChange={(on_delete: OnDelete) => set({ on_delete })} options={(['restrict', 'clear', 'cascade'] as const).map((m) => ({ value: m, label: t(`delete.${m}`) }))} />
            </label>
          </div>
        )}
        {f.kind === 'enum' && <Options options={options} change={(o) => set({ options: o })} />}
        <div className="row wrap">
          <Checkbox checked={f.required ?? false} onChange={(e) => set({ required: e.target.checked })}>
            {t('field.required')}
          </Checkbox>
          <Checkbox checked={f.unique ?? false} onChange={(e) => set({ unique: e.target.checked })}>
            {t('field.unique')}
          </Checkbox>
          {f.kind === 'text' && !field && (
            <Checkbox checked={f.long ?? false} onChange={(e) => set({ long: e.target.checked })}>
              {t('field.long')}
            </Checkbox>
          )}
        </div>
        {save.error && (
          <p className="error-note" role="alert">
            {problem(save.error)}
          </p>
        )}
      </div>
    </Modal>
  )
}

/** New options get their stored name when they are saved; old ones keep theirs. */
function withNames(options: Option[]): Option[] {
  const taken = options.map((o) => o.name).filter(Boolean)
  return options.map((o) => {
    if (o.name) return o
    const name = optionName(o.label.en, taken)
    taken.push(name)
    return { ...o, name }
  })
}

function Options({ options, change }: { options: Option[]; change: (o: Option[]) => void }) {
  const { t } = useI18n()
  const put = (i: number, o: Partial<Option>) => change(options.map((x, j) => (i === j ? { ...x, ...o } : x)))
  return (
    <div className="form-field">
      <span>{t('field.optionList')}</span>
      {options.map((o, i) => (
        <div key={i} className="row">
          <Input value={o.label.zh} placeholder={t('field.labelZh')} aria-label={t('field.labelZh')} onChange={(e) => put(i, { label: { ...o.label, zh: e.target.value } })} />
          <Input value={o.label.en} placeholder={t('field.labelEn')} aria-label={t('field.labelEn')} onChange={(e) => put(i, { label: { ...o.label, en: e.target.value } })} />
          <Select value={o.color ?? 'grey'} aria-label={t('field.color')} style={{ width: 120 }} options={tones.map((c) => ({ value: c, label: t(`color.${c as 'grey'}`) }))} onChange={(color: string) => put(i, { color })} />
          <button type="button" className="icon-button" aria-label={t('act.remove')} onClick={() => change(options.filter((_, j) => j !== i))}>
            <X size={14} />
          </button>
        </div>
      ))}
      <Button size="small" type="text" icon={<Plus size={13} />} onClick={() => change([...options, { name: '', label: { zh: '', en: '' }, color: tones[options.length % tones.length] }])}>
        {t('field.addOption')}
      </Button>
    </div>
  )
}
