import { Button } from 'antd'
import { History } from 'lucide-react'
import { MAIN, usePlace } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/asof'
import { actor } from '../records/show/Timeline'
import { testid } from '../testids'
import { useGoTo, useMoment } from './useMoment'

/** Says that the past is shown, which, why nothing can be changed, and the way back. */
export default function PastBar() {
  const { t, format } = useI18n()
  const place = usePlace()
  const moment = useMoment(place)
  const goTo = useGoTo()
  const branch = place.branch === MAIN ? t('branch.main') : place.branch
  return (
    <div className="past-bar" role="status" data-testid={testid.asof.bar} data-rev={place.at}>
      <History size={16} aria-hidden />
      <p>
        <strong>{moment ? t('asof.barMoment', { branch, rev: place.at ?? 0, time: format.time(moment.at), who: actor(moment) ?? t('record.system') }) : t('asof.bar', { branch, rev: place.at ?? 0 })}</strong>
        {moment?.reason && <span> · {moment.reason}</span>} <span className="soft">{t('asof.why')}</span>
      </p>
      <Button size="small" type="primary" onClick={() => goTo()} data-testid={testid.asof.back}>
        {t('asof.back')}
      </Button>
    </div>
  )
}
