import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Button, Input, Segmented } from 'antd'
import { KanbanSquare, List, Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { checkMove, moveDeal, pipeline, type Pipeline, type PipelineColumn } from '../api/deals'
import { Problem } from '../api/problem'
import { Failure } from '../app/Failure'
import { Go, paths, useBranch, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/deal'
import type { Money } from '../api/types'
import { WaitingFacts } from '../records/list/Peek'
import { useSoon } from '../search/useSoon'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { MoveDialog, type Wanted } from './MoveDialog'
import { PipelineCard } from './PipelineCard'
import { useRefreshAll, useStageName } from './useDeal'
import { useCarry, type Arrow, type Carry } from './useCarry'
import './board.css'

const step = 20

/** Deals by stage. A card that is put into another stage passes the same check as any other move. */
export default function PipelinePage() {
  const { t } = useI18n()
  const place = usePlace()
  const [params, setParams] = useSearchParams()
  const whose = params.get('whose') === 'mine' ? 'mine' : 'all'
  const [typed, type] = useState('')
  const find = useSoon(typed, 300)
  const [more, setMore] = useState<Record<string, number>>({})
  const { data, error, refetch } = useQuery({
    queryKey: ['lake', placeKey(place), 'pipeline', whose, find, more],
    queryFn: ({ signal }) => pipeline(place, { whose, find, more: Object.entries(more).map(([s, n]) => s + '.' + n) }, signal),
    placeholderData: keepPreviousData,
  })
  const show = (w: 'mine' | 'all') =>
    setParams(
      (now) => {
        now.set('whose', w)
        return now
      },
      { replace: true },
    )
  if (error) return <Failure error={error} retry={() => void refetch()} />
  const empty = data && !find && data.columns.every((c) => c.count === 0)
  return (
    <div className="page">
      <div className="page-head board-head">
        <h1 className="grow">{t('nav.pipeline')}</h1>
        <Input size="small" allowClear prefix={<Search size={13} aria-hidden />} value={typed} onChange={(e) => type(e.target.value)} placeholder={t('pipeline.find')} aria-label={t('pipeline.find')} className="board-find" />
        <Segmented
          value={whose}
          onChange={show}
          aria-label={t('board.whose')}
          options={[
            { value: 'mine', label: t('today.mine') },
            { value: 'all', label: t('today.all') },
          ]}
        />
        <Go to={paths.list('deals')} className="icon-button" aria-label={t('pipeline.list')} title={t('pipeline.list')}>
          <List size={16} aria-hidden />
        </Go>
      </div>
      {!data && <WaitingFacts />}
      {empty && (
        <Teach icon={KanbanSquare} title={t(whose === 'mine' ? 'pipeline.noneMine' : 'pipeline.none')} text={t('pipeline.noneText')}>
          {whose === 'mine' ? (
            <Button type="primary" onClick={() => show('all')}>
              {t('pipeline.showAll')}
            </Button>
          ) : (
            <Go to={paths.list('deals')}>{t('today.deals')}</Go>
          )}
        </Teach>
      )}
      {data && !empty && <Columns data={data} more={(stage, n) => setMore((m) => ({ ...m, [stage]: n }))} />}
    </div>
  )
}

function Columns({ data, more }: { data: Pipeline; more: (stage: string, n: number) => void }) {
  const { t } = useI18n()
  const rights = useRightsHere()
  const branch = useBranch()
  const place = usePlace()
  const toasts = useToasts()
  const refresh = useRefreshAll()
  const stage = useStageName()
  const name = (s: string) => (s ? stage(s) : t('pipeline.noStage'))
  // Where a card was put, until the answer comes.
  const [moved, setMoved] = useState<Record<string, string>>({})
  useEffect(() => setMoved({}), [data])
  const [wanted, want] = useState<Wanted>()
  const ask = (deal: string, to: string) => checkMove(place, deal, to).then((c) => want({ deal, to, stage: c.from, missing: c.missing, may_override: c.override }))
  const move = useMutation({
    mutationFn: (x: { deal: string; to: string }) => moveDeal(branch, x.deal, { to: x.to }),
    onSuccess: (r, x) => {
      toasts.undoable(t('progress.moved', { stage: stage(x.to) }), branch, r.revision)
      refresh()
    },
    onError: (e, x) => {
      setMoved({})
      if (e instanceof Problem && e.code === 'stage_criteria_missing') ask(x.deal, x.to).catch(toasts.fail)
      else toasts.fail(e)
    },
  })
  const drop = (deal: string, to: string) => {
    if (to === 'lost') return void ask(deal, to).catch(toasts.fail) // it asks for the reason
    setMoved((m) => ({ ...m, [deal]: to }))
    move.mutate({ deal, to })
  }
  const stages = data.columns.map((c) => c.stage)
  const beside = (s: string, arrow: Arrow) => {
    const next = stages[stages.indexOf(s) + (arrow === 'ArrowRight' ? 1 : arrow === 'ArrowLeft' ? -1 : 0)]
    return next === s || next === '' ? undefined : next
  }
  const carry = useCarry({ enabled: rights.write, beside, placeName: name, drop })
  const cards = data.columns.flatMap((c) => c.cards)
  const places = stages.filter(Boolean).map((s) => ({ value: s, label: name(s) }))
  return (
    <>
      {rights.write && <p className="faint board-how">{t('pipeline.how')}</p>}
      <div className="pipeline" data-board ref={carry.board}>
        {data.columns.map((c) => (
          <Column key={c.stage} column={c} name={name(c.stage)} cards={cards.filter((d) => (moved[d.id] ?? d.stage) === c.stage)} carry={carry} places={places} drop={drop} more={more} />
        ))}
      </div>
      <p className="visually-hidden" aria-live="assertive">
        {carry.said}
      </p>
      {wanted && <MoveDialog wanted={wanted} to={wanted.to} close={() => want(undefined)} />}
    </>
  )
}

interface ColumnProps {
  column: PipelineColumn
  name: string
  cards: PipelineColumn['cards']
  carry: Carry
  places: { value: string; label: string }[]
  drop: (deal: string, to: string) => void
  more: (stage: string, n: number) => void
}

function Column({ column: c, name, cards, carry, places, drop, more }: ColumnProps) {
  const { t, format } = useI18n()
  const { className, ...target } = carry.place(c.stage)
  const shown = c.cards.length
  return (
    <section className={'pipeline-column ' + className} aria-label={t('pipeline.column', { stage: name, n: c.count })} data-testid={testid.deal.column(c.stage)} {...(c.stage ? target : { 'data-place': '' })}>
      <header>
        <h2 className="clip">{name}</h2>
        <span className="pill num">{format.number(c.count)}</span>
        <span className="pipeline-sums num" title={(c.sums as Money[]).map(format.money).join('\n')}>
          {c.sums.length > 0 ? format.list((c.sums as Money[]).map(format.moneyCompact)) : ' '}
        </span>
      </header>
      <div className="pipeline-cards">
        {cards.map((d) => (
          <PipelineCard key={d.id} card={d} carry={carry} at={c.stage} places={places} move={(to) => drop(d.id, to)} />
        ))}
        {c.count === 0 && cards.length === 0 && <p className="faint">{t('board.empty')}</p>}
        {c.count > shown && shown < 200 && (
          <button type="button" className="plain linkish" onClick={() => more(c.stage, Math.min(200, shown + 2 * step))} data-testid={testid.deal.pipelineMore}>
            {t('pipeline.more', { n: c.count - shown })}
          </button>
        )}
        {c.count > shown && shown >= 200 && <Go to={paths.list('deals', { filter: 'stage = ' + c.stage })}>{t('pipeline.rest', { n: c.count - shown })}</Go>}
      </div>
    </section>
  )
}
