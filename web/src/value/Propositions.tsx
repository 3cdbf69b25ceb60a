import { useQuery } from '@tanstack/react-query'
import { Button, Tooltip } from 'antd'
import { Copy } from 'lucide-react'
import { useState } from 'react'
import { listPropositions, type Proposition, type Run } from '../api/offer'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/value'
import { testid } from '../testids'

/** What is said to a customer of this segment, with the customer's numbers in it. */
export function Propositions({ deal }: { deal: string }) {
  const place = usePlace()
  const { t, language } = useI18n()
  const [all, setAll] = useState(false)
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'propositions', deal, language], queryFn: ({ signal }) => listPropositions(place, deal, language, signal) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data || data.length === 0) return null
  const fitting = data.filter((p) => p.fits)
  const shown = all || fitting.length === 0 ? data : fitting
  return (
    <section className="value-section" data-testid={testid.value.propositions}>
      <div className="row wrap">
        <h2>{t('prop.title')}</h2>
        {fitting.length > 0 && fitting.length < data.length && (
          <button type="button" className="plain soft underlined" onClick={() => setAll(!all)}>
            {t(all ? 'prop.fitting' : 'prop.all', { n: String(data.length) })}
          </button>
        )}
      </div>
      {shown.map((p) => (
        <One key={p.id} proposition={p} />
      ))}
    </section>
  )
}

const plain = (text: Run[]) => text.map((r) => r.text).join('')

function One({ proposition: p }: { proposition: Proposition }) {
  const { t, label, format } = useI18n()
  const toasts = useToasts()
  const { filled } = p
  const complete = filled.missing.length === 0
  const copy = () => void navigator.clipboard.writeText(plain(filled.text)).then(() => toasts.done(t('act.copied')))
  return (
    <article className="card proposition">
      <div className="row wrap">
        <b className="grow">{filled.headline}</b>
        {p.segment && <span className={'pill' + (p.fits ? ' success' : '')}>{label(p.segment_name, p.segment)}</span>}
        {complete && (
          <Tooltip title={t('prop.copy')}>
            <Button size="small" type="text" icon={<Copy size={14} />} onClick={copy} aria-label={t('prop.copy')} />
          </Tooltip>
        )}
      </div>
      <p>{filled.text.map((r, i) => (r.missing ? <mark key={i}>{r.text}</mark> : <span key={i}>{r.text}</span>))}</p>
      {!complete && <p className="soft">{t('prop.missing', { names: format.list(filled.missing.map((m) => m.name)) })}</p>}
      {(filled.numbers ?? []).length > 0 && (
        <p className="faint">
          {(filled.numbers ?? []).map((n) => t('prop.number', { name: n.name, shown: n.shown, source: n.source })).join(' ')}
        </p>
      )}
      {p.benchmarks.length > 0 && (
        <details className="value-benchmarks">
          <summary>{t('value.benchmarks')}</summary>
          <ul>
            {p.benchmarks.map((b) => (
              <li key={b.id}>
                {label(b.name)}：{[b.low, b.likely, b.high].filter((x) => x !== undefined).join(' – ')} {label(b.unit)} <span className="faint">{label(p.sources.find((s) => s.id === b.source)?.name, b.source)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <span className="faint">{t('prop.pack', { pack: p.pack })}</span>
    </article>
  )
}
