import type { Gain } from '../api/offer'
import { Go } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/value'
import { testid } from '../testids'
import { amountOf } from '../value/amount'

/** What the customer gains, beside what the customer pays; its value case is one click away. */
export function GainBeside({ gain, deal }: { gain: Gain | undefined; deal: string }) {
  const { t, format } = useI18n()
  const money = (m: string) => <b title={format.money(amountOf(m))}>{format.moneyCompact(amountOf(m))}</b>
  const source = '/records/deals/' + encodeURIComponent(deal) + '?tab=value'
  if (!gain)
    return (
      <p className="info-note" data-testid={testid.offer.gain}>
        <span>
          {t('quote.noGain')} <Go to={source}>{t('quote.toValue')}</Go>
        </span>
      </p>
    )
  const price = Number(amountOf(gain.yearly).amount)
  const worth = Number(amountOf(gain.gain).amount)
  const most = Math.max(price, worth, 1)
  return (
    <div className="gain-beside" data-testid={testid.offer.gain}>
      <div className="gain-row">
        <span className="soft">{t('quote.yearly')}</span>
        <span className="gain-bar price" style={{ width: (100 * price) / most + '%' }} aria-hidden />
        {money(gain.yearly)}
      </div>
      <div className="gain-row">
        <span className="soft">{t('quote.gain')}</span>
        <span className="gain-bar" style={{ width: (100 * worth) / most + '%' }} aria-hidden />
        {money(gain.gain)}
      </div>
      <span className="soft">
        {t('quote.net', { net: format.moneyCompact(amountOf(gain.net)) })}
        {gain.times && ' · ' + t('quote.times', { n: format.number(gain.times) })}
        {gain.payback_months && ' · ' + t('quote.payback', { n: format.number(gain.payback_months) })}
      </span>
      <Go to={source} className="faint">
        {t('quote.gainFrom')}
      </Go>
    </div>
  )
}
