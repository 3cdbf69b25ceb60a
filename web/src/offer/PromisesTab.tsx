import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Dropdown, Input } from 'antd'
import dayjs from 'dayjs'
import { Handshake, Search } from 'lucide-react'
import { useState } from 'react'
import { findPromises, notePromises } from '../api/offer'
import { createRecord, updateRecord } from '../api/records'
import type { Cells, LakeRecord, Row } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, paths, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { localDay } from '../i18n/format'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/value'
import { WaitingFacts } from '../records/list/Peek'
import type { TabProps } from '../records/show/tabs'
import { useSoon } from '../search/useSoon'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { FoundPromises, PromiseStatus } from './Promises'
import { ContactChoice } from './QuoteForm'
import { useDealRecords, useRefresh, words } from './useDealRecords'
import './offer.css'

const order = ['over', 'open', 'backed', 'broken', 'delivered', 'withdrawn']

/** What was promised on a deal, what backs it, and whether it was kept. */
export default function PromisesTab({ record }: TabProps) {
  const { t } = useI18n()
  const { branch } = usePlace()
  const rights = useRightsHere()
  const toasts = useToasts()
  const refresh = useRefresh()
  const ledger = useDealRecords('promises', record.id, ['text', 'capability', 'status', 'why', 'made_to', 'made_on', 'due_on', 'settled_on', 'activity', 'document', 'quote'])
  const find = useMutation({
    mutationFn: () => notePromises(branch, record.id),
    onSuccess: (n) => {
      toasts.done(t('promise.searched', { notes: n.notes, found: n.found, added: n.added }))
      refresh()
    },
    onError: toasts.fail,
  })
  if (ledger.error) return <Failure error={ledger.error} retry={() => void ledger.refetch()} />
  if (!ledger.data) return <WaitingFacts />
  const rows = [...ledger.data.items].sort((a, b) => order.indexOf(words(a.cells['status'])) - order.indexOf(words(b.cells['status'])))
  const search = rights.write && (
    <Button icon={<Search size={14} />} loading={find.isPending} onClick={() => find.mutate()} data-testid={testid.offer.findPromises}>
      {t('promise.find')}
    </Button>
  )
  return (
    <div className="offer-tab">
      {rights.write && <Add deal={record} />}
      {rows.length === 0 ? (
        <Teach icon={Handshake} title={t('promise.none')} text={t('promise.noneText')}>
          {search}
        </Teach>
      ) : (
        <>
          <div className="row wrap">
            <h2 className="grow">{t('promise.ledger', { n: rows.length })}</h2>
            {search}
          </div>
          <div className="stack">
            {rows.map((r) => (
              <Line key={r.id} row={r} titles={ledger.data.titles} mayEdit={rights.write} />
            ))}
          </div>
        </>
      )}
    </div>
  )
}

/** The steps that a promise may take from each status. */
const steps: Record<string, string[]> = { open: ['backed', 'delivered', 'broken', 'withdrawn'], backed: ['delivered', 'broken', 'withdrawn'], over: ['withdrawn', 'backed'], withdrawn: ['open'], delivered: ['broken'], broken: ['delivered'] }

