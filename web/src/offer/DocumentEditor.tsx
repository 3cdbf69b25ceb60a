import { useMutation } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import type { KeyboardEvent } from 'react'
import { useState } from 'react'
import { editDocument, type DealDocument } from '../api/offer'
import { usePlace } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/value'
import { testid } from '../testids'
import { useRefresh } from './useDealRecords'

/** New text of parts, by their ids; only parts that differ from what is kept. */
export type Texts = Record<string, string>

interface Props {
  document: DealDocument
  texts: Texts
  setTexts: (texts: Texts) => void
  /** What the new text would make of the document, once the server has said so. */
  checked: DealDocument | undefined
  checking: boolean
  done: () => void
}

/** The summary and the sections as text. Numbers that are changed are named while one writes. */
export function DocumentEditor({ document: d, texts, setTexts, checked, checking, done }: Props) {
  const { t } = useI18n()
  const { branch } = usePlace()
  const toasts = useToasts()
  const refresh = useRefresh()
  const [reason, setReason] = useState('')
  const now = checked ?? d
  const dirty = Object.keys(texts).length > 0
  const write = (id: string, kept: string, text: string) => {
    const { [id]: _, ...others } = texts
    setTexts(text === kept ? others : { ...others, [id]: text })
  }
  const save = useMutation({
    mutationFn: () => editDocument(branch, d.id, d.rev, { parts: texts, reason: reason.trim() || undefined }),
    onSuccess: (saved) => {
      toasts.undoable(t('doc.edited', { title: saved.document.title }), branch, saved.rev)
      setTexts({})
      refresh()
      done()
    },
    onError: toasts.fail,
  })
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && dirty && !save.isPending) save.mutate()
  }
  return (
    <div className="stack document-editor" onKeyDown={keys} data-testid={testid.offer.editor}>
      <details className="soft">
        <summary>{t('doc.howTo')}</summary>
        <ul className="plain-list">
          {(['doc.howHeading', 'doc.howPoint', 'doc.howBold', 'doc.howEntry', 'doc.howTable', 'doc.howNumbers'] as const).map((k) => (
            <li key={k}>{t(k)}</li>
          ))}
        </ul>
      </details>
      {d.parts.map((p) => {
        const own = now.own.filter((o) => o.part === p.id)
        const id = 'part-' + p.id
        return (
          <div key={p.id} className="form-field">
            <label htmlFor={id} className="row wrap">
              <b className="grow">{p.title}</b>
              {p.id === 'summary' && <HalfPage summary={now.summary} />}
              {p.id in texts ? <span className="pill info">{t('doc.changed')}</span> : p.edited && <span className="pill">{t('doc.byHand')}</span>}
            </label>
            <Input.TextArea id={id} value={texts[p.id] ?? p.text} onChange={(e) => write(p.id, p.text, e.target.value)} autoSize={{ minRows: 2, maxRows: 18 }} maxLength={100_000} data-testid={testid.offer.part(p.id)} />
            {p.id === 'summary' && now.summary.over > 0 && <span className="over-note">{t('doc.summaryFrom', { n: now.summary.over, from: now.summary.from ?? '' })}</span>}
            {own.length > 0 && <OwnNumbers own={own} />}
          </div>
        )
      })}
      <div className="document-editor-foot">
        <Input className="grow" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={1000} placeholder={t('doc.reason')} aria-label={t('doc.reason')} />
        <span className="faint" role="status">
          {checking ? t('doc.checking') : ''}
        </span>
        <Button onClick={() => (setTexts({}), done())} data-testid={testid.offer.discardText}>
          {t(dirty ? 'value.discard' : 'act.close')}
        </Button>
        <Button type="primary" disabled={!dirty} loading={save.isPending} onClick={() => save.mutate()} title="Ctrl + Enter" data-testid={testid.offer.saveText}>
          {t('value.save')}
        </Button>
      </div>
    </div>
  )
}

/** How much of its half page the summary takes. */
export function HalfPage({ summary }: { summary: DealDocument['summary'] }) {
  const { t } = useI18n()
  return (
    <span className={'pill ' + (summary.over > 0 ? 'danger' : '')} data-testid={testid.offer.halfPage}>
      {summary.over > 0 ? t('doc.summaryOver', { n: summary.over, most: summary.most }) : t('doc.summaryFits', { n: summary.lines, most: summary.most })}
    </span>
  )
}

/** Numbers that a person wrote, each with what it was. */
export function OwnNumbers({ own }: { own: DealDocument['own'] }) {
  const { t } = useI18n()
  return (
    <ul className="plain-list own-numbers" data-testid={testid.offer.own}>
      {own.map((o, i) => (
        <li key={i}>
          <mark>{o.text}*</mark> {o.was ? t('doc.ownWas', { was: o.was, source: o.name ? o.name + (o.source ? ' · ' + o.source : '') : t('doc.noRecord') }) : t('doc.ownNew')}
        </li>
      ))}
    </ul>
  )
}
