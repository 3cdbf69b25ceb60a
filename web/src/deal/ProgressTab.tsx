import { Button } from 'antd'
import { CircleCheck, CircleDashed, ListPlus, Route } from 'lucide-react'
import { useState } from 'react'
import type { DealPlaybook, Standing } from '../api/deals'
import { Failure } from '../app/Failure'
import { Go, paths } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { WaitingFacts } from '../records/list/Peek'
import type { TabProps } from '../records/show/tabs'
import { useWrites } from '../records/useWrites'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { ActionCard } from './ActionCard'
import { MoveDialog } from './MoveDialog'
import { DaysBar, StagePath } from './StagePath'
import { useActions, useDecide, useMakeTask, useMove, usePlaybook, useStageName } from './useDeal'
import { CheckNote, CountOf, Witnesses } from './Witnesses'
import './deal.css'

/** Where a deal stands in its playbook, what is missing, and what to do next. */
export default function ProgressTab({ record }: TabProps) {
  const { t, label } = useI18n()
  const { data, error, refetch } = usePlaybook(record.id)
  const [chosen, choose] = useState('')
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  if (!data.playbook) return <Teach icon={Route} title={t('progress.none')} text={t('progress.noneText', { motion: data.motion })} />
  const shown = data.stages.find((s) => s.id === chosen) ?? data.stages.find((s) => s.state === 'current') ?? data.stages.find((s) => s.deal_stage === data.next) ?? data.stages[0]
  return (
    <div className="deal-tab">
      <StagePath playbook={data} shown={shown?.id ?? ''} show={choose} />
      <div className="deal-split">
        <div className="stack">
          <NextStage playbook={data} />
          {shown && <StageDetail playbook={data} stage={shown} />}
          <p className="faint">{t('progress.pack', { pack: data.pack, name: label(data.name) })}</p>
        </div>
        <NextList deal={record.id} />
      </div>
    </div>
  )
}

/** The way to the next stage: open, or what is in it. */
function NextStage({ playbook }: { playbook: DealPlaybook }) {
  const { t } = useI18n()
  const stage = useStageName()
  const move = useMove(playbook.deal)
  const decide = useDecide()
  const [dialog, setDialog] = useState<string | null>(null)
  const { next, missing, asked } = playbook
  return (
    <section className="card next-stage" data-testid={testid.deal.next}>
      {asked && (
        <div className="info-note">
          <span className="grow">
            {t('progress.waiting', { name: asked.by_name, stage: stage(asked.to), reason: asked.reason })}
            <br />
            <span className="faint">{t('progress.waitingMissing', { missing: asked.missing })}</span>
          </span>
          {playbook.may_approve && (
            <>
              <Button size="small" type="primary" onClick={() => decide.mutate({ move: asked.id, grant: true })} data-testid={testid.deal.grant}>
                {t('progress.grant')}
              </Button>
              <Button size="small" onClick={() => decide.mutate({ move: asked.id, grant: false })}>
                {t('progress.refuse')}
              </Button>
            </>
          )}
        </div>
      )}
      <div className="row wrap">
        <span className="grow">
          {playbook.stage === 'lost' ? (
            t('progress.lost')
          ) : next ? (
            <>
              <strong>{t('progress.next', { stage: stage(next) })}</strong>{' '}
              <span className={missing.length === 0 ? 'added' : 'soft'}>{missing.length === 0 ? t('progress.ready') : t('progress.missing', { n: missing.length })}</span>
            </>
          ) : (
            <strong>{stage(playbook.stage)}</strong>
          )}
        </span>
        {playbook.may_move && (
          <Button size="small" type="text" onClick={() => setDialog('')}>
            {t('progress.other')}
          </Button>
        )}
        {playbook.may_move && next && missing.length === 0 && (
          <Button type="primary" loading={move.isPending} onClick={() => move.mutate({ to: next })} data-testid={testid.deal.move}>
            {t('progress.move', { stage: stage(next) })}
          </Button>
        )}
        {playbook.may_move && next && missing.length > 0 && playbook.may_override !== 'no' && !asked && (
          <Button onClick={() => setDialog(next)} data-testid={testid.deal.override}>
            {t(playbook.may_override === 'ask' ? 'progress.ask' : 'progress.moveAnyway')}
          </Button>
        )}
        {next && missing.length > 0 && playbook.may_override === 'no' && <span className="faint">{t('progress.byNobody')}</span>}
      </div>
      {dialog !== null && <MoveDialog wanted={playbook} to={dialog || undefined} close={() => setDialog(null)} />}
    </section>
  )
}

