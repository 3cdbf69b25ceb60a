import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import type { ValueAnswer } from '../api/value'
import { useI18n } from '../i18n'
import '../i18n/value'
import { testid } from '../testids'
import { amountOf, percent } from './amount'

/** The figures one talks about, each with its range and what it rests on. */
export function Figures({ answer }: { answer: ValueAnswer }) {
  const { t, label, format } = useI18n()
  const [low, likely, high] = answer.results
  if (!low || !likely || !high) return null
  const names = likely.uses.map((u) => label(likely.variables.find((v) => v.id === u)?.name, u))
  const rests = format.list(names)
  const money = (m: string) => format.moneyCompact(amountOf(m))
  const years = (p: string) => (p === '' ? t('value.paybackNever') : t('value.paybackYears', { n: format.number(Number(Number(p).toFixed(1))) }))
  const range = (a: string, b: string) => t('value.range', { low: a, high: b })
  return (
    <div className="value-figures" data-testid={testid.value.figures}>
      <Figure name={t('value.npv')} value={<span title={format.money(amountOf(likely.npv))}>{money(likely.npv)}</span>} note={range(money(low.npv), money(high.npv))} rests={rests} count={names.length} />
      <Figure name={t('value.roi')} value={percent(likely.roi) || '—'} note={range(percent(low.roi) || '—', percent(high.roi) || '—')} rests={rests} count={names.length} />
      <Figure name={t('value.payback')} value={years(likely.payback_years)} note={range(years(low.payback_years), years(high.payback_years))} rests={rests} count={names.length} />
      <Figure name={t('value.irr')} value={percent(likely.irr) || '—'} note={likely.irr ? range(percent(low.irr) || '—', percent(high.irr) || '—') : t('value.irrNone')} rests={rests} count={names.length} />
      <Figure name={t('value.chance')} value={percent(answer.simulation.positive)} note={t('value.runs', { n: format.number(answer.simulation.runs) })} rests={rests} count={answer.simulation.uses.length} />
    </div>
  )
}

function Figure({ name, value, note, rests, count }: { name: string; value: ReactNode; note: string; rests: string; count: number }) {
  const { t } = useI18n()
  return (
    <div className="value-figure">
      <span className="faint">{name}</span>
      <b>{value}</b>
      <span className="soft">{note}</span>
      <Tooltip title={rests}>
        <span className="faint underlined" tabIndex={0}>
          {t('value.restsOn', { n: String(count) })}
        </span>
      </Tooltip>
    </div>
  )
}
