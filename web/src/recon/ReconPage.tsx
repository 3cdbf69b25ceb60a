import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Progress, Segmented } from 'antd'
import { Radar } from 'lucide-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { cancelReconJob, getReconJob, listReconJobs, startRecon, type ReconItem, type ReconJob } from '../api/recon'
import { Failure } from '../app/Failure'
import { Go, MAIN, paths, useBranch } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import { problemText } from '../i18n/problems'
import '../i18n/recon'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { ChangeList } from './Changes'
import { argumentsOf, rawValue, result, said, tone } from './words'
import './recon.css'

/** Many domains at once, as jobs that can be followed and stopped. */
export default function ReconPage() {
  const { t } = useI18n()
  const rights = useRights()
  const branch = useBranch()
  const [params, setParams] = useSearchParams()
  const chosen = params.get('job') ?? ''
  const choose = (id: string) => setParams((p) => (p.set('job', id), p), { replace: true })
  const { data: jobs = [], error, refetch, isPending } = useQuery({ queryKey: ['recon-jobs'], queryFn: ({ signal }) => listReconJobs(signal), refetchInterval: (q) => (q.state.data?.some((j) => j.state === 'running') ? 1500 : false) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('nav.recon')}</h1>
      </div>
      <div className="page-body recon-page">
        <p className="soft">
          {t('recon.pageIntro')} {t(branch === MAIN ? 'recon.limits' : 'recon.onMainOnly')}
        </p>
        {rights.write && branch === MAIN && <Start started={(j) => (choose(j.id), void refetch())} />}
        <h2>{t('recon.jobs')}</h2>
        {!isPending && jobs.length === 0 && <p className="faint">{t('recon.noJobs')}</p>}
        {jobs.map((j) => (
          <div key={j.id} className="card recon-job" data-testid={testid.recon.job}>
            <JobLine job={j} open={chosen === j.id} toggle={() => choose(chosen === j.id ? '' : j.id)} />
            {chosen === j.id && <JobItems id={j.id} />}
          </div>
        ))}
      </div>
    </div>
  )
}

function Start({ started }: { started: (j: ReconJob) => void }) {
  const { t, language } = useI18n()
  const branch = useBranch()
  const toasts = useToasts()
  const [mode, setMode] = useState<'domains' | 'filter'>('domains')
  const [text, setText] = useState('')
  const [filter, setFilter] = useState('')
  const domains = text.split(/[\s,;，；、]+/).filter(Boolean)
  const start = useMutation({
    mutationFn: () => startRecon(branch, mode === 'domains' ? { domains } : { filter }, language),
    onSuccess: (j) => {
      setText('')
      started(j)
    },
    onError: toasts.fail,
  })
  return (
    <div className="card recon-start">
      <Segmented
        value={mode}
        onChange={setMode}
        options={[
          { value: 'domains', label: t('recon.domainsMode') },
          { value: 'filter', label: t('recon.filterMode') },
        ]}
      />
      {mode === 'domains' ? (
        <Input.TextArea value={text} onChange={(e) => setText(e.target.value)} autoSize={{ minRows: 3, maxRows: 10 }} aria-label={t('recon.domains')} placeholder={t('recon.domains')} data-testid={testid.recon.domains} />
      ) : (
        <Input value={filter} onChange={(e) => setFilter(e.target.value)} aria-label={t('recon.filter')} placeholder={t('recon.filter')} data-testid={testid.recon.filter} />
      )}
      <div className="row wrap">
        <Button type="primary" icon={<Radar size={14} />} disabled={mode === 'domains' && domains.length === 0} loading={start.isPending} onClick={() => start.mutate()} data-testid={testid.recon.start}>
          {mode === 'domains' && domains.length > 0 ? t('recon.startN', { n: domains.length }) : t('recon.start')}
        </Button>
        <span className="faint">
          <Go to={paths.list('accounts')}>{t('recon.listHint')}</Go>
        </span>
      </div>
    </div>
  )
}

const jobTone = { running: 'info', done: 'success', cancelled: 'warning', interrupted: 'warning' }

