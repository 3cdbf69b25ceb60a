import type { ReconFinding } from '../api/recon'
import { Go, paths } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/recon'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { parts, rawValue, result, tone } from './words'

/** Everything that was seen, with the raw words of the other side. */
export function SeenTable({ findings, domain }: { findings: ReconFinding[]; domain?: string }) {
  const { t, label, format } = useI18n()
  const schema = useSchema()
  const what = (name: string) => label(schema.field('findings', 'what')?.options?.find((o) => o.name === name)?.label, name)
  const before = (f: ReconFinding) => {
    const old = { what: f.what, ...parts(f.before) }
    return [result(t, old), rawValue(old)].filter(Boolean).join(' · ')
  }
  return (
    <section aria-label={t('recon.all')}>
      <h2>{t('recon.all')}</h2>
      <div className="recon-scroll">
        <table className="plain-table recon-seen" data-testid={testid.recon.seen}>
          <thead>
            <tr>
              <th scope="col">{t('recon.what')}</th>
              <th scope="col">{t('recon.subject')}</th>
              <th scope="col">{t('recon.result')}</th>
              <th scope="col">{t('recon.seen')}</th>
              <th scope="col">{t('recon.time')}</th>
            </tr>
          </thead>
          <tbody>
            {findings.map((f) => (
              <tr key={f.id}>
                <td>
                  <Go to={paths.record('findings', f.id)}>{what(f.what)}</Go>
                </td>
                <td>
                  {f.subject && <code>{f.subject}</code>}
                  {f.domain !== domain && <span className="faint">{t('recon.olderDomain', { domain: f.domain })}</span>}
                </td>
                <td>
                  <span className={'pill ' + tone(f)}>{result(t, f)}</span> {f.product && <strong>{f.product}</strong>} {f.days_left && <Days left={Number(f.days_left)} />}
                </td>
                <td>
                  <code className="recon-raw">{rawValue(f)}</code>
                  {f.changed && (
                    <div className="faint">
                      <span className="pill warning">{t('recon.changedNow')}</span> {t('recon.before', { text: before(f) })}
                    </div>
                  )}
                </td>
                <td>
                  <time title={format.time(f.seen_at)} className="faint">
                    {format.ago(f.seen_at)}
                  </time>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Days({ left }: { left: number }) {
  const { t } = useI18n()
  return <span className={left < 30 ? 'danger' : 'faint'}>{left < 0 ? t('recon.expiredDays', { n: -left }) : t('recon.daysLeft', { n: left })}</span>
}
