import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { Check, Sunrise } from 'lucide-react'
import { useMemo, useState } from 'react'
import { updateRecord } from '../api/records'
import { today, type TaskBrief } from '../api/deals'
import { Failure } from '../app/Failure'
import { useKeys } from '../app/keys'
import { Go, paths, useBranch, useGo, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { WaitingFacts } from '../records/list/Peek'
import { useRights, useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { ActionCard } from './ActionCard'
import { useDecide, useMakeTask, useRefreshAll, useStageName } from './useDeal'
import './deal.css'

/** What there is to do today: tasks that are due, what rules suggest, and what waits for an approval. */
export default function TodayPage() {
  const { t, format } = useI18n()
  const place = usePlace()
  const go = useGo()
  const rights = useRightsHere()
  const mayManage = useRights().merge
  const [whose, setWhose] = useState<'mine' | 'all'>(mayManage ? 'all' : 'mine')
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'today', whose], queryFn: ({ signal }) => today(place, whose, signal) })
  const finish = useFinish()
  const make = useMakeTask()
  const [at, setAt] = useState(-1)
  const rows = useMemo(() => [...(data?.tasks ?? []).map((task) => ({ task, action: undefined })), ...(data?.actions ?? []).map((action) => ({ task: undefined, action }))], [data])
  const now = rows[Math.min(at, rows.length - 1)]
  const step = (n: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, at + n))
    setAt(next)
    document.querySelector(`[data-row="${next}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    Enter: () => now && go(now.task ? (now.task.deal ? paths.record('deals', now.task.deal) : paths.record('activities', now.task.id)) : paths.record('deals', now.action.deal) + '?tab=progress'),
    x: () => now && rights.write && (now.task ? finish.mutate(now.task) : make.mutate({ deal: now.action.deal, play: now.action.play, due: now.action.due_on })),
  })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  const deals = new Map((data?.deals ?? []).map((d) => [d.id, d]))
  const empty = data && rows.length === 0 && data.approvals.length === 0
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('nav.today')}</h1>
        <span className="faint wide-only">{t('today.keys')}</span>
        <Segmented
          value={whose}
          onChange={setWhose}
          options={[
            { value: 'mine', label: t('today.mine') },
            { value: 'all', label: t('today.all') },
          ]}
        />
      </div>
      <div className="page-body today">
        {!data && <WaitingFacts />}
        {empty && (
          <Teach icon={Sunrise} title={t('today.emptyTitle')} text={t('today.emptyText')}>
            <Button type="primary" onClick={() => go(paths.list('deals', { filter: 'stage != won AND stage != lost' }))}>
              {t('today.deals')}
            </Button>
          </Teach>
        )}
        {data && data.approvals.length > 0 && <Approvals list={data.approvals} />}
        {data && !empty && (
          <section aria-label={t('today.tasks')}>
            <h2>{t('today.tasks')}</h2>
            {data.tasks.length === 0 && <p className="faint">{t('today.tasksNone')}</p>}
            {data.tasks.map((task, i) => (
              <div key={task.id} data-row={i} className={'task-row' + (i === at ? ' on' : '')} data-testid={testid.deal.task}>
                {rights.write && (
                  <button type="button" className="tick" aria-label={t('today.done') + ' ' + task.subject} onClick={() => finish.mutate(task)}>
                    <Check size={13} aria-hidden />
                  </button>
                )}
                <div className="grow">
                  <Go to={paths.record('activities', task.id)}>{task.subject}</Go>
                  <div className="row wrap faint">
                    {task.deal && <Go to={paths.record('deals', task.deal)}>{task.deal_name}</Go>}
                    {!task.deal && task.account && <Go to={paths.record('accounts', task.account)}>{task.account_name}</Go>}
                  </div>
                </div>
                <span className={task.late ? 'danger num' : 'faint num'}>
                  {format.date(task.due_on)}
                  {task.late && ' · ' + t('today.late')}
                </span>
              </div>
            ))}
          </section>
        )}
        {data && data.actions.length > 0 && (
          <section aria-label={t('today.actions')}>
            <h2>{t('today.actions')}</h2>
            <p className="faint">{t('today.actionsText', { n: data.deal_count })}</p>
            {data.actions.map((a, i) => {
              const d = deals.get(a.deal)
              const n = i + data.tasks.length
              return (
                <div key={a.deal + a.play} data-row={n} className={n === at ? 'on' : ''}>
                  <ActionCard action={a}>
                    {d && (
                      <div className="row wrap faint">
                        <Go to={paths.record('deals', d.id) + '?tab=progress'}>{d.name}</Go>
                        <StageOf stage={d.stage} />
                        {d.amount && <span className="num">{format.moneyCompact(d.amount as { amount: string; currency: string })}</span>}
                        {whose === 'all' && <span>{d.owner_name}</span>}
                      </div>
                    )}
                  </ActionCard>
                </div>
              )
            })}
            {data.more > 0 && <p className="faint">{t('today.more', { n: data.more })}</p>}
          </section>
        )}
      </div>
    </div>
  )
}

function StageOf({ stage }: { stage: string }) {
  return <span className="pill">{useStageName()(stage)}</span>
}

function Approvals({ list }: { list: import('../api/deals').MoveRecord[] }) {
  const { t } = useI18n()
  const stage = useStageName()
  const decide = useDecide()
  return (
    <section aria-label={t('today.approvals')}>
      <h2>{t('today.approvals')}</h2>
      {list.map((m) => (
        <div key={m.id} className="task-row" data-testid={testid.deal.approval}>
          <div className="grow">
            <Go to={paths.record('deals', m.deal) + '?tab=progress'}>{m.deal_name}</Go> <span className="pill">{t('today.move', { from: stage(m.from), to: stage(m.to) })}</span>
            <p className="soft">
              {m.by_name}：{m.reason}
            </p>
            <p className="faint">{t('progress.waitingMissing', { missing: m.missing })}</p>
          </div>
          <Button size="small" type="primary" onClick={() => decide.mutate({ move: m.id, grant: true })}>
            {t('progress.grant')}
          </Button>
          <Button size="small" onClick={() => decide.mutate({ move: m.id, grant: false })}>
            {t('progress.refuse')}
          </Button>
        </div>
      ))}
    </section>
  )
}

/** Ticks a task off: done, and it happened now. */
function useFinish() {
  const branch = useBranch()
  const toasts = useToasts()
  const refresh = useRefreshAll()
  const { t } = useI18n()
  return useMutation({
    mutationFn: (task: TaskBrief) => updateRecord(branch, 'activities', task.id, { done: true, happened_at: new Date().toISOString() }),
    onSuccess: (r, task) => {
      toasts.undoable(t('today.doneToast', { name: task.subject }), branch, r.rev)
      refresh()
    },
    onError: toasts.fail,
  })
}
