import { useI18n } from '../i18n'
import '../i18n/value'
import { amountOf } from '../value/amount'

export interface ShownLine {
  name: string
  quantity: string
  unit: string
  price: string // money
  amount: string // money
  note: string
}

/** What is paid for, line by line, and how each amount came about. */
export function OfferLines({ lines, total }: { lines: ShownLine[]; total: string }) {
  const { t, format, language } = useI18n()
  const money = (m: string) => format.money(amountOf(m))
  return (
    <div className="value-scroll">
      <table className="plain-table offer-lines">
        <thead>
          <tr>
            <th scope="col">{t('quote.item')}</th>
            <th scope="col" className="num">{t('quote.quantity')}</th>
            <th scope="col" className="num">{t('quote.unitPrice')}</th>
            <th scope="col" className="num">{t('quote.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((l, i) => (
            <tr key={i}>
              <th scope="row">
                {l.name}
                <div className="faint">{l.note}</div>
              </th>
              <td className="num">
                {format.number(l.quantity)} {language === 'en' && l.unit ? '× ' : ''}
                {l.unit}
              </td>
              <td className="num">{money(l.price)}</td>
              <td className="num">{money(l.amount)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {t('quote.total')}
            </th>
            <td className="num">
              <b>{money(total)}</b>
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
