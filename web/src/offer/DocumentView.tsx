import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Input, Modal, Segmented } from 'antd'
import { FileDown, Printer, Send, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { documentAddress, getDocument, sendDocument, type DealDocument } from '../api/offer'
import { updateRecord } from '../api/records'
import type { Row } from '../api/types'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { localDay } from '../i18n/format'
import { useI18n } from '../i18n'
import '../i18n/value'
import { WaitingFacts } from '../records/list/Peek'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
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

function View({ document: d, record, close }: { document: DealDocument; record: Row; close: () => void }) {
  const place = usePlace()
  const { t, format } = useI18n()
  const [part, setPart] = useState<'page' | 'promises'>('page')
  const frame = useRef<HTMLIFrameElement>(null)
  const over = d.promises.filter((p) => p.status === 'over').length
  return (
    <section className="card offer-card document-view" data-testid={testid.offer.view}>
      <div className="row wrap">
        <h2 className="grow">
          {d.document.title} V{d.document.version}
        </h2>
        <button type="button" className="icon-button" aria-label={t('doc.print')} title={t('doc.print')} onClick={() => frame.current?.contentWindow?.print()}>
          <Printer size={15} />
        </button>
        <Button size="small" icon={<FileDown size={14} />} href={documentAddress(place, d.id, 'docx')} data-testid={testid.offer.docx}>
          DOCX
        </Button>
        <Button size="small" icon={<FileDown size={14} />} href={documentAddress(place, d.id, 'pdf')} data-testid={testid.offer.pdf}>
          PDF
        </Button>
        <button type="button" className="icon-button" aria-label={t('act.close')} onClick={close}>
          <X size={15} />
        </button>
      </div>
      <Sending document={d} record={record} over={over} />
      {d.document.missing.length > 0 && <p className="info-note">{t('doc.lacks', { n: d.document.missing.length, names: format.list(d.document.missing.slice(0, 4).map((m) => m.name)) })}</p>}
      <Segmented
        value={part}
        onChange={setPart}
        options={[
          { value: 'page', label: t('doc.page') },
          { value: 'promises', label: t('doc.promises', { n: d.promises.length }) + (over > 0 ? ' · ' + t('doc.over', { n: over }) : '') },
        ]}
      />
      {/* Nothing in the page can run; without scripts of its own the frame may share our origin, which printing needs. */}
      {part === 'page' && <iframe ref={frame} className="document-page" sandbox="allow-same-origin allow-modals" srcDoc={d.page} title={d.document.title} />}
      {part === 'promises' && (d.promises.length > 0 ? <FoundPromises found={d.promises} /> : <p className="soft">{t('doc.noPromises')}</p>)}
    </section>
  )
}

/** Sent, approved, or what stands in the way. */
function Sending({ document: d, record, over }: { document: DealDocument; record: Row; over: number }) {
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
      {rights.write && !d.sent_on && (
        <Button size="small" type="primary" icon={<Send size={13} />} loading={send.isPending} onClick={() => (over > 0 ? ask(true) : send.mutate())} data-testid={testid.offer.send}>
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
