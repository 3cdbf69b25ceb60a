import { AutoComplete, Button, Modal, Select } from 'antd'
import { ArrowRight } from 'lucide-react'
import { useState } from 'react'
import type { DryRun, Field, Plan, PlanColumn } from '../api/types'
import { useI18n } from '../i18n'
import { useCandidates } from '../records/inputs/ReferenceInput'
import { testid } from '../testids'
import { mapValue, openValues } from './plan'

/** Says what texts of a column mean: GTXPro is GTX Pro. */
export function ValueMap({ column, field, plan, change, run, close }: { column: PlanColumn; field: Field; plan: Plan; change: (p: Plan) => void; run?: DryRun; close: () => void }) {
  const { t } = useI18n()
  const [extra, setExtra] = useState('')
  const rows = openValues(column, run)
  return (
    <Modal open title={t('import.valuesTitle', { column: column.column })} onCancel={close} footer={<Button type="primary" onClick={close}>{t('act.done')}</Button>} width={560}>
      <p className="soft">{t('import.valuesText')}</p>
      <div className="value-map">
        {rows.map((r) => (
          <div key={r.value} className="value-row">
            <span className="clip" title={r.value}>
              <code>{r.value}</code> {r.count > 0 && <small className="faint">{t('import.times', { n: r.count })}</small>}
            </span>
            <ArrowRight size={13} className="faint" aria-hidden />
            <ValueTarget field={field} value={column.values?.[r.value]} suggestion={r.title ?? r.to} from={r.value} set={(to) => change(mapValue(plan, column.column, r.value, to))} accept={r.to === undefined ? undefined : () => change(mapValue(plan, column.column, r.value, r.to))} />
          </div>
        ))}
        <div className="value-row">
          <AutoComplete value={extra} onChange={setExtra} placeholder={t('import.addValue')} aria-label={t('import.addValue')} />
          <ArrowRight size={13} className="faint" aria-hidden />
          <Button
            disabled={!extra.trim()}
            onClick={() => {
              change(mapValue(plan, column.column, extra.trim(), ''))
              setExtra('')
            }}
          >
            {t('act.add')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

function ValueTarget({ field, value, suggestion, from, set, accept }: { field: Field; value: string | undefined; suggestion?: string; from: string; set: (to: string | undefined) => void; accept?: () => void }) {
  const { t, label } = useI18n()
  const [words, setWords] = useState('')
  const reference = field.kind === 'reference'
  const { options } = useCandidates(reference ? (field.target ?? '') : '', words || suggestion || '', [], reference)
  const list = reference
    ? [...options.values()].map((name) => ({ value: name, label: name }))
    : field.kind === 'boolean'
      ? [
          { value: 'true', label: t('value.yes') },
          { value: 'false', label: t('value.no') },
        ]
      : (field.options ?? []).map((o) => ({ value: o.name, label: label(o.label, o.name) }))
  const shown = field.options?.find((o) => o.name === suggestion)
  return (
    <div className="row">
      <Select
        className="grow"
        allowClear
        showSearch={reference ? { filterOption: false, onSearch: setWords } : { optionFilterProp: 'label' }}
        value={value}
        placeholder={suggestion ? t('import.suggest', { value: shown ? label(shown.label) : suggestion }) : t('import.asIs')}
        options={[{ value: '', label: t('import.toEmpty') }, ...list]}
        onChange={(v: string | undefined) => set(v)}
        aria-label={t('import.meaning', { value: from })}
        data-testid={testid.imports.valueTo}
        data-value={from}
      />
      {value === undefined && accept && (
        <Button size="small" onClick={accept}>
          {t('import.accept')}
        </Button>
      )}
    </div>
  )
}
