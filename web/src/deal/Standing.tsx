import { Button, Input } from 'antd'
import { useState } from 'react'
import { answerOf, place as placeCard, type AnswerGiven, type Board, type BoardCard } from '../api/pursuit'
import { Go, paths } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { CriterionRow } from './QualifyTab'
import { useWrite } from './useWrite'

/** Why a card stands where it does: the points of both questions, and what somebody put by hand. */
export function Standing({ card, data }: { card: BoardCard; data: Board }) {
  const { t, label } = useI18n()
  const rights = useRightsHere()
  const answer = useWrite((branch, a: AnswerGiven) => answerOf(branch, card.of, card.id, a), () => t('qualify.answered'))
  const axes = [
    { axis: data.matrix?.rows, done: card.row },
    { axis: data.matrix?.columns, done: card.column },
  ]
  return (
    <div className="stack">
      <p>
        <span className="soft">{label(data.matrix?.cells.find((c) => c.id === card.cell)?.name)}：</span>
        {label(card.next.text)}
      </p>
      {axes.map(({ axis, done }, i) => (
        <section key={i}>
          <h2>
            {label(axis?.name)} · {t('qualify.points', { n: done.points, of: done.threshold })}
          </h2>
          <p className="soft">{label(axis?.question)}</p>
          {done.criteria.map((c) => (
            <CriterionRow key={c.id} c={c} list={data.list} mayEdit={rights.write} answer={(a) => answer.mutate(a)} />
          ))}
        </section>
      ))}
      {(card.row.hand || card.column.hand) && <ByHand card={card} data={data} />}
      <Go to={paths.record(card.of, card.id) + (card.of === 'deals' ? '?tab=qualify' : '')}>
        <Button size="small">{t(card.of === 'deals' ? 'board.openDeal' : 'board.openAccount')}</Button>
      </Go>
    </div>
  )
}

/** Somebody put the card where its points don't: why, and the way back. */
function ByHand({ card, data }: { card: BoardCard; data: Board }) {
  const { t, format } = useI18n()
  const rights = useRightsHere()
  const hand = card.row.hand ?? card.column.hand
  const [reason, setReason] = useState(hand?.answer ?? '')
  const set = useWrite((branch, cell: string | undefined) => placeCard(branch, card.of, card.id, data.product, { matrix: data.matrix?.id ?? '', cell, reason: cell ? reason : undefined }), (cell) => t(cell ? 'act.saved' : 'board.takenBack'))
  return (
    <section className="info-note stack" data-testid={testid.deal.byHand}>
      <span>{t('board.handText', { date: hand?.on ? format.date(hand.on) : '' })}</span>
      <Input.TextArea value={reason} disabled={!rights.write} onChange={(e) => setReason(e.target.value)} placeholder={t('board.reason')} aria-label={t('board.reason')} maxLength={4000} autoSize={{ minRows: 1, maxRows: 5 }} />
      {rights.write && (
        <div className="row">
          <Button size="small" disabled={reason === (hand?.answer ?? '')} loading={set.isPending} onClick={() => set.mutate(card.cell)}>
            {t('board.saveReason')}
          </Button>
          <Button size="small" type="text" loading={set.isPending} onClick={() => set.mutate(undefined)} data-testid={testid.deal.takeBack}>
            {t('board.takeBack')}
          </Button>
        </div>
      )}
    </section>
  )
}
