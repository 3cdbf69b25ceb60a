import { Tooltip } from 'antd'
import { CircleHelp, Footprints, Hand, ListPlus, ListTodo } from 'lucide-react'
import { makeAccountTask, type BoardCard } from '../api/pursuit'
import { makeTask } from '../api/deals'
import { Go, paths } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/deal'
import type { Money } from '../api/types'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { CarryMenu } from './CarryMenu'
import { useOptionName, useStageName } from './useDeal'
import type { Carry } from './useCarry'
import { useWrite } from './useWrite'

interface Props {
  card: BoardCard
  carry: Carry
  at: string
  places: { value: string; label: string }[]
  /** The cell's play, if it makes tasks. */
  play: string
  product: string
  move: (to: string) => void
  open: () => void
}

const icons = { task: ListTodo, ask: CircleHelp, play: Footprints }

/** A deal or an account in its cell, with what to do next by the pack. */
export function MatrixCard({ card: c, carry, at, places, play, product, move, open }: Props) {
  const { t, label, language } = useI18n()
  const rights = useRightsHere()
  const make = useWrite(
    (branch, of: BoardCard['of']) => (of === 'deals' ? makeTask(branch, c.id, play, language) : makeAccountTask(branch, c.id, product, play, language)),
    () => t('board.acted'),
  )
  const Icon = icons[c.next.kind]
  const { className, ...handle } = carry.card(c.id, c.name, at)
  return (
    <article className={'board-card ' + className} {...handle} aria-label={c.name} onKeyDownCapture={(e) => e.target === e.currentTarget && e.key === 'Enter' && !carry.lifted && open()} data-testid={testid.deal.boardCard}>
      <div className="row">
        <button type="button" className="plain linkish clip grow board-name" onClick={open}>
          {c.name}
        </button>
        {(c.row.hand || c.column.hand) && (
          <Tooltip title={t('board.byHand')}>
            <Hand size={14} className="faint" aria-label={t('board.byHand')} />
          </Tooltip>
        )}
        {rights.write && <CarryMenu name={c.name} from={at} places={places} move={move} />}
        {rights.write && play && !c.task && (
          <Tooltip title={t('board.act')}>
            <button type="button" className="icon-button" aria-label={t('board.act') + ' ' + c.name} disabled={make.isPending} onClick={() => make.mutate(c.of)} data-testid={testid.deal.boardAct}>
              <ListPlus size={15} aria-hidden />
            </button>
          </Tooltip>
        )}
      </div>
      <Facts card={c} />
      <p className="board-next">
        <Icon size={13} aria-hidden />
        {c.task ? <Go to={paths.record('activities', c.task.id)}>{label(c.next.text)}</Go> : <span>{t(c.next.kind === 'ask' ? 'board.nextAsk' : 'board.nextDo', { text: label(c.next.text) })}</span>}
      </p>
    </article>
  )
}

function Facts({ card: c }: { card: BoardCard }) {
  const { t, format } = useI18n()
  const stage = useStageName()
  const option = useOptionName('accounts')
  const amount = (c.of === 'deals' ? c.amount : c.revenue) as Money | null
  return (
    <div className="row wrap faint board-facts">
      {c.of === 'deals' ? <span>{stage(c.stage)}</span> : <span>{[option('industry', c.industry), option('status', c.status)].filter(Boolean).join(' · ')}</span>}
      {amount && (
        <span className="num" title={c.of === 'deals' ? undefined : t('board.revenue')}>
          {format.moneyCompact(amount)}
        </span>
      )}
      {c.owner_name && <span>{c.owner_name}</span>}
      {c.unknown > 0 && <span>{t('board.unknown', { n: c.unknown })}</span>}
    </div>
  )
}
