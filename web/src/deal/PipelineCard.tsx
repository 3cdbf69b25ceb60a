import { Popover, Tooltip } from 'antd'
import { CircleDashed, ListPlus, ListTodo } from 'lucide-react'
import { makeTask, type PipelineCard as Card } from '../api/deals'
import type { Money } from '../api/types'
import { Go, paths, useGo } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { CarryMenu } from './CarryMenu'
import { useStageName } from './useDeal'
import type { Carry } from './useCarry'
import { useWrite } from './useWrite'

interface Props {
  card: Card
  carry: Carry
  at: string
  places: { value: string; label: string }[]
  move: (to: string) => void
}

/** A deal with what decides about its next stage: money, days, what is missing, what to do. */
export function PipelineCard({ card: c, carry, at, places, move }: Props) {
  const { t, format } = useI18n()
  const rights = useRightsHere()
  const go = useGo()
  const stage = useStageName()
  const { className, ...handle } = carry.card(c.id, c.name, at)
  const to = paths.record('deals', c.id)
  return (
    <article className={'board-card ' + className} {...handle} aria-label={c.name} onKeyDownCapture={(e) => e.target === e.currentTarget && e.key === 'Enter' && !carry.lifted && go(to)} data-testid={testid.deal.boardCard}>
      <div className="row">
        <Go to={to} className="grow clip board-name" draggable={false}>
          {c.name}
        </Go>
        {rights.write && <CarryMenu name={c.name} from={at} places={places} move={move} />}
      </div>
      <div className="row wrap faint board-facts">
        {c.amount != null && <strong className="num">{format.moneyCompact(c.amount as Money)}</strong>}
        {c.account_name && <span className="clip">{c.account_name}</span>}
        <Days card={c} />
      </div>
      {c.asked && <span className="pill warning">{t('pipeline.asked', { stage: stage(c.asked) })}</span>}
      {c.missing.length > 0 && c.to && <Missing card={c} />}
      {c.to && c.missing.length === 0 && <span className="added board-facts">{t('pipeline.ready', { stage: stage(c.to) })}</span>}
      <Next card={c} />
    </article>
  )
}

function Days({ card: c }: { card: Card }) {
  const { t } = useI18n()
  if (c.days === undefined) return null
  const days = Math.round(c.days)
  const late = c.plan && c.days > c.plan.max ? Math.round(c.days - c.plan.max) : 0
  return (
    <Tooltip title={c.plan ? t('progress.daysOf', { n: days, min: c.plan.min, max: c.plan.max }) : ''}>
      <span className={'num' + (late > 0 ? ' danger' : '')}>
        {t('progress.days', { n: days })}
        {late > 0 && ' · ' + t('progress.late', { n: late })}
      </span>
    </Tooltip>
  )
}

function Missing({ card: c }: { card: Card }) {
  const { t, label } = useI18n()
  const stage = useStageName()
  return (
    <Popover
      trigger={['hover', 'click']}
      title={t('progress.next', { stage: stage(c.to ?? '') })}
      content={
        <ul className="plain-list missing-list">
          {c.missing.map((m) => (
            <li key={m.stage + m.id}>
              <strong>{label(m.text)}</strong>
              <p className="soft">{label(m.missing)}</p>
            </li>
          ))}
        </ul>
      }
    >
      <button type="button" className="plain board-missing">
        <CircleDashed size={13} aria-hidden />
        <span className="clip">{t('pipeline.missing', { n: c.missing.length, first: label(c.missing[0]?.text) })}</span>
      </button>
    </Popover>
  )
}

function Next({ card: c }: { card: Card }) {
  const { t, label, language } = useI18n()
  const rights = useRightsHere()
  const make = useWrite((branch, play: string) => makeTask(branch, c.id, play, language), () => t('board.acted'))
  const a = c.next
  if (!a) return null
  return (
    <div className="board-next">
      <ListTodo size={13} aria-hidden />
      <Tooltip title={label(a.why)}>
        <span className="grow">{a.task ? <Go to={paths.record('activities', a.task.id)}>{label(a.do)}</Go> : label(a.do)}</span>
      </Tooltip>
      {!a.task && rights.write && (
        <button type="button" className="icon-button tiny" aria-label={t('next.make') + ' ' + label(a.do)} title={t('next.make')} disabled={make.isPending} onClick={() => make.mutate(a.play)}>
          <ListPlus size={14} aria-hidden />
        </button>
      )}
    </div>
  )
}
