import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { benchmarkCustomers, industryRoutes, lookAlikes, type Alike, type RouteProgress } from '../api/profile'
import { Failure } from '../app/Failure'
import { Go, paths, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/profile'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import type { Seed } from './ProfilePage'
import { useWords } from './words'

/** Customers that neighbours can be shown, prospects that resemble chosen ones, and the industry route. */
export default function AlikeTab({ pack, build }: { pack: string; build: (s: Seed) => void }) {
  const { t, label, format } = useI18n()
  const place = usePlace()
  const problem = useProblem()
  const industry = useSchema().field('accounts', 'industry')
  const [chosen, setChosen] = useState<string[]>([])
  const benchmarks = useQuery({ queryKey: ['lake', placeKey(place), 'benchmarks'], queryFn: ({ signal }) => benchmarkCustomers(place, signal) })
  const routes = useQuery({ queryKey: ['lake', placeKey(place), 'routes', pack], queryFn: ({ signal }) => industryRoutes(place, pack, signal) })
  const alike = useMutation({ mutationFn: () => lookAlikes(place, chosen) })
  if (benchmarks.error) return <Failure error={benchmarks.error} retry={() => void benchmarks.refetch()} />
  const money = (value: string) => {
    const [amount = '', currency = ''] = value.split(' ')
    return format.moneyCompact({ amount, currency })
  }
  return (
    <div className="stack" style={{ gap: 12 }}>
      <div className="row wrap">
        <h2 className="grow">{t('ideal.benchmarks')}</h2>
        <Button type="primary" disabled={chosen.length === 0} loading={alike.isPending} onClick={() => alike.mutate()} data-testid={testid.profile.findAlike}>
          {t('ideal.findAlike', { n: chosen.length })}
        </Button>
      </div>
      <p className="soft">{t(benchmarks.data?.length === 0 ? 'ideal.benchmarksNone' : 'ideal.benchmarksText')}</p>
      {alike.error && <p className="error-note">{problem(alike.error)}</p>}
      {alike.data && <Found alike={alike.data} build={build} />}
      {(benchmarks.data?.length ?? 0) > 0 && (
        <div className="profile-scroll">
          <table className="plain-table">
            <thead>
              <tr>
                <th />
                <th>{t('ideal.customer')}</th>
                <th>{t('ideal.industry')}</th>
                <th>{t('ideal.region')}</th>
                {(['won', 'renewed', 'value', 'near'] as const).map((k) => (
                  <th key={k} className="num">
                    {t(`ideal.${k}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {benchmarks.data?.map((b) => (
                <tr key={b.id}>
                  <td>
                    <Checkbox checked={chosen.includes(b.id)} aria-label={b.name} onChange={(e) => setChosen((all) => (e.target.checked ? [...all, b.id] : all.filter((x) => x !== b.id)))} data-testid={testid.profile.benchmark} />
                  </td>
                  <td>
                    <Go to={paths.record('accounts', b.id)}>{b.name}</Go>
                  </td>
                  <td>{label(industry?.options?.find((o) => o.name === b.industry)?.label, b.industry)}</td>
                  <td>{b.region}</td>
                  <td className="num">{b.won}</td>
                  <td className="num">{b.renewed}</td>
                  <td className="num">{b.value ? money(b.value) : '—'}</td>
                  <td className="num">{b.near}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {routes.data?.map((r) => <Route key={r.id} route={r} />)}
    </div>
  )
}

function Found({ alike: a, build }: { alike: Alike; build: (s: Seed) => void }) {
  const { t } = useI18n()
  const { say } = useWords()
  return (
    <section className="profile-card" data-testid={testid.profile.found}>
      <div className="row wrap">
        <h3 className="grow">{t('ideal.alikeFound', { n: a.chosen })}</h3>
        {a.conditions.length > 0 && (
          <Button size="small" onClick={() => build({ conditions: a.conditions, threshold: Math.round(a.conditions.reduce((n, c) => n + c.weight, 0) / 2) })}>
            {t('ideal.alikeUse')}
          </Button>
        )}
      </div>
      {a.accounts.length === 0 && <p className="soft">{t('ideal.alikeNone')}</p>}
      <table className="plain-table">
        <tbody>
          {a.accounts.map((x) => (
            <tr key={x.id}>
              <td style={{ width: '24%' }}>
                <Go to={paths.record('accounts', x.id)}>{x.title}</Go>
              </td>
              <td className="num" style={{ width: 70 }}>
                {x.points.toFixed(1)}
              </td>
              <td>
                <ul className="profile-reasons">
                  {x.answers
                    .filter((y) => y.holds)
                    .map((y) => (
                      <li key={y.condition} title={y.if}>
                        {say(y.why)} <span className="faint">+{y.weight}</span>
                      </li>
                    ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Route({ route: r }: { route: RouteProgress }) {
  const { t, label, format } = useI18n()
  const { say, percent, span } = useWords()
  const industry = useSchema().field('accounts', 'industry')
  return (
    <section>
      <h2>{t('ideal.route')}</h2>
      <p className="soft">{say(r.summary)}</p>
      <ol className="soft">
        {r.steps.map((s, i) => (
          <li key={i}>{say(s)}</li>
        ))}
      </ol>
      <div className="profile-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th>{t('ideal.wave')}</th>
              {(['accounts', 'customers', 'open', 'references', 'winRate'] as const).map((k) => (
                <th key={k} className="num">
                  {t(`ideal.${k}`)}
                </th>
              ))}
              <th>{t('ideal.goal')}</th>
            </tr>
          </thead>
          <tbody>
            {r.waves.map((w) => (
              <tr key={w.id}>
                <th scope="row">
                  {say(w.name)}
                  <div className="faint">{format.list((w.industries ?? []).map((i) => label(industry?.options?.find((o) => o.name === i)?.label, i)))}</div>
                </th>
                <td className="num">{format.number(w.accounts)}</td>
                <td className="num">{format.number(w.customers)}</td>
                <td className="num">{format.number(w.open)}</td>
                <td className="num">{format.number(w.references)}</td>
                <td className="num">
                  {w.win_rate.of > 0 ? percent(w.win_rate.rate) : '—'} <div className="faint">{w.win_rate.of > 0 && span(w.win_rate.low, w.win_rate.high)}</div>
                </td>
                <td>
                  {say(w.goal)} <span className="faint">{say(w.why)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
