import { Input, Select, Space } from 'antd'
import { lazy, Suspense, useState, type KeyboardEvent } from 'react'
import type { Cell, Field, Money, Titles } from '../../api/types'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { cellText, currencies, isEmpty, isJson, isMoney, prettyJson, readNumber, readVector } from './cell'
import { ReferenceInput } from './ReferenceInput'

// The calendar is heavy and comes when it is needed.
const TimeInput = lazy(() => import('./TimeInput'))

export interface InputProps {
  field: Field
  value: Cell
  onChange: (c: Cell) => void
  /** Enter, a choice from a list, or leaving the input. Gets the newest value. */
  onCommit?: (c: Cell) => void
  onCancel?: () => void
  titles?: Titles
  autoFocus?: boolean
  /** The list of a select opens at once: for editing in place. */
  open?: boolean
  id?: string
}

/** The input that fits a field's kind. */
export function CellInput(props: InputProps) {
  switch (props.field.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
      return <NumberInput {...props} />
    case 'money':
      return <MoneyInput {...props} />
    case 'boolean':
    case 'enum':
      return <ChoiceInput {...props} />
    case 'date':
    case 'timestamp':
      return (
        <Suspense fallback={<Input disabled className="cell-input" />}>
          <TimeInput {...props} />
        </Suspense>
      )
    case 'json':
    case 'vector':
      return <CodeInput {...props} />
    case 'reference':
      return <ReferenceInput {...props} />
    default:
      return <TextInput {...props} />
  }
}

/** Enter saves, Escape leaves; an input method's own Enter doesn't count. */
function keys({ onCommit, onCancel }: InputProps, value: () => Cell, multiline = false) {
  return (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return
    e.stopPropagation()
    if (e.key === 'Escape') onCancel?.()
    if (e.key === 'Enter' && onCommit && (!multiline || e.metaKey || e.ctrlKey)) {
      e.preventDefault()
      onCommit(value())
    }
  }
}

function TextInput(props: InputProps) {
  const { field, value, onChange, onCommit, autoFocus, id } = props
  const text = isEmpty(value) ? '' : String(value)
  const common = { id, value: text, autoFocus, className: 'cell-input', 'data-testid': testid.record.input(field.name), onBlur: () => onCommit?.(text || null), onKeyDown: keys(props, () => text || null, field.long) }
  if (field.long) return <Input.TextArea {...common} autoSize={{ minRows: 2, maxRows: 14 }} onChange={(e) => onChange(e.target.value || null)} />
  const type = field.kind === 'email' ? 'email' : field.kind === 'phone' ? 'tel' : 'text'
  return <Input {...common} inputMode={type} onChange={(e) => onChange(e.target.value || null)} />
}

/** JSON and vectors are written as text; what can't be read isn't saved. */
function CodeInput(props: InputProps) {
  const { field, value, onChange, onCommit, onCancel, autoFocus, id } = props
  const { t } = useI18n()
  const [draft, setDraft] = useState(isEmpty(value) ? '' : field.kind === 'json' ? prettyJson(String(value)) : String(value))
  const good = (text: string) => text.trim() === '' || (field.kind === 'vector' ? readVector(text) !== undefined : isJson(text))
  const compact = (text: string): Cell => (text.trim() === '' ? null : JSON.stringify(JSON.parse(text)))
  const read = (): Cell => (good(draft) ? compact(draft) : draft)
  return (
    <div>
      <Input.TextArea
        id={id}
        className="cell-input cell-code"
        autoFocus={autoFocus}
        spellCheck={false}
        autoSize={{ minRows: 2, maxRows: 14 }}
        value={draft}
        status={good(draft) ? undefined : 'error'}
        onChange={(e) => {
          setDraft(e.target.value)
          if (good(e.target.value)) onChange(compact(e.target.value))
        }}
        onBlur={() => (good(draft) ? onCommit?.(compact(draft)) : onCancel?.())}
        onKeyDown={(e) => (good(draft) || e.key === 'Escape' ? keys(props, read, true)(e) : e.stopPropagation())}
        data-testid={testid.record.input(field.name)}
      />
      {!good(draft) && <small className="danger">{t(field.kind === 'vector' ? 'value.badVector' : 'value.badJson')}</small>}
    </div>
  )
}

