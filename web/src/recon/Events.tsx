import { Button } from 'antd'
import { Zap } from 'lucide-react'
import type { ReconEvent } from '../api/recon'
import { Go, paths } from '../app/navigation'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/recon'
import { useWrites } from '../records/useWrites'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { said } from './words'

/** Occasions that findings opened: what to do, and by when. */
export function Events({ events }: { events: ReconEvent[]; account: string }) {
  const { t, language, format } = useI18n()
  const rights = useRightsHere()
  const { update } = useWrites('events')
  const open = events.filter((e) => e.status === 'open')
  if (open.length === 0) return null
  return (
    <section aria-label={t('recon.events')} className="recon-events" data-testid={testid.recon.events}>
      {open.map((e) => (
        <div key={e.id} className="card recon-event">
          <header className="row">
            <Zap size={15} className="recon-zap" aria-hidden />
            <strong className="grow">
              <Go to={paths.record('events', e.id)}>{e.trigger ? said(e.trigger.name, language) : e.title}</Go>
            </strong>
            <span className="faint">{format.date(e.seen_on)}</span>
            {e.trigger && <span className="pill warning">{t('recon.act', { n: e.trigger.within_days })}</span>}
            {rights.write && (
              <Button size="small" onClick={() => update.mutate({ id: e.id, cells: { status: 'used' } })} loading={update.isPending}>
                {t('recon.markUsed' as TextKey)}
              </Button>
            )}
          </header>
          {e.trigger && <p>{said(e.trigger.play, language)}</p>}
          <p className="faint">{e.note || (e.trigger && said(e.trigger.why, language))}</p>
        </div>
      ))}
    </section>
  )
}
