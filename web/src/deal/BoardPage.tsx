import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Drawer, Segmented, Select, Tooltip } from 'antd'
import { Grid2x2, ListPlus } from 'lucide-react'
import { useState } from 'react'
import { answerQuestion, qualificationBoard, type Board, type BoardDeal } from '../api/pursuit'
import { Failure } from '../app/Failure'
import { Go, paths, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { WaitingFacts } from '../records/list/Peek'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { CriterionRow } from './QualifyTab'
import { useMakeTask, useStageName } from './useDeal'
import { useWrite } from './useWrite'
import './deal.css'

/** A matrix of two questions with the open deals in its four cells; answers decide where a deal stands. */
export default function BoardPage() {
  const { t, label } = useI18n()
  const place = usePlace()
  const [product, setProduct] = useState('')
  const [whose, setWhose] = useState<'mine' | 'all'>('all')
  const [open, setOpen] = useState('')
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'qualification', product, whose], queryFn: ({ signal }) => qualificationBoard(place, product, whose, signal), placeholderData: keepPreviousData })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  const shown = data?.deals.find((d) => d.id === open)
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('nav.board')}</h1>
        {data && data.products.length > 1 && <Select size="small" value={data.product} onChange={setProduct} options={data.products.map((p) => ({ value: p.id, label: label(p.name) }))} aria-label={t('board.product')} popupMatchSelectWidth={false} />}
        <Segmented
          value={whose}
          onChange={setWhose}
          options={[
            { value: 'mine', label: t('today.mine') },
            { value: 'all', label: t('today.all') },
          ]}
        />
      </div>
      <div className="page-body board">
        {!data && <WaitingFacts />}
        {data && !data.matrix && <Teach icon={Grid2x2} title={t('board.none')} text={t('board.noneText')} />}
        {data?.matrix && (
          <>
            <p className="soft">{label(data.matrix.summary)}</p>
            <div className="matrix">
              <span />
              {[true, false].map((c) => (
                <strong key={String(c)} className="axis">
                  {label(data.matrix?.columns.name)}：{t(c ? 'qualify.yes' : 'qualify.no')}
                </strong>
              ))}
              {[true, false].map((row) => (
                <MatrixRow key={String(row)} data={data} row={row} open={setOpen} />
              ))}
            </div>
            {data.more && <p className="faint">{t('board.more')}</p>}
          </>
        )}
      </div>
      <Drawer open={!!shown} onClose={() => setOpen('')} title={shown?.name} size={460}>
        {shown && data?.matrix && <Answers deal={shown} data={data} />}
      </Drawer>
    </div>
  )
}

function MatrixRow({ data, row, open }: { data: Board; row: boolean; open: (id: string) => void }) {
  const { t, label } = useI18n()
  return (
    <>
      <strong className="axis">
        {label(data.matrix?.rows.name)}：{t(row ? 'qualify.yes' : 'qualify.no')}
      </strong>
      {[true, false].map((column) => {
        const cell = data.matrix?.cells.find((c) => c.row === row && c.column === column)
        const deals = data.deals.filter((d) => d.cell === cell?.id)
        return (
          <section key={String(column)} className="card cell" aria-label={label(cell?.name)} data-testid={testid.deal.cell(cell?.id ?? '')}>
            <div className="row">
              <h2 className="grow">{label(cell?.name)}</h2>
              <span className="pill">{deals.length}</span>
            </div>
            <Tooltip title={label(cell?.why)}>
              <p className="soft">{label(cell?.play)}</p>
            </Tooltip>
            <div className="cell-deals">
              {deals.map((d) => (
                <DealCard key={d.id} deal={d} play={cell?.due_days === undefined ? '' : 'matrix:' + data.matrix?.id + '/' + cell.id} open={() => open(d.id)} />
              ))}
              {deals.length === 0 && <p className="faint">{t('board.empty')}</p>}
            </div>
          </section>
        )
      })}
    </>
  )
}

function DealCard({ deal, play, open }: { deal: BoardDeal; play: string; open: () => void }) {
  const { t, format } = useI18n()
  const rights = useRightsHere()
  const make = useMakeTask()
  const stage = useStageName()
  return (
    <div className="board-deal">
      <div className="grow">
        <button type="button" className="plain linkish clip" onClick={open}>
          {deal.name}
        </button>
        <div className="row wrap faint">
          <span>{stage(deal.stage)}</span>
          {deal.amount && <span className="num">{format.moneyCompact(deal.amount as { amount: string; currency: string })}</span>}
          {deal.unknown > 0 && <span>{t('board.unknown', { n: deal.unknown })}</span>}
        </div>
      </div>
      {deal.task ? (
        <Go to={paths.record('activities', deal.task.id)} className="pill info">
          {t('next.open')}
        </Go>
      ) : (
        play &&
        rights.write && (
          <Tooltip title={t('board.act')}>
            <button type="button" className="icon-button" aria-label={t('board.act') + ' ' + deal.name} onClick={() => make.mutate({ deal: deal.id, play })}>
              <ListPlus size={15} aria-hidden />
            </button>
          </Tooltip>
        )
      )}
    </div>
  )
}

function Answers({ deal, data }: { deal: BoardDeal; data: Board }) {
  const { t, label } = useI18n()
  const rights = useRightsHere()
  const answer = useWrite((branch, a: Parameters<typeof answerQuestion>[2]) => answerQuestion(branch, deal.id, a), () => t('qualify.answered'))
  const axes = [
    { axis: data.matrix?.rows, done: deal.row },
    { axis: data.matrix?.columns, done: deal.column },
  ]
  return (
    <div className="stack">
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
      <Go to={paths.record('deals', deal.id) + '?tab=qualify'}>
        <Button size="small">{t('board.openDeal')}</Button>
      </Go>
    </div>
  )
}
