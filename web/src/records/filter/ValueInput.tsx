import { DatePicker, Input, InputNumber, Select, Space } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import type { Field } from '../../api/types'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { isNumeric, readNumber } from '../inputs/cell'
import { useCandidates } from '../inputs/ReferenceInput'
import { periods } from './kinds'
import { call, periodValues, text, valuesPeriod, type Condition, type Value } from './tree'

interface Props {
  field: Field
  condition: Condition
  change: (values: Value[]) => void
  submit: () => void
}

/** The value of a condition, as its field and operator need it. */
export function ValueInput(p: Props) {
  const { field, condition } = p
  if (condition.op === 'within') return <PeriodInput {...p} />
  if (field.kind === 'enum' || field.kind === 'boolean') return <OptionsInput {...p} />
  if (field.kind === 'reference') return <RecordsInput {...p} />
  if (field.kind === 'date' || field.kind === 'timestamp') return <DayInput {...p} />
  return <WordsInput {...p} />
}

function WordsInput({ field, condition, change, submit }: Props) {
  const { t } = useI18n()
  const number = isNumeric(field)
  const [draft, setDraft] = useState(condition.values[0]?.text ?? '')
  return (
    <Input
      className="value-of"
      value={draft}
      inputMode={number ? 'decimal' : 'text'}
      placeholder={t(number ? 'filter.number' : 'filter.words')}
      aria-label={t('filter.value')}
      status={number && draft !== '' && readNumber(draft.split(' ')[0] ?? '') === undefined ? 'error' : undefined}
      onChange={(e) => {
        setDraft(e.target.value)
        const [amount = '', currency] = e.target.value.trim().split(/\s+/)
        change([text(number ? [readNumber(amount) ?? amount, currency?.toUpperCase()].filter(Boolean).join(' ') : e.target.value)])
      }}
      onPressEnter={(e) => !e.nativeEvent.isComposing && submit()}
      data-testid={testid.list.filterValue}
    />
  )
}

function OptionsInput({ field, condition, change }: Props) {
  const { t, label } = useI18n()
  const many = condition.op === 'in' || condition.op === 'notin'
  const options =
    field.kind === 'boolean'
      ? [
          { value: 'true', label: t('value.yes') },
          { value: 'false', label: t('value.no') },
        ]
      : (field.options ?? []).map((o) => ({ value: o.name, label: label(o.label, o.name) }))
  const chosen = condition.values.flatMap((v) => (v.text === undefined ? [] : [v.text]))
  return (
    <Select
      className="value-of"
      mode={many ? 'multiple' : undefined}
      value={many ? chosen : (chosen[0] as never)}
      options={options}
      placeholder={t('value.choose')}
      aria-label={t('filter.value')}
      showSearch={{ optionFilterProp: 'label' }}
      maxTagCount="responsive"
      onChange={(v: string | string[]) => change((Array.isArray(v) ? v : [v]).map(text))}
      data-testid={testid.list.filterValue}
    />
  )
}

function RecordsInput({ field, condition, change }: Props) {
  const { t } = useI18n()
  const [words, setWords] = useState('')
  const chosen = condition.values.map((v) => (v.call ? 'me()' : (v.text ?? '')))
  const { options, isFetching } = useCandidates(
    field.target ?? '',
    words,
    chosen.filter((c) => c !== 'me()'),
  )
  const list = [...options].map(([value, name]) => ({ value, label: name }))
  if (field.target === 'users') list.unshift({ value: 'me()', label: t('filter.me') })
  return (
    <Select
      className="value-of"
      mode="multiple"
      value={chosen}
      options={list}
      showSearch={{ filterOption: false, onSearch: setWords }}
      loading={isFetching}
      placeholder={t('value.choose')}
      aria-label={t('filter.value')}
      maxTagCount="responsive"
      onChange={(ids: string[]) => change(ids.map((id) => (id === 'me()' ? call('me') : text(id))))}
      data-testid={testid.list.filterValue}
    />
  )
}

function PeriodInput({ condition, change }: Props) {
  const { t } = useI18n()
  const now = valuesPeriod(condition.values)
  const at = periods.findIndex((p) => now && JSON.stringify(p.period) === JSON.stringify(now))
  return (
    <Select
      className="value-of"
      value={at < 0 ? undefined : at}
      options={periods.map((p, i) => ({ value: i, label: t(p.key) }))}
      aria-label={t('filter.value')}
      onChange={(i: number) => periods[i] && change(periodValues(periods[i].period))}
      data-testid={testid.list.filterValue}
    />
  )
}

type Mode = 'day' | 'today' | 'ago' | 'ahead'

function DayInput({ condition, change }: Props) {
  const { t, language } = useI18n()
  const v = condition.values[0]
  const n = Number(v?.call?.args[0] ?? 0) * (v?.call?.name === 'days_ago' ? -1 : 1)
  const mode: Mode = !v?.call ? 'day' : n === 0 ? 'today' : n < 0 ? 'ago' : 'ahead'
  const turn = (m: Mode) => change(m === 'day' ? [] : [call('today', m === 'today' ? 0 : m === 'ago' ? -30 : 30)])
  return (
    <Space.Compact className="value-of" block>
      <Select
        value={mode}
        aria-label={t('filter.value')}
        onChange={turn}
        popupMatchSelectWidth={false}
        options={[
          { value: 'day', label: t('filter.day') },
          { value: 'today', label: t('filter.today') },
          { value: 'ago', label: t('filter.modeAgo') },
          { value: 'ahead', label: t('filter.modeAhead') },
        ]}
      />
      {mode === 'day' && (
        <DatePicker
          style={{ flex: 1 }}
          format={language === 'en' ? 'D MMM YYYY' : 'YYYY年M月D日'}
          value={v?.text ? dayjs(v.text) : null}
          onChange={(d) => change(d ? [text(d.format('YYYY-MM-DD'))] : [])}
          data-testid={testid.list.filterValue}
        />
      )}
      {(mode === 'ago' || mode === 'ahead') && <InputNumber style={{ flex: 1 }} min={1} max={3650} value={Math.abs(n)} onChange={(d) => d && change([call('today', mode === 'ago' ? -d : d)])} data-testid={testid.list.filterValue} />}
    </Space.Compact>
  )
}
