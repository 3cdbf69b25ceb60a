import { Tooltip } from 'antd'
import type { ValueResult } from '../api/value'
import { useI18n } from '../i18n'
import '../i18n/value'
import { amountOf } from './amount'

/** Benefits and costs, line by line and year by year, in the likely case. */
export function LinesTable({ result }: { result: ValueResult }) {
  const { t, label, format } = useI18n()
  const money = (m: string) => <span title={format.money(amountOf(m))}>{format.moneyCompact(amountOf(m))}</span>
  return (
    <section className="value-section">
      <h2>{t('value.lines')}</h2>
      <div className="value-scroll">
        <table className="plain-table value-lines">
          <thead>
            <tr>
              <th scope="col">{t('value.term', { n: String(result.term) })}</th>
              {result.years.map((y) => (
                <th scope="col" className="num" key={y.year}>
                  {y.year === 0 ? t('value.start') : t('value.year', { n: String(y.year) })}
                </th>
              ))}
              <th scope="col" className="num">{t('value.total')}</th>
            </tr>
          </thead>
          {(['benefit', 'cost'] as const).map((kind) => (
            <tbody key={kind}>
              <tr className="group">
                <th scope="rowgroup">{t(kind === 'benefit' ? 'value.benefits' : 'value.costs')}</th>
                {result.years.map((y) => (
                  <td className="num" key={y.year}>
                    {money(kind === 'benefit' ? y.benefits : y.costs)}
                  </td>
                ))}
                <td className="num">{money(kind === 'benefit' ? result.benefits : result.costs)}</td>
              </tr>
              {result.lines
                .filter((l) => l.kind === kind)
                .map((l) => (
                  <tr key={l.id}>
                    <th scope="row">
                      <Tooltip title={t('value.formula', { formula: l.formula }) + (l.note ? ' · ' + label(l.note) : '')}>
                        <span className="underlined" tabIndex={0}>
                          {label(l.name)}
                        </span>
                      </Tooltip>
                    </th>
                    {l.amounts.map((a, i) => (
                      <td className="num" key={i}>
                        {money(a)}
                      </td>
                    ))}
                    <td className="num">{money(l.total)}</td>
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
      </div>
    </section>
  )
}
