import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { Radar, ShieldOff } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { accountRecon, cancelReconJob, getReconJob, lookAtAccount, type AccountRecon, type ReconItem } from '../api/recon'
import { Failure } from '../app/Failure'
import { Go, MAIN, paths, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useI18n, type TextKey } from '../i18n'
import { problemText } from '../i18n/problems'
import '../i18n/recon'
import { WaitingFacts } from '../records/list/Peek'
import { useSchema } from '../records/schema'
import type { TabProps } from '../records/show/tabs'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { Arguments } from './Arguments'
import { Changes } from './Changes'
import { Events } from './Events'
import { Proposal } from './Proposal'
import { SeenTable } from './SeenTable'
import './recon.css'

/** What an account's domain shows from outside, and what to say about it. */
export default function ReconTab({ record }: TabProps) {
  const place = usePlace()
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'recon', record.id], queryFn: ({ signal }) => accountRecon(place, record.id, signal) })
  const look = useLook(record.id, data?.running)
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  const known = data.findings.length > 0
  const current = data.findings.filter((f) => !data.domain || f.domain === data.domain) // an earlier domain's are only listed
  return (
    <div className="recon-tab" data-testid={testid.recon.tab}>
      <Head data={data} look={look} known={known} />
      {look.ended && <Ended item={look.ended} />}
      {!known && <Nothing data={data} look={look} />}
      {known && (
        <>
          <Events events={data.events} account={record.id} />
          {data.proposal && <Proposal proposal={data.proposal} account={record} />}
          <Changes run={data.last_run} findings={current} />
          <Arguments findings={current} names={data.names} />
          <SeenTable findings={data.findings} domain={data.domain} />
          <Rest data={data} />
        </>
      )}
    </div>
  )
}

type Looking = ReturnType<typeof useLook>

/** The look that is under way: begun here, or by somebody else before. */
function useLook(account: string, running: string | undefined) {
  const { language } = useI18n()
  const toasts = useToasts()
  const client = useQueryClient()
  const place = usePlace()
  const [mine, setMine] = useState<string>()
  const job = mine ?? running
  const begin = useMutation({ mutationFn: () => lookAtAccount(place.branch, account, language), onSuccess: (j) => setMine(j.id), onError: toasts.fail })
  const stop = useMutation({ mutationFn: () => cancelReconJob(job ?? ''), onError: toasts.fail })
  const { data } = useQuery({
    queryKey: ['recon-job', job],
    queryFn: ({ signal }) => getReconJob(job ?? '', signal),
    enabled: job !== undefined,
    refetchInterval: (q) => (q.state.data && q.state.data.state !== 'running' ? false : 600),
  })
  const done = data !== undefined && data.state !== 'running'
  const told = useRef('')
  useEffect(() => {
    if (!done || !job || told.current === job) return
    told.current = job
    void client.invalidateQueries({ queryKey: ['lake'] })
  }, [done, job, client])
  const ended = done && mine === job ? data?.items?.find((i) => i.account === account) : undefined
  return { begin, stop, at: job && !done ? (data?.now[0] ?? '') : undefined, ended: ended && ended.outcome !== 'done' ? ended : undefined }
}

function Head({ data, look, known }: { data: AccountRecon; look: Looking; known: boolean }) {
  const { t, format, label, language } = useI18n()
  const schema = useSchema()
  const place = usePlace()
  const rights = useRightsHere()
  if (!data.domain) return null
  const newest = data.findings.map((f) => f.seen_at).sort().at(-1)
  const onMain = place.branch === MAIN
  return (
    <div className="recon-head">
      <div className="grow">
        <h2>
          {data.domain} <span className="faint">{data.domain_from && t('recon.domainFrom', { field: label(schema.field('accounts', data.domain_from ?? '')?.label, data.domain_from) })}</span>
        </h2>
        {look.at !== undefined ? (
          <p className="soft recon-now" role="status" data-testid={testid.recon.now}>
            {look.at || t('recon.running', { domain: data.domain })}
          </p>
        ) : (
          <p className="faint">
            {!data.last_run && newest && <time title={format.time(newest)}>{t('recon.lastSeen', { when: format.ago(newest) })} · </time>}
            {data.last_run && <span title={format.time(data.last_run.began)}>{t('recon.lastRun', { who: data.last_run.actor_name, when: format.ago(data.last_run.began), n: data.last_run.asked.length })} · </span>}
            {data.problem ? problemText(language, data.problem.code, data.problem.params, data.problem.detail) : t(onMain ? 'recon.limits' : 'recon.onMainOnly')}
          </p>
        )}
      </div>
      {look.at !== undefined && rights.write && (
        <Button size="small" onClick={() => look.stop.mutate()} loading={look.stop.isPending} data-testid={testid.recon.stop}>
          {t('recon.stop')}
        </Button>
      )}
      {look.at === undefined && known && rights.write && onMain && !data.opted_out && !data.problem && <Run look={look} again />}
    </div>
  )
}

function Run({ look, again = false }: { look: Looking; again?: boolean }) {
  const { t } = useI18n()
  return (
    <Button size="small" type={again ? 'default' : 'primary'} icon={<Radar size={14} />} loading={look.begin.isPending || look.at !== undefined} onClick={() => look.begin.mutate()} data-testid={testid.recon.run}>
      {t(again ? 'recon.again' : 'recon.run')}
    </Button>
  )
}

/** Why there is nothing to see, and the way on. */
function Nothing({ data, look }: { data: AccountRecon; look: Looking }) {
  const { t, language } = useI18n()
  const place = usePlace()
  const rights = useRightsHere()
  if (data.problem) return <Teach icon={Radar} title={t('recon.noDomainTitle')} text={problemText(language, data.problem.code, data.problem.params, data.problem.detail)} id={testid.recon.empty} />
  if (data.opted_out)
    return (
      <Teach icon={ShieldOff} title={t('recon.optedOutTitle', { domain: data.domain ?? '' })} text={t('recon.optedOutText')} id={testid.recon.empty}>
        <Go to={paths.list('opt_outs')}>{t('recon.optedOut')}</Go>
      </Teach>
    )
  return (
    <Teach icon={Radar} title={t('recon.emptyTitle', { domain: data.domain ?? '' })} text={t('recon.emptyText')} id={testid.recon.empty}>
      {rights.write && place.branch === MAIN && <Run look={look} />}
    </Teach>
  )
}

/** A look that came to nothing says so. */
function Ended({ item }: { item: ReconItem }) {
  const { t, language } = useI18n()
  return (
    <p className="info-note" role="status">
      {t(`recon.outcome.${item.outcome}`)}
      {item.code && ' · ' + problemText(language, item.code, item.params ?? {}, item.detail)}
    </p>
  )
}

/** What wasn't answered, and every question of the last look. */
function Rest({ data }: { data: AccountRecon }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const run = data.last_run
  if (!run) return null
  const what = (name: string) => label(schema.field('findings', 'what')?.options?.find((o) => o.name === name)?.label, name)
  return (
    <section className="recon-rest">
      {run.unanswered.length > 0 && (
        <details>
          <summary>{t('recon.unanswered')}</summary>
          <ul>
            {run.unanswered.map((u) => (
              <li key={u.what + u.subject + u.why}>
                {what(u.what)} {u.subject && <code>{u.subject}</code>} <span className="faint">{t(`recon.why.${u.why}` as TextKey)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <details>
        <summary>{t('recon.asked', { n: run.asked.length })}</summary>
        <ul className="recon-asked">
          {run.asked.map((q, i) => (
            <li key={i}>
              <code>{q}</code>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}
