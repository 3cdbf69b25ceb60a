import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Input, Modal } from 'antd'
import dayjs from 'dayjs'
import { FileText } from 'lucide-react'
import { useState } from 'react'
import { advanceQuote, createAgreement, documentAddress, getQuote, makeDocument, type Quote, type Step } from '../api/offer'
import type { LakeRecord } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, paths, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/value'
import { WaitingFacts } from '../records/list/Peek'
import { useSchema } from '../records/schema'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { GainBeside } from './GainBeside'
import { OfferLines } from './OfferLines'
import { QuoteStatus } from './QuotesTab'
import { useDealRecords, useRefresh, words } from './useDealRecords'

/** One quote: its price with the gain beside it, who approves it, and its next steps. */
export function QuoteView({ id, deal }: { id: string; deal: LakeRecord }) {
  const place = usePlace()
  const { language } = useI18n()
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'quote', id, language], queryFn: ({ signal }) => getQuote(place, id, language, signal) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  return <Shown quote={data} deal={deal} />
}

function Shown({ quote, deal }: { quote: Quote; deal: LakeRecord }) {
  const { t, label, format } = useI18n()
  const schema = useSchema()
  const cell = (name: string) => words(quote.cells[name])
  const money = (name: string) => cell(name) + ' ' + cell('currency')
  const title = (entity: string, name: string) => quote.titles[entity]?.[cell(name)] ?? cell(name)
  const approver = label(schema.field('quotes', 'approver')?.options?.find((o) => o.name === cell('approver'))?.label, cell('approver'))
  const facts: [string, string][] = [
    [t('quote.number'), cell('number')],
    [t('quote.term'), t('quote.months', { n: cell('term_months') })],
    [t('quote.to'), title('contacts', 'contact')],
    [t('quote.validUntil'), cell('valid_until') && format.date(cell('valid_until'))],
    [t('quote.discount'), Number(cell('discount')) > 0 ? t('quote.off', { n: cell('discount') }) : ''],
    [t('quote.approver'), Number(cell('discount')) > 0 ? approver : ''],
    [t('quote.gives'), cell('gives')],
    [t('quote.approvedBy'), title('users', 'approved_by')],
    [t('quote.sentOn'), cell('sent_on') && format.date(cell('sent_on'))],
    [t('value.note'), cell('note')],
  ]
  return (
    <section className="card offer-card" data-testid={testid.offer.quote} data-status={cell('status')}>
      <div className="row wrap">
        <h2 className="grow">{cell('title')}</h2>
        <QuoteStatus status={cell('status')} />
      </div>
      <Steps quote={quote} deal={deal} />
      <dl className="offer-facts">
        {facts.map(([name, text]) =>
          text ? (
            <div key={name}>
              <dt className="faint">{name}</dt>
              <dd>{text}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <OfferLines
        lines={quote.lines.map((l) => ({ name: words(l.cells['name']), quantity: words(l.cells['quantity']), unit: words(l.cells['unit']), price: words(l.cells['price']) + ' ' + cell('currency'), amount: words(l.cells['amount']) + ' ' + cell('currency'), note: words(l.cells['note']) }))}
        total={money('amount')}
      />
      <GainBeside gain={quote.gain} deal={deal.id} />
      <Contracts quote={quote.id} deal={deal.id} />
    </section>
  )
}

const order: Step[] = ['submit', 'approve', 'send', 'accept', 'return', 'refuse']

/** The steps that the caller may take now; some ask why. */
function Steps({ quote, deal }: { quote: Quote; deal: LakeRecord }) {
  const { t, language } = useI18n()
  const place = usePlace()
  const rights = useRightsHere()
  const toasts = useToasts()
  const refresh = useRefresh()
  const [asking, ask] = useState<Step | ''>('')
  const [reason, setReason] = useState('')
  const [signing, setSigning] = useState(false)
  const advance = useMutation({
    mutationFn: (step: Step) => advanceQuote(place.branch, language, quote.id, step, reason),
    onSuccess: (q) => {
      toasts.done(t(('quote.now.' + words(q.cells['status'])) as TextKey))
      ask('')
      setReason('')
      refresh()
    },
    onError: toasts.fail,
  })
  const print = useMutation({
    mutationFn: () => makeDocument(place.branch, { deal: deal.id, template: 'quotation', quote: quote.id, language: language === 'en' ? 'en' : 'zh' }),
    onSuccess: (d) => {
      refresh()
      location.assign(documentAddress(place, d.id, 'docx'))
      toasts.done(t('quote.printed'))
    },
    onError: toasts.fail,
  })
  const signed = useContracts(quote.id, deal.id).length > 0
  const may = order.filter((s) => quote.may.includes(s))
  const status = words(quote.cells['status'])
  if (!rights.write) return null
  return (
    <div className="row wrap">
      {may.map((s) => (
        <Button
          key={s}
          size="small"
          type={s === 'return' || s === 'refuse' ? 'default' : 'primary'}
          loading={advance.isPending && advance.variables === s}
          onClick={() => (s === 'submit' || s === 'send' || s === 'accept' ? advance.mutate(s) : ask(s))}
          data-testid={testid.offer.step(s)}
        >
          {t(('quote.step.' + s) as TextKey)}
        </Button>
      ))}
      {status === 'approval' && !quote.may.includes('approve') && <span className="faint">{t('quote.waits')}</span>}
      {status === 'accepted' && !signed && (
        <Button size="small" type="primary" onClick={() => setSigning(true)} data-testid={testid.offer.contract}>
          {t('quote.contract')}
        </Button>
      )}
      <Button size="small" icon={<FileText size={14} />} loading={print.isPending} onClick={() => print.mutate()} data-testid={testid.offer.print}>
        {t('quote.print')}
      </Button>
      <Modal open={asking !== ''} title={asking && t(('quote.step.' + asking) as TextKey)} okText={asking && t(('quote.step.' + asking) as TextKey)} onCancel={() => ask('')} onOk={() => asking && advance.mutate(asking)} okButtonProps={{ loading: advance.isPending, 'data-testid': testid.offer.stepConfirm }}>
        <Input.TextArea value={reason} onChange={(e) => setReason(e.target.value)} maxLength={1000} autoSize={{ minRows: 2, maxRows: 6 }} placeholder={t('quote.why')} aria-label={t('quote.why')} />
      </Modal>
      {signing && <Sign quote={quote} close={() => setSigning(false)} />}
    </div>
  )
}

/** Makes a contract: its end and the day its renewal begins follow from the quote. */
function Sign({ quote, close }: { quote: Quote; close: () => void }) {
  const { t } = useI18n()
  const { branch } = usePlace()
  const toasts = useToasts()
  const refresh = useRefresh()
  const [starts, setStarts] = useState(dayjs())
  const [signed, setSigned] = useState<dayjs.Dayjs | null>(null)
  const [number, setNumber] = useState('')
  const make = useMutation({
    mutationFn: () => createAgreement(branch, quote.id, { starts_on: starts.format('YYYY-MM-DD'), signed_on: signed?.format('YYYY-MM-DD'), number: number || undefined }),
    onSuccess: () => {
      toasts.done(t('quote.contractMade'))
      refresh()
      close()
    },
    onError: toasts.fail,
  })
  return (
    <Modal open title={t('quote.contract')} onCancel={close} okText={t('quote.contract')} onOk={() => make.mutate()} okButtonProps={{ loading: make.isPending }}>
      <div className="stack">
        <label className="form-field">
          <span>{t('quote.startsOn')}</span>
          <DatePicker value={starts} onChange={(d) => d && setStarts(d)} allowClear={false} />
        </label>
        <label className="form-field">
          <span>{t('quote.signedOn')}</span>
          <DatePicker value={signed} onChange={setSigned} />
        </label>
        <label className="form-field">
          <span>{t('quote.contractNumber')}</span>
          <Input value={number} onChange={(e) => setNumber(e.target.value)} maxLength={100} />
        </label>
      </div>
    </Modal>
  )
}

function useContracts(quote: string, deal: string) {
  const { data } = useDealRecords('agreements', deal, ['title', 'quote', 'ends_on', 'renew_on', 'status'])
  return (data?.items ?? []).filter((a) => a.cells['quote'] === quote)
}

/** The contracts made of a quote. */
function Contracts({ quote, deal }: { quote: string; deal: string }) {
  const { t, format } = useI18n()
  const mine = useContracts(quote, deal)
  return mine.map((a) => (
    <p key={a.id} className="info-note">
      <Go to={paths.record('agreements', a.id)}>{words(a.cells['title'])}</Go>
      <span>{t('quote.contractEnds', { end: format.date(words(a.cells['ends_on'])), renew: words(a.cells['renew_on']) ? format.date(words(a.cells['renew_on'])) : '—' })}</span>
    </p>
  ))
}
