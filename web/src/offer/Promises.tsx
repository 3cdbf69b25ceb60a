import type { FoundPromise } from '../api/offer'
import { useI18n } from '../i18n'
import '../i18n/value'
import { useSchema } from '../records/schema'

const tones: Record<string, string> = { open: 'warning', backed: 'info', over: 'danger', delivered: 'success', broken: 'danger' }

export function PromiseStatus({ status }: { status: string }) {
  const { label } = useI18n()
  const schema = useSchema()
  return <span className={'pill ' + (tones[status] ?? '')}>{label(schema.field('promises', 'status')?.options?.find((o) => o.name === status)?.label, status)}</span>
}

/** Promises found in a text: what backs each, and what to write in place of one that goes too far. */
export function FoundPromises({ found }: { found: FoundPromise[] }) {
  const { t, label } = useI18n()
  const worst = [...found].sort((a, b) => rank(a.status) - rank(b.status))
  return (
    <ul className="plain-list found-promises">
      {worst.map((p, i) => (
        <li key={i} className={p.status}>
          <span className="row wrap">
            <PromiseStatus status={p.status} />
            <q className="grow">{p.sentence}</q>
          </span>
          <span className="soft">
            <mark>{p.evidence}</mark> {label(p.why)}
          </span>
          {p.instead && (
            <span>
              {t('promise.instead')} {label(p.instead)}
            </span>
          )}
          {p.limits && <span className="faint">{t('promise.limits', { limits: label(p.limits) })}</span>}
          <span className="faint">{t('promise.rule', { rule: p.rule }) + (p.capability ? ' · ' + t('promise.capability', { capability: p.capability }) : '')}</span>
        </li>
      ))}
    </ul>
  )
}

const rank = (status: string) => ['over', 'open', 'backed'].indexOf(status)
