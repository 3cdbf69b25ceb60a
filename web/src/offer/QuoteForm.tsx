import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Input, InputNumber, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { createQuote, priceBook, priceQuote, type Ask, type Edition, type Priced, type PriceBook, type PriceList } from '../api/offer'
import { listRecords } from '../api/records'
import type { LakeRecord } from '../api/types'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { useProblem } from '../app/useProblem'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/value'
import { condition, text as literal, toText } from '../records/filter/tree'
import { WaitingFacts } from '../records/list/Peek'
import { useSchema } from '../records/schema'
import { useSoon } from '../search/useSoon'
import { testid } from '../testids'
import { amountOf } from '../value/amount'
import { GainBeside } from './GainBeside'
import { OfferLines } from './OfferLines'
import { useRefresh } from './useDealRecords'

interface Props {
  deal: LakeRecord
  made: (id: string) => void
  close: () => void
}

/** Prices an edition while one fills the form, and keeps it as the deal's next quote. */
export function QuoteForm({ deal, made, close }: Props) {
  const place = usePlace()
  const { t } = useI18n()
  const book = useQuery({ queryKey: ['lake', placeKey(place), 'price-book', deal.id], queryFn: ({ signal }) => priceBook(place, deal.id, signal), staleTime: 60_000 })
  if (book.error) return <Failure error={book.error} retry={() => void book.refetch()} />
  if (!book.data) return <WaitingFacts />
  if (!book.data.lists[0]?.editions.length) return <p className="info-note">{t('quote.noPrices')}</p>
  return <Form book={book.data} lists={book.data.lists} deal={deal} made={made} close={close} />
}

type Numbers = { seats: string; sources: string; volume_gb: string; discount: string }

/** The shortest term that a contract form allows. */
const termOf = (book: PriceBook, form: string) => book.contract_forms.find((f) => f.id === form)?.months.min ?? 12