function NumberInput(props: InputProps) {
  const { field, value, onChange, onCommit, autoFocus, id } = props
  const [draft, setDraft] = useState(cellText(value))
  const read = (): Cell => (draft.trim() === '' ? null : (readNumber(draft) ?? draft))
  return (
    <Input
      id={id}
      autoFocus={autoFocus}
      className="cell-input"
      inputMode="decimal"
      value={draft}
      status={draft.trim() !== '' && readNumber(draft) === undefined ? 'error' : undefined}
      onChange={(e) => {
        setDraft(e.target.value)
        onChange(e.target.value.trim() === '' ? null : (readNumber(e.target.value) ?? e.target.value))
      }}
      onBlur={() => onCommit?.(read())}
      onKeyDown={keys(props, read)}
      data-testid={testid.record.input(field.name)}
    />
  )
}

function MoneyInput(props: InputProps) {
  const { field, value, onChange, onCommit, autoFocus, id } = props
  const { t } = useI18n()
  const first: Money = isMoney(value) ? value : { amount: '', currency: 'CNY' }
  const [draft, setDraft] = useState(first.amount)
  const [currency, setCurrency] = useState(first.currency)
  const read = (amount = draft, unit = currency): Cell => (amount.trim() === '' ? null : { amount: readNumber(amount) ?? amount, currency: unit })
  return (
    <Space.Compact
      className="money-input"
      onBlur={(e) => {
        const to = e.relatedTarget
        // Going from the amount to the currency isn't leaving.
        if (!(to instanceof Node && e.currentTarget.contains(to))) onCommit?.(read())
      }}
    >
      <Input
        id={id}
        autoFocus={autoFocus}
        inputMode="decimal"
        value={draft}
        aria-label={t('value.amount')}
        status={draft.trim() !== '' && readNumber(draft) === undefined ? 'error' : undefined}
        onChange={(e) => {
          setDraft(e.target.value)
          onChange(read(e.target.value))
        }}
        onKeyDown={keys(props, read)}
        data-testid={testid.record.input(field.name)}
      />
      <Select
        value={currency}
        aria-label={t('value.currency')}
        options={[...new Set([...currencies, currency])].map((c) => ({ value: c, label: c }))}
        onChange={(c) => {
          setCurrency(c)
          onChange(read(draft, c))
        }}
      />
    </Space.Compact>
  )
}

function ChoiceInput(props: InputProps) {
  const { field, value, onChange, onCommit, onCancel, autoFocus, open, id } = props
  const { t, label } = useI18n()
  const options =
    field.kind === 'boolean'
      ? [
          { value: 'true', label: t('value.yes') },
          { value: 'false', label: t('value.no') },
        ]
      : (field.options ?? []).map((o) => ({ value: o.name, label: label(o.label, o.name) }))
  const choose = (v: string | undefined) => {
    const cell: Cell = v === undefined ? null : field.kind === 'boolean' ? v === 'true' : v
    onChange(cell)
    onCommit?.(cell)
  }
  return (
    <Select
      id={id}
      className="cell-input"
      autoFocus={autoFocus}
      defaultOpen={open}
      allowClear={!field.required}
      showSearch={options.length > 8 ? { optionFilterProp: 'label' } : false}
      placeholder={t('value.choose')}
      value={isEmpty(value) ? undefined : String(value)}
      options={options}
      onChange={choose}
      onBlur={onCancel}
      onKeyDown={(e) => e.key === 'Escape' && onCancel?.()}
      popupMatchSelectWidth={false}
      data-testid={testid.record.input(field.name)}
    />
  )
}
