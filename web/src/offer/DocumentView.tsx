import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Button, Input, Modal, Segmented } from 'antd'
import { FileDown, History, Printer, RefreshCw, Send, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { documentAddress, editDocument, getDocument, sendDocument, type DealDocument } from '../api/offer'
import { updateRecord } from '../api/records'
import type { Row } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, paths, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { localDay } from '../i18n/format'
import { useI18n } from '../i18n'
import '../i18n/value'
import { WaitingFacts } from '../records/list/Peek'
import { useSoon } from '../search/useSoon'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { DocumentEditor, HalfPage, OwnNumbers, type Texts } from './DocumentEditor'
import { FoundPromises } from './Promises'
import { useRefresh } from './useDealRecords'

/** A deliverable as a page, with its files, the promises in it and its sending. */
export function DocumentView({ id, record, close }: { id: string; record: Row; close: () => void }) {
  const place = usePlace()
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'document', id], queryFn: ({ signal }) => getDocument(place, id, signal) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  return <View document={data} record={record} close={close} />
}

type Shown = 'page' | 'text' | 'promises'

function View({ document: d, record, close }: { document: DealDocument; record: Row; close: () => void }) {
  const place = usePlace()
  const { t, format } = useI18n()
  const rights = useRightsHere()
  const [part, setPart] = useState<Shown>('page')
  const [texts, setTexts] = useState<Texts>({})
  const frame = useRef<HTMLIFrameElement>(null)
  const mayEdit = rights.write && !d.sent_on
  const dirty = Object.keys(texts).length > 0
  const written = useSoon(texts, 500)
  const check = useQuery({
    queryKey: ['lake', placeKey(place), 'document-check', d.id, d.rev, written],
    queryFn: ({ signal }) => editDocument(place.branch, d.id, d.rev, { parts: written, check: true }, signal),
    enabled: dirty && Object.keys(written).length > 0,
    placeholderData: keepPreviousData,
  })
  const checked = dirty ? check.data : undefined
  const now = checked ?? d
  const over = now.promises.filter((p) => p.status === 'over').length
  const options: { value: Shown; label: string }[] = [{ value: 'page', label: t(dirty ? 'doc.preview' : 'doc.page') }]
  if (mayEdit) options.push({ value: 'text', label: t('doc.edit') })
  options.push({ value: 'promises', label: t('doc.promises', { n: now.promises.length }) + (over > 0 ? ' · ' + t('doc.over', { n: over }) : '') })
  return (
    <section className="card offer-card document-view" data-testid={testid.offer.view}>
      <div className="row wrap">
        <h2 className="grow">
          {d.document.title} V{d.document.version}
        </h2>
        <button type="button" className="icon-button" aria-label={t('doc.print')} title={t('doc.print')} onClick={() => frame.current?.contentWindow?.print()} disabled={part !== 'page'}>
          <Printer size={15} />
        </button>
        <Button size="small" icon={<FileDown size={14} />} href={documentAddress(place, d.id, 'docx')} data-testid={testid.offer.docx}>
          DOCX
        </Button>
        <Button size="small" icon={<FileDown size={14} />} href={documentAddress(place, d.id, 'pdf')} data-testid={testid.offer.pdf}>
          PDF
        </Button>
        <button type="button" className="icon-button" aria-label={t('act.close')} title={t('act.close')} onClick={close}>
          <X size={15} />
        </button>
      </div>
      <Sending document={d} record={record} over={over} unsaved={dirty} />
      {d.document.missing.length > 0 && <p className="info-note">{t('doc.lacks', { n: d.document.missing.length, names: format.list(d.document.missing.slice(0, 4).map((m) => m.name)) })}</p>}
      <MovedFigures document={d} mayEdit={mayEdit} unsaved={dirty} />
      {part === 'page' && now.own.length > 0 && <OwnNumbers own={now.own} />}
      <Segmented value={part} onChange={setPart} options={options} aria-label={t('doc.view')} data-testid={testid.offer.viewPart} />
      {/* Nothing in the page can run; without scripts of its own the frame may share our origin, which printing needs. */}
      {part === 'page' && <iframe ref={frame} className="document-page" sandbox="allow-same-origin allow-modals" srcDoc={now.page} title={d.document.title} />}
      {part === 'text' && mayEdit && <DocumentEditor document={d} texts={texts} setTexts={setTexts} checked={checked} checking={dirty && (check.isFetching || written !== texts)} done={() => setPart('page')} />}
      {part === 'promises' && (now.promises.length > 0 ? <FoundPromises found={now.promises} /> : <p className="soft">{t('doc.noPromises')}</p>)}
    </section>
  )
}

