import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Drawer, Input, Segmented, Select, Tooltip } from 'antd'
import { Grid2x2, Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { place as placeCard, qualificationBoard, type Board, type BoardCard, type BoardOf } from '../api/pursuit'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { WaitingFacts } from '../records/list/Peek'
import { useSoon } from '../search/useSoon'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { MatrixCard } from './MatrixCard'
import { Standing } from './Standing'
import { useCarry, type Arrow, type Carry } from './useCarry'
import { useWrite } from './useWrite'
import './board.css'

/** A matrix of two questions with open deals, or accounts, in its four cells; answers decide where they stand, or a hand that moves them. */
export default function BoardPage() {
  const { t, label } = useI18n()
  const place = usePlace()
  const [params, setParams] = useSearchParams()
  const of: BoardOf = params.get('of') === 'accounts' ? 'accounts' : 'deals'
  const product = params.get('product') ?? ''
  const whose = params.get('whose') === 'mine' ? 'mine' : 'all'
  const put = (key: string, value: string) =>
    setParams(
      (now) => {
        now.set(key, value)
        return now
      },
      { replace: true },
    )
  const [typed, type] = useState('')
  const find = useSoon(typed, 300)
  const [open, setOpen] = useState('')
  // The pages seen so far, by what was asked; the last one is shown.
  const asked = [placeKey(place), of, product, whose, find].join(' ')
  const [seen, setSeen] = useState<{ asked: string; tokens: string[] }>({ asked, tokens: [] })
  const tokens = seen.asked === asked ? seen.tokens : []
  const page = tokens.at(-1) ?? ''
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'qualification', of, product, whose, find, page], queryFn: ({ signal }) => qualificationBoard(place, { of, product, whose, find, page }, signal), placeholderData: keepPreviousData })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  const cards: BoardCard[] = data ? [...data.deals.map((d) => ({ ...d, of: 'deals' as const })), ...data.accounts.map((a) => ({ ...a, of: 'accounts' as const }))] : []
  const shown = cards.find((c) => c.id === open)
  return (
    <div className="page">
      <div className="page-head board-head">
        <h1 className="grow">{t('nav.board')}</h1>
        <Input size="small" allowClear prefix={<Search size={13} aria-hidden />} value={typed} onChange={(e) => type(e.target.value)} placeholder={t('board.find')} aria-label={t('board.find')} className="board-find" />
        {data && data.products.length > 1 && <Select size="small" value={data.product} onChange={(p) => put('product', p)} options={data.products.map((p) => ({ value: p.id, label: label(p.name) }))} aria-label={t('board.product')} popupMatchSelectWidth={false} />}
        <Segmented
          value={of}
          onChange={(v) => put('of', v)}
          aria-label={t('board.of')}
          options={[
            { value: 'deals', label: <span data-testid={testid.deal.boardOf('deals')}>{t('board.deals')}</span> },
            { value: 'accounts', label: <span data-testid={testid.deal.boardOf('accounts')}>{t('board.accounts')}</span> },
          ]}
        />
        <Segmented
          value={whose}
          onChange={(v) => put('whose', v)}
          aria-label={t('board.whose')}
          options={[
            { value: 'mine', label: t('today.mine') },
            { value: 'all', label: t('today.all') },
          ]}
        />
      </div>
      <div className="page-body board">
        {!data && <WaitingFacts />}
        {data && !data.matrix && <Teach icon={Grid2x2} title={t('board.none')} text={t('board.noneText')} />}
        {data?.matrix && <Matrix data={data} cards={cards} of={of} open={setOpen} />}
        {data?.matrix && <Pages data={data} of={of} at={tokens.length} shown={cards.length} turn={(by) => setSeen({ asked, tokens: by > 0 ? [...tokens, data.next_page_token ?? ''] : tokens.slice(0, -1) })} />}
      </div>
      <Drawer open={!!shown} onClose={() => setOpen('')} title={shown?.name} size={460}>
        {shown && data?.matrix && <Standing key={shown.id} card={shown} data={data} />}
      </Drawer>
    </div>
  )
}

/** How many a page of the board holds. */
const perPage = 200

/** Which of them are shown, and the way to the others. */
function Pages({ data, of, at, shown, turn }: { data: Board; of: BoardOf; at: number; shown: number; turn: (by: number) => void }) {
  const { t, format } = useI18n()
  if (at === 0 && !data.next_page_token) return null
  const from = at * perPage + 1
  return (
    <div className="row wrap">
      <span className="faint">{t(of === 'accounts' ? 'board.someAccounts' : 'board.someDeals', { from: format.number(from), to: format.number(from + shown - 1), total: format.number(data.total) })}</span>
      <Button size="small" disabled={at === 0} onClick={() => turn(-1)}>
        {t('board.before')}
      </Button>
      <Button size="small" disabled={!data.next_page_token} onClick={() => turn(1)} data-testid={testid.deal.boardNext}>
        {t('board.behind')}
      </Button>
    </div>
  )
}

