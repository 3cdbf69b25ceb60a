import { Button, Checkbox, Input, InputNumber, Select } from 'antd'
import { Plus, X } from 'lucide-react'
import type { PackProblem, Schema } from '../api/packs'
import { useI18n } from '../i18n'
import '../i18n/packs'
import { usePackWords } from './keys'
import { useMistake } from './ProblemList'
import { emptyOf, isText, resolved, within } from './schema'

interface Props {
  root: Schema
  schema: Schema
  value: unknown
  problems: PackProblem[]
  disabled: boolean
  change: (v: unknown) => void
}

/** A form for a value, made from its schema. The names of the file stand beside the labels, since they are what problems speak of. */
export function Form({ root, schema, value, problems, disabled, change }: Props) {
  return <Fields root={root} schema={schema} value={value} problems={problems} disabled={disabled} change={change} at="" />
}

type At = Props & { at: string }

function Fields({ root, schema, value, problems, disabled, change, at }: At) {
  const mistake = useMistake()
  const words = usePackWords()
  const s = resolved(root, schema)
  const object = (value ?? {}) as Record<string, unknown>
  const put = (key: string, v: unknown) => {
    const next = { ...object }
    if (v === undefined) delete next[key]
    else next[key] = v
    change(next)
  }
  return (
    <div className="pack-fields">
      {Object.entries(s.properties ?? {}).map(([key, of]) => {
        const path = at ? at + '.' + key : key
        const wrong = problems.filter((p) => within(p.key) === path)
        const required = s.required?.includes(key) ?? false
        return (
          <div className="pack-field" key={key}>
            <span className="pack-key">
              <span>
                {words.key(key)}
                {required && <span className="danger-text">*</span>} <code className="faint">{key}</code>
              </span>
              {of.description && <small className="faint">{words.doc(of.description)}</small>}
            </span>
            <div>
              <Value root={root} schema={of} value={object[key]} problems={problems} disabled={disabled || (at === '' && key === 'id')} change={(v) => put(key, v)} at={path} required={required} />
              {wrong.map((p, i) => (
                <p key={i} className="danger-text">
                  {mistake(p)}
                </p>
              ))}
            </div>
          </div>
        )
      })}
    </div>
  )
}

function Value(p: At & { required: boolean }) {
  const { t } = useI18n()
  const words = usePackWords()
  const s = resolved(p.root, p.schema)
  const { value, change, disabled } = p
  if (value === undefined && s.type === 'object' && !p.required)
    return (
      <Button size="small" type="text" disabled={disabled} icon={<Plus size={13} />} onClick={() => change(emptyOf(p.root, s))}>
        {t('pack.unset')}
      </Button>
    )
  if (isText(s)) return <Both {...p} />
  if (s.enum)
    return <Select size="small" value={(value as string) || undefined} allowClear={!p.required} disabled={disabled} aria-label={p.at} onChange={(v?: string) => change(v)} options={s.enum.map((o) => ({ value: o, label: words.option(lastKey(p.at), o) }))} popupMatchSelectWidth={false} style={{ minWidth: 140 }} />
  switch (s.type) {
    case 'string': {
      const text = String(value ?? '')
      return <Input.TextArea size="small" value={text} disabled={disabled} aria-label={p.at} autoSize={{ minRows: 1, maxRows: 10 }} onChange={(e) => change(e.target.value === '' && !p.required ? undefined : e.target.value)} />
    }
    case 'number':
    case 'integer':
      return <InputNumber size="small" value={value as number} disabled={disabled} aria-label={p.at} onChange={(n) => change(n ?? (p.required ? 0 : undefined))} />
    case 'boolean':
      return <Checkbox checked={value === true} disabled={disabled} aria-label={p.at} onChange={(e) => change(e.target.checked || (p.required ? false : undefined))} />
    case 'array':
      return <Many {...p} />
    case 'object':
      return s.properties ? <Fields {...p} schema={s} /> : <p className="faint">{t('pack.inYaml')}</p>
  }
  return <p className="faint">{t('pack.inYaml')}</p>
}

/** The last key of a path: kind of inputs[2].kind. */
const lastKey = (path: string) => path.replace(/\[\d+\]/g, '').split('.').pop() ?? ''

function Both({ value, change, disabled, at }: At) {
  const { t } = useI18n()
  const text = (value ?? { zh: '', en: '' }) as { zh: string; en: string }
  return (
    <div className="pack-both">
      <Input.TextArea size="small" value={text.zh} disabled={disabled} placeholder={t('pack.zh')} aria-label={at + ' ' + t('pack.zh')} autoSize={{ minRows: 1, maxRows: 12 }} onChange={(e) => change({ ...text, zh: e.target.value })} />
      <Input.TextArea size="small" value={text.en} disabled={disabled} placeholder={t('pack.en')} aria-label={at + ' ' + t('pack.en')} autoSize={{ minRows: 1, maxRows: 12 }} onChange={(e) => change({ ...text, en: e.target.value })} />
    </div>
  )
}

function Many(p: At & { required: boolean }) {
  const { t } = useI18n()
  const words = usePackWords()
  const s = resolved(p.root, p.schema)
  const items = (p.value ?? []) as unknown[]
  const of = resolved(p.root, s.items ?? {})
  const put = (list: unknown[]) => p.change(list.length === 0 && !p.required ? undefined : list)
  if (of.type === 'string' && !of.enum)
    return <Select mode="tags" size="small" open={false} suffixIcon={null} value={items as string[]} disabled={p.disabled} aria-label={p.at} onChange={(v: string[]) => put(v)} tokenSeparators={[]} style={{ width: '100%' }} />
  if (of.enum) return <Select mode="multiple" size="small" value={items as string[]} disabled={p.disabled} aria-label={p.at} onChange={(v: string[]) => put(v)} options={of.enum.map((o) => ({ value: o, label: words.option(lastKey(p.at), o) }))} style={{ width: '100%' }} />
  return (
    <div className="pack-list">
      {items.map((v, i) => (
        <div className="pack-entry" key={i}>
          <div className="grow">
            <Value {...p} schema={of} value={v} at={`${p.at}[${i}]`} required change={(x) => put(items.map((y, j) => (i === j ? x : y)))} />
          </div>
          {!p.disabled && (
            <button type="button" className="icon-button" aria-label={t('act.remove') + ' ' + p.at + ' ' + (i + 1)} onClick={() => put(items.filter((_, j) => j !== i))}>
              <X size={13} />
            </button>
          )}
        </div>
      ))}
      {!p.disabled && (
        <Button size="small" type="text" icon={<Plus size={13} />} onClick={() => put([...items, emptyOf(p.root, of)])}>
          {t('pack.addEntry')}
        </Button>
      )}
    </div>
  )
}
