import { useMutation } from '@tanstack/react-query'
import { Button, DatePicker, Select } from 'antd'
import dayjs from 'dayjs'
import { FlaskConical, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { backtest, type Backtest, type BacktestResult, type Draft, type Leak, type Rate, type Unit, type Version } from '../api/profile'
import { useBranch } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/profile'
import { testid } from '../testids'
import { useWords } from './words'

const DecileChart = lazy(() => import('./DecileChart'))

const units: Unit[] = ['accounts', 'deals', 'leads']
const spans = [3, 6, 12, 24]

/** Asks for a day, and shows whom the version would have chosen then and what became of them. */
export function BacktestPanel({ draft, pack, versions, last }: { draft: Draft; pack: string; versions: Version[]; last?: string }) {
  const { t } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const [unit, setUnit] = useState<Unit>('accounts')
  const [on, setOn] = useState(dayjs().subtract(9, 'month').format('YYYY-MM-DD'))
  const [months, setMonths] = useState(6)
  const [against, setAgainst] = useState(versions.some((v) => v.id === last) ? last : (versions.find((v) => v.published) ?? versions[0])?.id)
  const run = useMutation({ mutationFn: () => backtest(branch, { ...draft, pack, unit, on: on || undefined, months: months || undefined, last: against }) })
  return (
    <section className="profile-section" data-testid={testid.profile.backtest}>
      <h3>{t('ideal.test')}</h3>
      <div className="row wrap profile-ask">
        <label>
          <span>{t('ideal.unit')}</span>
          <Select size="small" value={unit} onChange={setUnit} popupMatchSelectWidth={false} options={units.map((u) => ({ value: u, label: t(`ideal.unit.${u}`) }))} />
        </label>
        <label>
          <span>{t('ideal.on')}</span>
          <DatePicker size="small" value={on ? dayjs(on) : null} allowClear={unit === 'leads'} maxDate={dayjs().subtract(1, 'day')} onChange={(d) => setOn(d ? d.format('YYYY-MM-DD') : '')} />
        </label>
        <label>
          <span>{t('ideal.months')}</span>
          <Select size="small" value={months} onChange={setMonths} popupMatchSelectWidth={false} options={[...spans.map((n) => ({ value: n, label: t('ideal.monthsN', { n }) })), { value: 0, label: t('ideal.untilNow') }]} />
        </label>
        {versions.length > 0 && (
          <label>
            <span>{t('ideal.compareWith')}</span>
            <Select size="small" value={against} onChange={setAgainst} popupMatchSelectWidth={false} options={versions.map((v) => ({ value: v.id, label: 'V' + v.version }))} />
          </label>
        )}
        <Button type="primary" size="small" icon={<FlaskConical size={14} />} loading={run.isPending} onClick={() => run.mutate()} data-testid={testid.profile.run}>
          {t('ideal.run')}
        </Button>
      </div>
      {run.error && (
        <p className="error-note" role="alert">
          {problem(run.error)}
        </p>
      )}
      {run.data && <Outcome test={run.data} />}
    </section>
  )
}

const tone: Record<string, string> = { better: 'success', no_better: 'warning', worse: 'danger', too_few: '', leaks: 'danger' }

function Outcome({ test: b }: { test: Backtest }) {
  const { t } = useI18n()
  const { say } = useWords()
  return (
    <div className="profile-outcome" data-testid={testid.profile.outcome}>
      <p className={'profile-verdict ' + (tone[b.verdict.code] ?? '')} data-testid={testid.profile.verdict} data-code={b.verdict.code}>
        {say(b.verdict.words)}
      </p>
      {b.verdict.more?.map((m, i) => <p key={i}>{say(m)}</p>)}
      <Results test={b} />
      <Suspense fallback={<span className="skeleton" style={{ height: 180 }} />}>
        <DecileChart test={b} />
      </Suspense>
      <Leaks leaks={b.leaks} />
      <p className="faint">
        {b.on ? t(`ideal.from.${b.source}`, { on: b.on, until: b.until ?? '' }) : t('ideal.from.undated')} {t('ideal.where')}
      </p>
      {(b.notes ?? []).map((n, i) => (
        <p key={i} className="info-note">
          {say(n)}
        </p>
      ))}
    </div>
  )
}

function Share({ of }: { of: Rate }) {
  const { t } = useI18n()
  const { percent, span } = useWords()
  return (
    <td className="num">
      <span title={t('ideal.ofN', { hits: of.hits, of: of.of })}>{percent(of.rate, 1)}</span>
      <div className="faint">{span(of.low, of.high)}</div>
    </td>
  )
}

function Results({ test: b }: { test: Backtest }) {
  const { t, format } = useI18n()
  const { percent, span } = useWords()
  const row = (name: string, r: BacktestResult) => (
    <tr key={name}>
      <th scope="row">{name}</th>
      <td className="num">{format.number(r.precision.of)}</td>
      <Share of={r.precision} />
      <Share of={r.recall} />
      <Share of={r.coverage} />
      <td className="num">{r.lift.toFixed(2)}</td>
      <td className="num">{r.auc.toFixed(2)}</td>
    </tr>
  )
  return (
    <div className="profile-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th />
            {(['chosenN', 'precision', 'recall', 'coverage', 'lift', 'auc'] as const).map((k) => (
              <th key={k} className="num">
                {t(`ideal.${k}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {row(t('ideal.thisVersion'), b.version)}
          {b.last && row(t('ideal.lastVersion', { version: b.last.version ?? b.last.id }), b.last)}
          <tr>
            <th scope="row">{t('ideal.everyone')}</th>
            <td className="num">{format.number(b.everyone.of)}</td>
            <td className="num">
              {percent(b.everyone.rate, 1)}
              <div className="faint">{span(b.everyone.low, b.everyone.high)}</div>
            </td>
            <td className="num">100%</td>
            <td className="num">100%</td>
            <td className="num">1.00</td>
            <td className="num">0.50</td>
          </tr>
        </tbody>
      </table>
    </div>
  )
}

function Leaks({ leaks }: { leaks: Leak[] }) {
  const { t } = useI18n()
  const used = leaks.filter((l) => l.used)
  const other = leaks.filter((l) => !l.used)
  return (
    <section className="profile-leaks">
      <h4>{t('ideal.leaks')}</h4>
      {leaks.length === 0 ? (
        <p className="soft">{t('ideal.noLeaks')}</p>
      ) : (
        <>
          <p className="soft">{t('ideal.leaksText')}</p>
          <ul data-testid={testid.profile.leaks}>
            {used.map((l) => (
              <LeakLine key={l.field} leak={l} />
            ))}
          </ul>
          {other.length > 0 && (
            <details open={used.length === 0 && other.length < 4}>
              <summary>{t('ideal.leaksOther', { n: other.length })}</summary>
              <ul>
                {other.map((l) => (
                  <LeakLine key={l.field} leak={l} />
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  )
}

function LeakLine({ leak: l }: { leak: Leak }) {
  const { t, label } = useI18n()
  const { say } = useWords()
  return (
    <li className={l.strong ? 'strong' : ''}>
      <TriangleAlert size={13} aria-hidden /> <strong>{label(l.label, l.field)}</strong> {l.used && <span className="pill danger">{t('ideal.usedField')}</span>} {say(l.words)}
    </li>
  )
}