function Matrix({ data, cards, of, open }: { data: Board; cards: BoardCard[]; of: BoardOf; open: (id: string) => void }) {
  const { t, label } = useI18n()
  const rights = useRightsHere()
  const matrix = data.matrix
  const cellName = (id: string) => label(matrix?.cells.find((c) => c.id === id)?.name, id)
  // Where a card was put, until the answer comes.
  const [moved, setMoved] = useState<Record<string, string>>({})
  useEffect(() => setMoved({}), [data])
  const move = useWrite(
    (branch, x: { id: string; cell: string }) => placeCard(branch, of, x.id, data.product, { matrix: matrix?.id ?? '', cell: x.cell }),
    (x) => t('board.placed', { cell: cellName(x.cell) }),
  )
  const drop = (id: string, cell: string) => {
    setMoved((m) => ({ ...m, [id]: cell }))
    move.mutate({ id, cell }, { onError: () => setMoved({}) })
  }
  const beside = (cell: string, arrow: Arrow) => {
    const c = matrix?.cells.find((x) => x.id === cell)
    const across = arrow === 'ArrowLeft' || arrow === 'ArrowRight'
    const row = across ? c?.row : arrow === 'ArrowUp'
    const column = across ? arrow === 'ArrowLeft' : c?.column
    return matrix?.cells.find((x) => x.id !== cell && x.row === row && x.column === column)?.id
  }
  const carry = useCarry({ enabled: rights.write, beside, placeName: cellName, drop })
  const inCell = (id: string) => cards.filter((c) => (moved[c.id] ?? c.cell) === id)
  return (
    <>
      <p className="soft">
        {label(matrix?.summary)} {rights.write && <span className="faint">{t('board.how')}</span>}
      </p>
      <div className="matrix" data-board ref={carry.board}>
        <span />
        {[true, false].map((c) => (
          <strong key={String(c)} className="axis">
            {t('board.axis', { name: label(matrix?.columns.name), value: t(c ? 'qualify.yes' : 'qualify.no') })}
          </strong>
        ))}
        {[true, false].map((row) => (
          <MatrixRow key={String(row)} data={data} row={row} inCell={inCell} carry={carry} drop={drop} open={open} />
        ))}
      </div>
      <p className="visually-hidden" aria-live="assertive">
        {carry.said}
      </p>
    </>
  )
}

/** How many cards of a cell are shown before one asks for the others. */
const atOnce = 40

interface RowProps {
  data: Board
  row: boolean
  inCell: (id: string) => BoardCard[]
  carry: Carry
  drop: (id: string, cell: string) => void
  open: (id: string) => void
}

function MatrixRow({ data, row, inCell, carry, drop, open }: RowProps) {
  const { t, label } = useI18n()
  const [all, showAll] = useState<Record<string, boolean>>({})
  const places = (data.matrix?.cells ?? []).map((c) => ({ value: c.id, label: label(c.name, c.id) }))
  return (
    <>
      <strong className="axis">{t('board.axis', { name: label(data.matrix?.rows.name), value: t(row ? 'qualify.yes' : 'qualify.no') })}</strong>
      {[true, false].map((column) => {
        const cell = data.matrix?.cells.find((c) => c.row === row && c.column === column)
        const id = cell?.id ?? ''
        const cards = inCell(id)
        const { className, ...target } = carry.place(id)
        return (
          <section key={String(column)} className={'card cell ' + className} aria-label={label(cell?.name)} data-testid={testid.deal.cell(id)} {...target}>
            <div className="row">
              <h2 className="grow">{label(cell?.name)}</h2>
              <span className="pill">{cards.length}</span>
            </div>
            <Tooltip title={label(cell?.why)}>
              <p className="soft">{label(cell?.play)}</p>
            </Tooltip>
            <div className="cell-deals">
              {cards.slice(0, all[id] ? undefined : atOnce).map((c) => (
                <MatrixCard key={c.id} card={c} carry={carry} at={id} places={places} play={cell?.due_days === undefined ? '' : 'matrix:' + data.matrix?.id + '/' + id} product={data.product} move={(to) => drop(c.id, to)} open={() => open(c.id)} />
              ))}
              {cards.length > atOnce && !all[id] && (
                <button type="button" className="plain linkish" onClick={() => showAll({ ...all, [id]: true })}>
                  {t('board.showAll', { n: cards.length })}
                </button>
              )}
              {cards.length === 0 && <p className="faint">{t('board.empty')}</p>}
            </div>
          </section>
        )
      })}
    </>
  )
}