function Form({ book, lists, deal, made, close }: Props & { book: PriceBook; lists: PriceList[] }) {
  const place = usePlace()
  const { t, label, language, format } = useI18n()
  const toasts = useToasts()
  const problem = useProblem()
  const refresh = useRefresh()
  const segment = useSegment(deal)
  const [listID, setList] = useState(lists[0]?.id ?? '')
  const list = lists.find((l) => l.id === listID) ?? lists[0]
  const [picked, setEdition] = useState('')
  const edition = list?.editions.find((e) => e.id === picked) ?? list?.editions.find((e) => e.segment === segment) ?? list?.editions[0]
  const [numbers, setNumbers] = useState<Numbers>({ seats: '', sources: '', volume_gb: '', discount: '' })
  const [form, setForm] = useState('')
  const [months, setMonths] = useState<number | null>(null)
  const [support, setSupport] = useState('')
  const [contact, setContact] = useState('')
  const [until, setUntil] = useState(dayjs().add(30, 'day'))
  const [note, setNote] = useState('')
  const contractForm = edition?.terms.includes(form) ? form : (edition?.terms[0] ?? '')
  const term = months ?? termOf(book, contractForm)
  const given = (s: string) => s.trim() || undefined
  const ask: Ask = { edition: edition?.id ?? '', months: term, contract_form: contractForm || undefined, support: given(support), seats: given(numbers.seats), sources: given(numbers.sources), volume_gb: given(numbers.volume_gb), discount: given(numbers.discount) }
  const soon = useSoon(JSON.stringify(ask), 250)
  const priced = useQuery({
    queryKey: ['lake', placeKey(place), 'price', deal.id, list?.id, soon],
    queryFn: ({ signal }) => priceQuote(place, { deal: deal.id, list: list?.id ?? '', ask: JSON.parse(soon) as Ask }, signal),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const save = useMutation({
    mutationFn: () => createQuote(place.branch, language, { deal: deal.id, list: list?.id ?? '', ask, contact: contact || undefined, valid_until: until.format('YYYY-MM-DD'), note: note || undefined }),
    onSuccess: (q) => {
      toasts.done(t('quote.made', { number: String(q.cells['number'] ?? '') }))
      refresh()
      made(q.id)
    },
    onError: toasts.fail,
  })
  if (!list || !edition) return null
  const groups = [...new Set(list.editions.map((e) => e.segment))]
  const number = (name: keyof Numbers, suffix?: string) => (
    <label className="form-field" key={name}>
      <span>
        {t(('quote.' + name) as TextKey)} <Included edition={edition} name={name} />
      </span>
      <Input value={numbers[name]} inputMode="decimal" suffix={suffix} onChange={(e) => setNumbers({ ...numbers, [name]: e.target.value.trim() })} data-testid={testid.offer.ask(name)} />
    </label>
  )
  const seats = edition.per.startsWith('seat') || edition.seats
  return (
    <div className="offer-tab">
      <div className="offer-split form">
        <form
          className="card offer-card"
          onSubmit={(e) => {
            e.preventDefault()
            save.mutate()
          }}
        >
          <h2>{t('quote.new')}</h2>
          {lists.length > 1 && (
            <label className="form-field">
              <span>{t('quote.list')}</span>
              <Select value={list.id} onChange={setList} options={lists.map((l) => ({ value: l.id, label: label(l.name) }))} />
            </label>
          )}
          <label className="form-field">
            <span>{t('quote.edition')}</span>
            <Select
              value={edition.id}
              onChange={(id) => (setEdition(id), setMonths(null))}
              data-testid={testid.offer.edition}
              options={groups.map((g) => ({ label: label(book.segments[g], g), options: list.editions.filter((e) => e.segment === g).map((e) => ({ value: e.id, label: label(e.name) })) }))}
            />
            <span className="faint">{label(edition.suits)}</span>
          </label>
          <div className="offer-fields">
            {seats && number('seats')}
            {edition.sources && number('sources')}
            {edition.volume_gb && number('volume_gb', 'GB')}
            <label className="form-field">
              <span>{t('quote.form')}</span>
              <Select value={contractForm} onChange={(f) => (setForm(f), setMonths(null))} options={edition.terms.map((f) => ({ value: f, label: label(book.contract_forms.find((x) => x.id === f)?.name, f) }))} />
            </label>
            <label className="form-field">
              <span>{t('quote.term')}</span>
              <InputNumber value={term} min={1} max={120} precision={0} onChange={setMonths} style={{ width: '100%' }} suffix={t('quote.monthUnit')} data-testid={testid.offer.ask('months')} />
            </label>
            <label className="form-field">
              <span>{t('quote.support')}</span>
              <Select
                value={support}
                onChange={setSupport}
                options={[{ value: '', label: t('quote.supportIncluded', { level: label(book.support_levels.find((s) => s.id === edition.support)?.name, edition.support) }) }, ...book.support_levels.map((s) => ({ value: s.id, label: label(s.name) }))]}
              />
            </label>
            {number('discount', '%')}
            <label className="form-field">
              <span>{t('quote.validUntil')}</span>
              <DatePicker value={until} onChange={(d) => d && setUntil(d)} allowClear={false} />
            </label>
            <ContactChoice account={String(deal.cells['account'] ?? '')} value={contact} change={setContact} />
          </div>
          <label className="form-field">
            <span>{t('value.note')}</span>
            <Input.TextArea value={note} onChange={(e) => setNote(e.target.value)} maxLength={4000} autoSize={{ minRows: 1, maxRows: 5 }} />
          </label>
          <div className="row wrap">
            <Button type="primary" htmlType="submit" loading={save.isPending} disabled={!priced.data || Boolean(priced.error)} data-testid={testid.offer.save}>
              {t('quote.save')}
            </Button>
            <Button onClick={close}>{t('act.cancel')}</Button>
          </div>
        </form>
        <section className="card offer-card" aria-live="polite" data-testid={testid.offer.live}>
          {priced.error ? (
            <span className="error-note" role="alert">
              {problem(priced.error)}
            </span>
          ) : priced.data ? (
            <Live priced={priced.data} list={list} book={book} deal={deal.id} take={(id) => (setEdition(id), setMonths(null))} />
          ) : (
            <WaitingFacts />
          )}
          <p className="faint">{t('quote.priceSource', { list: label(list.name), source: label(book.sources.find((s) => s.id === list.source)?.name, list.source), currency: list.currency })}</p>
          {priced.data?.anchor && <p className="faint">{label(priced.data.anchor)}</p>}
          {edition.price.to === undefined && <p className="faint">{t('quote.from', { price: format.money({ amount: String(edition.price.from), currency: list.currency }) })}</p>}
        </section>
      </div>
    </div>
  )
}

/** The segment of the deal's account, so that the form begins with its editions. */
function useSegment(deal: LakeRecord) {
  const place = usePlace()
  const account = String(deal.cells['account'] ?? '')
  const { data } = useQuery({
    queryKey: ['lake', placeKey(place), 'segment', account],
    queryFn: ({ signal }) => listRecords({ ...place, entity: 'accounts', fields: ['segment'], filter: toText(condition('id', 'eq', literal(account))), page_size: 1 }, signal),
    enabled: account !== '',
  })
  return String(data?.items[0]?.cells['segment'] ?? '')
}

/** How much of a size an edition includes. */
function Included({ edition, name }: { edition: Edition; name: string }) {
  const { t, format } = useI18n()
  const span = { seats: edition.seats, sources: edition.sources, volume_gb: edition.volume_gb }[name]
  if (!span) return null
  return <span className="faint">{span.to === undefined ? t('quote.spanFrom', { from: format.number(span.from) }) : t('quote.span', { from: format.number(span.from), to: format.number(span.to) })}</span>
}

/** The offer as it stands: lines, limits, approval, and the gain beside it. */
function Live({ priced, list, book, deal, take }: { priced: Priced; list: PriceList; book: PriceBook; deal: string; take: (edition: string) => void }) {
  const { t, label, format } = useI18n()
  const schema = useSchema()
  const { offer } = priced
  const role = (r: string) => label(schema.field('quotes', 'approver')?.options?.find((o) => o.name === r)?.label, r)
  const suggested = list.editions.find((e) => e.id === offer.suggested)
  const level = (id: string) => label(book.support_levels.find((s) => s.id === id)?.name, id)
  const figure = (limit: string, n: string | undefined) => (limit === 'support' ? level(n ?? '') : n ? format.number(n) : '∞')
  return (
    <>
      <div className="offer-price">
        <span className="soft">{t('quote.totalOver', { n: offer.months })}</span>
        <b data-testid={testid.offer.total}>{format.money(amountOf(offer.amount))}</b>
        <span className="soft">{t('quote.perYear', { price: format.money(amountOf(offer.yearly)) })}</span>
      </div>
      <GainBeside gain={priced.gain} deal={deal} />
      {offer.exceeded && (
        <div className="error-note" role="alert">
          <span>
            {offer.limits
              .filter((l) => l.exceeded)
              .map((l) => t('quote.exceeded', { limit: t(('quote.' + l.limit) as TextKey), asked: figure(l.limit, l.asked), to: figure(l.limit, l.to) }))
              .join(' ')}{' '}
            {suggested ? (
              <button type="button" className="plain underlined" onClick={() => take(suggested.id)} data-testid={testid.offer.take}>
                {t('quote.take', { edition: label(suggested.name) })}
              </button>
            ) : (
              t('quote.noneFits')
            )}
          </span>
        </div>
      )}
      {offer.limits.some((l) => l.below) && !offer.exceeded && <p className="info-note">{t('quote.below', { limits: format.list(offer.limits.filter((l) => l.below).map((l) => t(('quote.' + l.limit) as TextKey))) })}</p>}
      {offer.approval && (
        <div className="info-note" data-testid={testid.offer.approval}>
          <span>
            {t(offer.approval.role === 'seller' ? 'quote.approvalSelf' : 'quote.approvalBy', { role: role(offer.approval.role), up: offer.approval.up_to })} {t('quote.inReturn', { gives: label(offer.approval.gives) })}
            <span className="faint"> {label(offer.approval.why)}</span>
          </span>
        </div>
      )}
      <OfferLines lines={offer.lines.map((l) => ({ name: label(l.name), quantity: l.quantity, unit: label(l.unit), price: l.price, amount: l.amount, note: label(l.note) }))} total={offer.amount} />
    </>
  )
}

/** Whom the quote goes to: the contacts of the account. */
export function ContactChoice({ account, value, change, name = 'quote.to' }: { account: string; value: string; change: (id: string) => void; name?: TextKey }) {
  const place = usePlace()
  const { t } = useI18n()
  const { data } = useQuery({
    queryKey: ['lake', placeKey(place), 'contacts-of', account],
    queryFn: ({ signal }) => listRecords({ ...place, entity: 'contacts', fields: ['name', 'title'], filter: toText(condition('account', 'eq', literal(account))), order: 'name', page_size: 200 }, signal),
    enabled: account !== '',
  })
  return (
    <label className="form-field">
      <span>{t(name)}</span>
      <Select
        allowClear
        value={value || undefined}
        onChange={(v?: string) => change(v ?? '')}
        showSearch={{ optionFilterProp: 'label' }}
        data-testid={testid.offer.contact}
        options={(data?.items ?? []).map((c) => ({ value: c.id, label: [c.cells['name'], c.cells['title']].filter(Boolean).map(String).join(' · ') }))}
      />
    </label>
  )
}