function Line({ row, titles, mayEdit }: { row: Row; titles: LakeRecord['titles']; mayEdit: boolean }) {
  const { t, format, language } = useI18n()
  const { branch } = usePlace()
  const toasts = useToasts()
  const refresh = useRefresh()
  const cell = (name: string) => words(row.cells[name])
  const change = useMutation({
    mutationFn: (cells: Cells) => updateRecord(branch, 'promises', row.id, cells),
    onSuccess: (r) => {
      toasts.undoable(t('promise.changed'), branch, r.rev)
      refresh()
    },
    onError: toasts.fail,
  })
  const status = cell('status')
  const [zh = '', en = ''] = cell('why').split('\n')
  const why = language === 'en' ? en || zh : zh
  const late = cell('due_on') && cell('due_on') < localDay(new Date()) && (status === 'open' || status === 'backed')
  const from = (['activity', 'document', 'quote'] as const).find((f) => cell(f))
  const entity = { activity: 'activities', document: 'documents', quote: 'quotes' }
  return (
    <article className={'card offer-card promise ' + status} data-testid={testid.offer.promise} data-status={status}>
      <div className="row wrap">
        <PromiseStatus status={status} />
        <span className="grow promise-text">{cell('text')}</span>
        {mayEdit && (
          <Dropdown
            trigger={['click']}
            menu={{ items: (steps[status] ?? []).map((s) => ({ key: s, label: t(('promise.to.' + s) as TextKey) })), onClick: ({ key }) => change.mutate({ status: key, ...(key === 'delivered' || key === 'broken' ? { settled_on: localDay(new Date()) } : { settled_on: null }) }) }}
          >
            <Button size="small" loading={change.isPending} data-testid={testid.offer.promiseStep}>
              {t('promise.change')}
            </Button>
          </Dropdown>
        )}
      </div>
      {why && <span className="soft">{why}</span>}
      <span className="row wrap faint">
        {cell('capability') && <span>{t('promise.capability', { capability: cell('capability') })}</span>}
        {cell('made_to') && <span>{t('promise.madeTo', { name: titles['contacts']?.[cell('made_to')] ?? '' })}</span>}
        {cell('made_on') && <span>{t('promise.madeOn', { date: format.date(cell('made_on')) })}</span>}
        {from && <Go to={paths.record(entity[from], cell(from))}>{t(('promise.from.' + from) as TextKey)}</Go>}
        {cell('settled_on') && <span>{t('promise.settledOn', { date: format.date(cell('settled_on')) })}</span>}
        {late && <span className="pill danger">{t('promise.late')}</span>}
        {(status === 'open' || status === 'backed') &&
          (mayEdit ? (
            <DatePicker size="small" placeholder={t('promise.dueOn')} aria-label={t('promise.dueOn')} value={cell('due_on') ? dayjs(cell('due_on')) : null} onChange={(d: dayjs.Dayjs | null) => change.mutate({ due_on: d ? d.format('YYYY-MM-DD') : null })} />
          ) : (
            cell('due_on') && <span>{t('promise.due', { date: format.date(cell('due_on')) })}</span>
          ))}
      </span>
    </article>
  )
}

/** A promise by hand; while one types, the rules of the product say what it is worth. */
function Add({ deal }: { deal: LakeRecord }) {
  const { t } = useI18n()
  const place = usePlace()
  const toasts = useToasts()
  const refresh = useRefresh()
  const [text, setText] = useState('')
  const [to, setTo] = useState('')
  const [due, setDue] = useState<dayjs.Dayjs | null>(null)
  const soon = useSoon(text.trim(), 350)
  const found = useQuery({ queryKey: ['lake', placeKey(place), 'promises-in', deal.id, soon], queryFn: ({ signal }) => findPromises(place, deal.id, soon, signal), enabled: soon !== '', placeholderData: keepPreviousData, retry: false })
  const judged = soon === '' ? [] : (found.data ?? [])
  const worst = judged.find((p) => p.status === 'over') ?? judged.find((p) => p.status === 'open') ?? judged[0]
  const add = useMutation({
    mutationFn: () =>
      createRecord(place.branch, 'promises', {
        text: text.trim(),
        status: worst?.status ?? 'open',
        capability: worst?.capability ?? null,
        why: worst ? worst.why.zh + '\n' + worst.why.en : null,
        made_to: to || null,
        made_on: localDay(new Date()),
        due_on: due ? due.format('YYYY-MM-DD') : null,
        deal: deal.id,
        account: deal.cells['account'] ?? null,
        owner: deal.cells['owner'] ?? null,
      }),
    onSuccess: (r) => {
      toasts.undoable(t('promise.added'), place.branch, r.rev)
      setText('')
      setDue(null)
      refresh()
    },
    onError: toasts.fail,
  })
  return (
    <section className="card offer-card">
      <Input.TextArea value={text} onChange={(e) => setText(e.target.value)} maxLength={500} autoSize={{ minRows: 1, maxRows: 5 }} placeholder={t('promise.write')} aria-label={t('promise.write')} data-testid={testid.offer.promiseText} />
      {text.trim() && (
        <>
          {judged.length > 0 ? <FoundPromises found={judged} /> : <span className="faint">{found.isFetching ? t('promise.looking') : t('promise.unknown')}</span>}
          <div className="offer-fields">
            <ContactChoice account={words(deal.cells['account'])} value={to} change={setTo} name="promise.who" />
            <label className="form-field">
              <span>{t('promise.dueOn')}</span>
              <DatePicker value={due} onChange={setDue} />
            </label>
          </div>
          <div className="row">
            <Button type="primary" danger={worst?.status === 'over'} loading={add.isPending} disabled={soon !== text.trim()} onClick={() => add.mutate()} data-testid={testid.offer.promiseAdd}>
              {t(worst?.status === 'over' ? 'promise.addOver' : 'promise.add')}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}
