import { useQuery } from '@tanstack/react-query'
import { Check, Minus } from 'lucide-react'
import { accountFits } from '../api/profile'
import { Failure } from '../app/Failure'
import { Go, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useI18n } from '../i18n'
import '../i18n/profile'
import type { TabProps } from '../records/show/tabs'
import { testid } from '../testids'
import { useWords } from './words'
import './profile.css'

/** How an account fits the published version and the segments, condition by condition. */
export default function FitTab({ record }: TabProps) {
  const { t } = useI18n()
  const { say } = useWords()
  const place = usePlace()
  const fits = useQuery({ queryKey: ['lake', placeKey(place), 'fits', record.id, record.rev], queryFn: ({ signal }) => accountFits(place, record.id, signal) })
  if (fits.error) return <Failure error={fits.error} retry={() => void fits.refetch()} />
  return (
    <div className="stack" style={{ gap: 12, padding: '12px 20px' }} data-testid={testid.profile.fits}>
      {fits.data?.fits.map((f) => (
        <section key={f.kind + f.of} className="profile-card">
          <div className="row wrap">
            <h3 className="grow">
              {f.kind === 'profile' ? <Go to="/profile">{t('ideal.fitProfile', { version: f.version ?? '', name: say(f.name) })}</Go> : t('ideal.fitSegment', { name: say(f.name) })}
            </h3>
            <span className={'pill ' + (f.chosen ? 'success' : '')}>{t(f.chosen ? 'ideal.fits' : 'ideal.fitsNot')}</span>
            {f.belongs && <span className="pill info">{t('ideal.belongs')}</span>}
            <span>
              <strong>{f.points}</strong> <span className="faint">/ {f.threshold}</span>
            </span>
          </div>
          {(f.failed?.length ?? 0) > 0 && <p className="danger-text">{t('ideal.missed')}</p>}
          <table className="plain-table">
            <tbody>
              {f.answers.map((a) => (
                <tr key={a.condition} className={a.holds ? '' : 'faint'}>
                  <td style={{ width: 24 }}>{a.holds ? <Check size={14} aria-label={t('ideal.fits')} /> : <Minus size={14} aria-label={t('ideal.fitsNot')} />}</td>
                  <td className="num profile-weight">{a.weight > 0 ? '+' + a.weight : a.weight}</td>
                  <td title={a.if}>
                    {say(a.why)} {a.must && <span className="pill">{t('ideal.must')}</span>} {a.skipped && <span className="danger-text">{t('ideal.skipped', { why: a.skipped })}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  )
}
