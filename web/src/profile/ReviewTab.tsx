import { useQuery } from '@tanstack/react-query'
import { Segmented, Select } from 'antd'
import { ChartNoAxesColumn } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { reviewFocus, type Rate, type ReviewBy, type Reviewed, type ReviewGroup } from '../api/profile'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/profile'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { useWords } from './words'

const WinChart = lazy(() => import('./WinChart'))

const divisions: ReviewBy[] = ['segment', 'industry', 'region']
const tone: Record<string, string> = { grow: 'success', keep: 'info', watch: 'warning', drop: 'danger' }

/** Win rate, cycle, size, effort and renewal by group of customers, and what the pack's rules say to do. */
export default function ReviewTab({ pack }: { pack: string }) {
  const { t } = useI18n()
  const place = usePlace()
  const [by, setBy] = useState<ReviewBy>('segment')
  const [months, setMonths] = useState(24)
  const review = useQuery({ queryKey: ['lake', placeKey(place), 'review', pack, by, months], queryFn: ({ signal }) => reviewFocus(place, pack, by, months, signal), placeholderData: (old) => old })
  if (review.error) return <Failure error={review.error} retry={() => void review.refetch()} />
  return (
    <div className="stack" style={{ gap: 12 }}>
      <div className="row wrap">
        <h2 className="grow review-title">{t('ideal.reviewTitle')}</h2>
        <Segmented size="small" value={by} onChange={setBy} options={divisions.map((d) => ({ value: d, label: <span data-testid={testid.profile.by(d)}>{t(`ideal.by.${d}`)}</span> }))} />
        <Select size="small" value={months} onChange={setMonths} options={[6, 12, 24, 36].map((n) => ({ value: n, label: t('ideal.period', { n }) }))} />
      </div>
      {review.data && <Show review={review.data} />}
    </div>
  )
}

/** What a group is called: a segment's name, an option of the industry, or a region. */
function useGroupName(by: ReviewBy) {
  const { t, label } = useI18n()
  const { say } = useWords()
  const industry = useSchema().field('accounts', 'industry')
  return (g: ReviewGroup) => {
    if (!g.key) return t('ideal.noGroup')
    if (g.name?.zh) return say(g.name)
    return by === 'industry' ? label(industry?.options?.find((o) => o.name === g.key)?.label, g.key) : g.key
  }
}

function Show({ review: v }: { review: Reviewed }) {
  const { t, label, format } = useI18n()
  const { say } = useWords()
  const name = useGroupName(v.by)
  const kinds = useSchema().field('activities', 'kind')
  const groups = v.groups ?? []
  if (groups.length === 0) return <Teach icon={ChartNoAxesColumn} title={t('ideal.reviewNone')} text={t('ideal.reviewNoneText')} />
  const those = (verdict: string) => format.list(groups.filter((g) => g.verdict?.verdict === verdict).map(name)) || t('ideal.nobody')
  const hours = format.list(Object.entries(v.hours).map(([k, h]) => `${label(kinds?.options?.find((o) => o.name === k)?.label, k)} ${h} h`))
  return (
    <>
      <p data-testid={testid.profile.reviewAnswer}>
        <strong>{t('ideal.reviewAnswer', { grow: those('grow'), drop: those('drop') })}</strong>
      </p>
      <Suspense fallback={<span className="skeleton" style={{ height: 220 }} />}>
        <WinChart rows={groups.filter((g) => g.win_rate.of > 0).map((g) => ({ name: name(g), rate: g.win_rate }))} all={v.all.win_rate} />
      </Suspense>
      <div className="profile-scroll">
        <table className="plain-table" data-testid={testid.profile.review}>
          <thead>
            <tr>
              <th>{t('ideal.group')}</th>
              {(['deals', 'winRate', 'cycle', 'size', 'effort', 'renewal'] as const).map((k) => (
                <th key={k} className="num">
                  {t(`ideal.${k}`)}
                </th>
              ))}
              <th>{t('ideal.verdict')}</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((g) => (
              <Group key={g.key} of={g} name={name(g)} currency={v.currency} />
            ))}
            <Group of={v.all} name={t('ideal.all')} currency={v.currency} />
          </tbody>
        </table>
      </div>
      <p className="faint">{t('ideal.reviewFrom', { from: v.from, until: v.until, name: say(v.name), hours })}</p>
      {(v.notes ?? []).map((n, i) => (
        <p key={i} className="info-note">
          {say(n)}
        </p>
      ))}
      <ul className="soft">
        {(v.ask ?? []).map((q, i) => (
          <li key={i}>{say(q)}</li>
        ))}
      </ul>
    </>
  )
}

function Ratio({ of }: { of: Rate }) {
  const { t } = useI18n()
  const { percent, span } = useWords()
  if (of.of === 0) return <td className="num faint">—</td>
  return (
    <td className="num">
      <span title={t('ideal.ofN', { hits: of.hits, of: of.of })}>{percent(of.rate)}</span>
      <div className="faint">{span(of.low, of.high)}</div>
    </td>
  )
}

function Group({ of: g, name, currency }: { of: ReviewGroup; name: string; currency?: string }) {
  const { t, format } = useI18n()
  const { say } = useWords()
  const effort = g.measures['effort_per_won']
  const v = g.verdict
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="num">{format.number(g.win_rate.of)}</td>
      <Ratio of={g.win_rate} />
      <td className="num">{g.cycle ? Math.round(g.cycle.value) : '—'}</td>
      <td className="num">{g.size && currency ? format.moneyCompact({ amount: String(Math.round(g.size.value)), currency }) : '—'}</td>
      <td className="num">{effort === null || effort === undefined ? '—' : effort.toFixed(1)}</td>
      <Ratio of={g.renewal} />
      <td>
        {v && (
          <>
            <span className={'pill ' + (tone[v.verdict] ?? '')}>{t(`ideal.verdict.${v.verdict}`)}</span> {say(v.why)} <span className="soft">{say(v.do)}</span>
            <div className="faint">{t('ideal.rule', { rule: v.rule, formula: v.if, figures: v.figures })}</div>
          </>
        )}
      </td>
    </tr>
  )
}