/** Figures whose sources say something else than the document, and today's numbers for a draft. */
function MovedFigures({ document: d, mayEdit, unsaved }: { document: DealDocument; mayEdit: boolean; unsaved: boolean }) {
  const { t } = useI18n()
  const { branch } = usePlace()
  const toasts = useToasts()
  const refresh = useRefresh()
  const fresh = useMutation({
    mutationFn: () => editDocument(branch, d.id, d.rev, { fresh: true }),
    onSuccess: (saved) => {
      toasts.undoable(t('doc.freshened'), branch, saved.rev)
      refresh()
    },
    onError: toasts.fail,
  })
  if (d.moved.length === 0) return null
  return (
    <div className="moved-note" data-testid={testid.offer.moved}>
      <span>{t(d.sent_on ? 'doc.movedSent' : 'doc.moved', { n: d.moved.length })}</span>
      <ul className="plain-list">
        {d.moved.map((m) => (
          <li key={m.input}>
            <b>{m.name}</b> <s>{m.shown}</s> → {m.now || t('doc.movedGone')} <span className="faint">{m.source}</span>
          </li>
        ))}
      </ul>
      {mayEdit && d.moved.some((m) => m.now) && (
        <Button size="small" icon={<RefreshCw size={13} />} loading={fresh.isPending} disabled={unsaved} title={unsaved ? t('doc.saveFirst') : undefined} onClick={() => fresh.mutate()} data-testid={testid.offer.fresh}>
          {t('doc.fresh')}
        </Button>
      )}
    </div>
  )
}

/** Sent, approved, or what stands in the way. */
function Sending({ document: d, record, over, unsaved }: { document: DealDocument; record: Row; over: number; unsaved: boolean }) {
  const { t, format } = useI18n()
  const { branch } = usePlace()
  const rights = useRightsHere()
  const toasts = useToasts()
  const refresh = useRefresh()
  const [anyway, setAnyway] = useState('')
  const [asking, ask] = useState(false)
  const send = useMutation({
    mutationFn: () => sendDocument(branch, d.id, anyway.trim() || undefined),
    onSuccess: () => {
      toasts.done(t('doc.sent'))
      ask(false)
      refresh()
    },
    onError: toasts.fail,
  })
  const approve = useMutation({
    mutationFn: () => updateRecord(branch, 'documents', d.id, { approved_on: localDay(new Date()) }),
    onSuccess: (r) => {
      toasts.undoable(t('doc.approved'), branch, r.rev)
      refresh()
    },
    onError: toasts.fail,
  })
  const approved = record.cells['approved_on']
  return (
    <div className="row wrap">
      {d.sent_on ? <span className="pill info">{t('doc.sentOn', { date: format.date(d.sent_on) })}</span> : null}
      {approved ? <span className="pill success">{t('doc.approvedOn', { date: format.date(String(approved)) })}</span> : null}
      {d.parts.some((p) => p.edited) && <span className="pill">{t('doc.byHand')}</span>}
      {!d.sent_on && <HalfPage summary={d.summary} />}
      <Go to={paths.record('documents', d.id)} className="icon-link soft">
        <History size={13} aria-hidden /> {t('doc.history')}
      </Go>
      {rights.write && !d.sent_on && (
        <Button size="small" type="primary" icon={<Send size={13} />} loading={send.isPending} disabled={unsaved || d.summary.over > 0} title={unsaved ? t('doc.saveFirst') : d.summary.over > 0 ? t('doc.summaryFrom', { n: d.summary.over, from: d.summary.from ?? '' }) : undefined} onClick={() => (over > 0 ? ask(true) : send.mutate())} data-testid={testid.offer.send}>
          {t('doc.send')}
        </Button>
      )}
      {rights.write && d.sent_on && !approved && (
        <Button size="small" loading={approve.isPending} onClick={() => approve.mutate()}>
          {t('doc.approve')}
        </Button>
      )}
      <Modal open={asking} title={t('doc.overTitle', { n: over })} okText={t('doc.sendAnyway')} onCancel={() => ask(false)} onOk={() => send.mutate()} okButtonProps={{ danger: true, disabled: !rights.merge || !anyway.trim(), loading: send.isPending }}>
        <div className="stack">
          <FoundPromises found={d.promises.filter((p) => p.status === 'over')} />
          {rights.merge ? <Input.TextArea value={anyway} onChange={(e) => setAnyway(e.target.value)} maxLength={1000} autoSize={{ minRows: 2, maxRows: 5 }} placeholder={t('doc.anyway')} aria-label={t('doc.anyway')} /> : <span className="info-note">{t('doc.overManager')}</span>}
        </div>
      </Modal>
    </div>
  )
}
