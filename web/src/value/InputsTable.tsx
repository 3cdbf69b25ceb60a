import { Input, Select, Tooltip } from 'antd'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import type { CaseInput, ValueAnswer, ValueCase } from '../api/value'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/value'
import { useCandidates } from '../records/inputs/ReferenceInput'
import { testid } from '../testids'
import { isDecimal } from './amount'

interface Props {
  answer: ValueAnswer
  data: ValueCase
  inputs: Record<string, CaseInput>
  mayEdit: boolean
  change: (variable: string, input: CaseInput | null) => void
}

const sources = ['customer', 'measured', 'price', 'benchmark', 'assumption'] as const

/** Every number of the model: its range, what it stands on, who confirmed it. */
export function InputsTable({ answer, data, inputs, mayEdit, change }: Props) {
  const { t, label } = useI18n()
  const [openOnly, setOpenOnly] = useState(false)
  const likely = answer.results[1]
  if (!likely) return null
  const open = new Set(likely.open)
  const shown = likely.variables.filter((v) => !openOnly || open.has(v.id))
  return (
    <section className="value-section">
      <div className="row wrap">
        <h2>{t('value.inputs')}</h2>
        {open.size > 0 && (
          <>
            <span className="pill warning">{t('value.open', { n: String(open.size) })}</span>
            <button type="button" className="plain soft underlined" onClick={() => setOpenOnly(!openOnly)}>
              {t(openOnly ? 'value.allVariables' : 'value.openOnly')}
            </button>
          </>
        )}
      </div>
      <div className="value-scroll">
        <table className="plain-table value-inputs" data-testid={testid.value.inputs}>
          <thead>
            <tr>
              <th scope="col">{t('value.variable')}</th>
              <th scope="col" className="num">{t('value.low')}</th>
              <th scope="col" className="num">{t('value.likely')}</th>
              <th scope="col" className="num">{t('value.high')}</th>
              <th scope="col">{t('value.basis')}</th>
              <th scope="col">{t('value.confirmedBy')}</th>
              <th scope="col">{t('value.note')}</th>
              <th aria-label={t('value.reset')} />
            </tr>
          </thead>
          <tbody>
            {shown.map((v) => {
              const given = inputs[v.id]
              const now: CaseInput = given ?? { low: v.low, likely: v.likely, high: v.high, source: v.source as CaseInput['source'] }
              const put = (i: Partial<CaseInput>) => change(v.id, { ...now, source: now.source || 'assumption', ...i })
              const number = (part: 'low' | 'likely' | 'high') => (
                <Input
                  size="small"
                  className={'num' + (given ? '' : ' assumed')}
                  disabled={!mayEdit}
                  value={now[part] ?? ''}
                  inputMode="decimal"
                  status={now[part] && !isDecimal(now[part]) ? 'error' : undefined}
                  title={now[part] && !isDecimal(now[part]) ? t('value.notNumber') : undefined}
                  aria-label={label(v.name) + ' ' + t(('value.' + part) as TextKey)}
                  data-testid={testid.value.number(v.id, part)}
                  onChange={(e) => put({ [part]: e.target.value.trim(), ...(given ? {} : { source: 'customer' as const }) })}
                />
              )
              return (
                <tr key={v.id} className={open.has(v.id) ? 'open' : ''}>
                  <th scope="row">
                    {label(v.name)} <span className="faint">{label(v.unit)}</span>
                    <div className="faint value-ask">{label(v.ask)}</div>
                  </th>
                  <td data-label={t('value.low')}>{number('low')}</td>
                  <td data-label={t('value.likely')}>{number('likely')}</td>
                  <td data-label={t('value.high')}>{number('high')}</td>
                  <td data-label={t('value.basis')}>
                    <Tooltip title={now.source !== v.wanted ? t('value.wanted', { source: t(('value.source.' + v.wanted) as TextKey) }) : ''}>
                      <Select
                        size="small"
                        disabled={!mayEdit}
                        value={now.source}
                        aria-label={label(v.name) + ' ' + t('value.basis')}
                        status={open.has(v.id) ? 'warning' : undefined}
                        options={sources.map((s) => ({ value: s, label: t(('value.source.' + s) as TextKey) }))}
                        onChange={(source) => put({ source })}
                        style={{ width: 132 }}
                      />
                    </Tooltip>
                  </td>
                  <td data-label={t('value.confirmedBy')}>
                    <Confirmer value={given?.confirmed_by ?? ''} people={data.people} disabled={!mayEdit || !given} name={label(v.name) + ' ' + t('value.confirmedBy')} change={(confirmed_by) => put({ confirmed_by })} />
                  </td>
                  <td data-label={t('value.note')}>
                    <Input size="small" disabled={!mayEdit || !given} value={given?.note ?? ''} aria-label={label(v.name) + ' ' + t('value.note')} onChange={(e) => put({ note: e.target.value })} />
                  </td>
                  <td>
                    {given && mayEdit && (
                      <Tooltip title={t('value.reset')}>
                        <button type="button" className="icon-button" aria-label={label(v.name) + ' ' + t('value.reset')} onClick={() => change(v.id, null)}>
                          <RotateCcw size={13} />
                        </button>
                      </Tooltip>
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {answer.benchmarks.length > 0 && (
        <details className="value-benchmarks">
          <summary>
            {t('value.benchmarks')} <span className="faint">{t('value.benchmarksNote')}</span>
          </summary>
          <ul>
            {answer.benchmarks.map((b) => (
              <li key={b.id}>
                <b>{label(b.name)}</b> {[b.low, b.likely, b.high].filter((x) => x !== undefined).join(' – ')} {label(b.unit)} <span className="faint">{label(answer.sources.find((s) => s.id === b.source)?.name, b.source)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

/** Who at the customer stands for a number. */
function Confirmer({ value, people, disabled, name, change }: { value: string; people: Record<string, string>; disabled: boolean; name: string; change: (id: string) => void }) {
  const [words, setWords] = useState('')
  const [asked, setAsked] = useState(false)
  const { options, isFetching } = useCandidates('contacts', words, asked && value && !people[value] ? [value] : [], asked)
  if (value && people[value]) options.set(value, people[value])
  return (
    <Select
      size="small"
      allowClear
      disabled={disabled}
      showSearch={{ filterOption: false, onSearch: setWords }}
      loading={isFetching}
      onOpenChange={(o) => o && setAsked(true)}
      value={value || undefined}
      onChange={(v?: string) => change(v ?? '')}
      aria-label={name}
      options={[...options].map(([id, text]) => ({ value: id, label: text }))}
      style={{ width: 130 }}
    />
  )
}