function StageDetail({ playbook, stage }: { playbook: DealPlaybook; stage: Standing }) {
  const { t, label } = useI18n()
  const rights = useRightsHere()
  const { update } = useWrites('activities')
  const make = useMakeTask()
  const from = playbook.spells.findLast((s) => s.stage === stage.deal_stage)?.from
  return (
    <section className="card stage-detail" data-testid={testid.deal.stageDetail}>
      <h2>{label(stage.name)}</h2>
      <DaysBar stage={stage} from={from} />
      {stage.benchmarks.map((b) => (
        <p key={b.id} className="faint benchmark">
          {t('progress.benchmark', { name: label(b.name), value: figure(b) + ' ' + label(b.unit), source: label(stage.sources.find((x) => x.id === b.source)?.name, b.source) })}
        </p>
      ))}
      <ul className="goals soft">
        {stage.goals.map((g, i) => (
          <li key={i}>{label(g)}</li>
        ))}
      </ul>
      {stage.criteria.length > 0 && <h3>{t('progress.criteria')}</h3>}
      {stage.criteria.map((c) => (
        <div key={c.id} className={'criterion' + (c.found.holds ? ' holds' : '')} data-testid={testid.deal.criterion(c.id)}>
          {c.found.holds ? <CircleCheck size={16} className="added" aria-label="✓" /> : <CircleDashed size={16} className="faint" aria-label="✗" />}
          <div className="grow">
            <div className="row wrap">
              <span>{label(c.text)}</span>
              <CountOf found={c.found} />
              <CheckNote found={c.found} />
              <Witnesses list={c.found.witnesses} />
            </div>
            {!c.found.holds && <p className="soft">{label(c.missing)}</p>}
          </div>
        </div>
      ))}
      <h3>{t('progress.activities')}</h3>
      {stage.activities.map((a) => (
        <div key={a.id} className={'criterion' + (a.state === 'done' ? ' holds' : '')}>
          {a.state === 'done' ? <CircleCheck size={16} className="added" aria-label="✓" /> : <CircleDashed size={16} className="faint" aria-hidden />}
          <div className="grow">
            <div className="row wrap">
              <span>{label(a.text)}</span>
              {a.state === 'planned' && <span className="pill info">{t('progress.planned')}</span>}
              <Witnesses list={a.records} />
            </div>
            {a.state !== 'done' && a.alike.length > 0 && rights.write && (
              <details>
                <summary className="faint">{t('progress.alike', { n: a.alike.length })}</summary>
                {a.alike.map((w) => (
                  <div key={w.id} className="row">
                    <Go to={paths.record(w.entity, w.id)} className="grow clip">
                      {w.title}
                    </Go>
                    <Button size="small" type="link" onClick={() => update.mutate({ id: w.id, cells: { play: a.play } })}>
                      {t('progress.thisOne')}
                    </Button>
                  </div>
                ))}
              </details>
            )}
          </div>
          {a.state === 'open' && rights.write && stage.state === 'current' && (
            <button type="button" className="icon-button" aria-label={t('next.make') + ' ' + label(a.text)} title={t('next.make')} onClick={() => make.mutate({ deal: playbook.deal, play: a.play })}>
              <ListPlus size={15} aria-hidden />
            </button>
          )}
        </div>
      ))}
      {stage.deliverables.length > 0 && <h3>{t('progress.deliverables')}</h3>}
      {stage.deliverables.map((d) => (
        <div key={d.template} className="criterion">
          {d.documents.length > 0 ? <CircleCheck size={16} className="added" aria-hidden /> : <CircleDashed size={16} className="faint" aria-hidden />}
          <span className="grow row wrap">
            <span>{label(d.name, d.template)}</span>
            {d.documents.length === 0 ? <span className="faint">{t('progress.noDocument')}</span> : <Witnesses list={d.documents} />}
          </span>
        </div>
      ))}
    </section>
  )
}

const figure = (b: { low?: number; likely?: number; high?: number }) => [...new Set([b.low, b.likely, b.high].filter((n) => n !== undefined))].join('–')

function NextList({ deal }: { deal: string }) {
  const { t } = useI18n()
  const { data, error } = useActions(deal)
  return (
    <section className="stack next-list" aria-label={t('next.title')}>
      <h2>{t('next.title')}</h2>
      {error ? <Failure error={error} /> : !data ? <WaitingFacts /> : data.length === 0 ? <p className="soft">{t('next.noneText')}</p> : data.map((a) => <ActionCard key={a.play} action={a} />)}
    </section>
  )
}