function JobLine({ job: j, open, toggle }: { job: ReconJob; open: boolean; toggle: () => void }) {
  const { t, format } = useI18n()
  const toasts = useToasts()
  const client = useQueryClient()
  const stop = useMutation({ mutationFn: () => cancelReconJob(j.id), onSuccess: () => void client.invalidateQueries({ queryKey: ['recon-jobs'] }), onError: toasts.fail })
  const outcomes = (['done', 'opted_out', 'too_soon', 'skipped', 'failed'] as const).filter((o) => j.outcomes[o])
  return (
    <div className="recon-job-line">
      <button type="button" className="plain grow row wrap" aria-expanded={open} onClick={toggle}>
        <span className={'pill ' + jobTone[j.state]} data-testid={testid.recon.state} data-state={j.state}>
          {t(`recon.state.${j.state}`)}
        </span>
        <strong>{t('recon.job', { n: j.total })}</strong>
        <span className="faint">
          {j.actor_name} · <time title={format.time(j.started_at)}>{format.ago(j.started_at)}</time>
        </span>
        {outcomes.map((o) => (
          <span key={o} className="faint">
            {t(`recon.outcome.${o}`)} {j.outcomes[o]}
          </span>
        ))}
      </button>
      {j.state === 'running' && (
        <>
          <Progress percent={Math.floor((100 * j.done) / j.total)} format={() => t('recon.progress', { done: j.done, total: j.total })} style={{ width: 180 }} size="small" />
          <Button size="small" onClick={() => stop.mutate()} loading={stop.isPending} data-testid={testid.recon.stop}>
            {t('recon.stop')}
          </Button>
        </>
      )}
    </div>
  )
}

function JobItems({ id }: { id: string }) {
  const { t } = useI18n()
  const { data } = useQuery({ queryKey: ['recon-job', id], queryFn: ({ signal }) => getReconJob(id, signal), refetchInterval: (q) => (q.state.data?.state === 'running' ? 1000 : false) })
  if (!data) return null
  return (
    <div className="recon-items">
      {data.now.map((q) => (
        <p key={q} className="faint recon-now">
          {q}
        </p>
      ))}
      <div className="recon-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('recon.domain')}</th>
              <th scope="col">{t('recon.account')}</th>
              <th scope="col">{t('recon.result')}</th>
            </tr>
          </thead>
          <tbody>
            {(data.items ?? []).map((i, n) => (
              <ItemRow key={n} item={i} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

function ItemRow({ item: i }: { item: ReconItem }) {
  const { t, language } = useI18n()
  const [open, setOpen] = useState(false)
  return (
    <tr>
      <td>
        <code>{i.domain}</code>
      </td>
      <td>{i.account ? <Go to={paths.record('accounts', i.account) + '?tab=recon'}>{i.name}</Go> : <span className="faint">{i.outcome === 'done' && t('recon.noAccount')}</span>}</td>
      <td>
        <span className={'pill ' + (i.outcome === 'done' ? 'success' : i.outcome === 'failed' ? 'danger' : '')}>{t(`recon.outcome.${i.outcome}`)}</span>{' '}
        {i.code && <span className="faint">{problemText(language, i.code, i.params ?? {}, i.detail)}</span>}
        {i.findings > 0 && <span>{t('recon.findingsN', { n: i.findings })} </span>}
        {i.changes.length > 0 && (
          <button type="button" className="plain recon-link" onClick={() => setOpen(!open)} aria-expanded={open}>
            {t('recon.changesN', { n: i.changes.length })}
          </button>
        )}{' '}
        {i.events > 0 && <span className="pill warning">{t('recon.eventsN', { n: i.events })}</span>}
        {open && <ChangeList changes={i.changes} />}
        {(i.seen ?? []).length > 0 && <Unkept item={i} />}
      </td>
    </tr>
  )
}

/** What was seen of a domain that no account has. */
function Unkept({ item }: { item: ReconItem }) {
  const { t, language } = useI18n()
  const seen = item.seen ?? []
  return (
    <details>
      <summary>{t('recon.findingsN', { n: seen.length })}</summary>
      <ul className="recon-changes">
        {seen.map((s) => (
          <li key={s.what + s.subject}>
            <span className={'pill ' + tone(s)}>{result(t, s)}</span>
            <strong>{s.what.toUpperCase()}</strong> {s.subject && <code>{s.subject}</code>} {s.product} <code className="recon-raw">{rawValue(s)}</code>
          </li>
        ))}
      </ul>
      {argumentsOf(seen).map(({ finding, meaning }) => (
        <blockquote key={finding.what + finding.subject + meaning.finding.id}>{said(meaning.finding.say, language)}</blockquote>
      ))}
    </details>
  )
}
