import { useQuery } from '@tanstack/react-query'
import { Button, Collapse, Input, Modal, Select } from 'antd'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { dealObjections, recordObjection, type DealObjections, type Usage } from '../api/pursuit'
import { updateRecord } from '../api/records'
import { Failure } from '../app/Failure'
import { Go, paths, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { WaitingFacts } from '../records/list/Peek'
import type { TabProps } from '../records/show/tabs'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { useOptionName } from './useDeal'
import { useWrite } from './useWrite'
import './deal.css'

interface Draft {
  objection: string
  answer: string
}

/** What customers say against us and what helped; how to stand against the competitor. */
export default function ObjectionsTab({ record }: TabProps) {
  const { t, label } = useI18n()
  const place = usePlace()
  const rights = useRightsHere()
  const [draft, setDraft] = useState<Draft | null>(null)
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'deal', record.id, 'objections'], queryFn: ({ signal }) => dealObjections(place, record.id, signal) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  return (
    <div className="deal-tab">
      <div className="deal-split">
        <div className="stack">
          <Met data={data} mayEdit={rights.write} begin={() => setDraft({ objection: '', answer: '' })} />
          <h2>{t('objection.known')}</h2>
          <Collapse
            size="small"
            items={data.objections.map((o) => ({
              key: o.id,
              label: label(o.name),
              children: (
                <div className="stack">
                  <p className="soft">{label(o.means)}</p>
                  <p>
                    <span className="faint">{t('objection.ask')}</span> {o.ask.map((q) => label(q)).join(' / ')}
                  </p>
                  {o.answers.map((a) => (
                    <div key={a.id} className="answer" data-testid={testid.deal.answer(a.id)}>
                      <strong>{label(a.angle)}</strong>
                      <p>{label(a.text)}</p>
                      <p className="soft">
                        {t('objection.proof')} {label(a.proof)}
                      </p>
                      <div className="row wrap">
                        <Fared usage={data.usage.find((u) => u.objection === o.id && u.answer === a.id)} />
                        <span className="grow" />
                        {rights.write && (
                          <Button size="small" onClick={() => setDraft({ objection: o.id, answer: a.id })}>
                            {t('objection.used')}
                          </Button>
                        )}
                      </div>
                    </div>
                  ))}
                  <p className="danger">{label(o.avoid)}</p>
                  <p className="faint">{t('objection.source', { pack: o.pack, id: o.id })}</p>
                </div>
              ),
            }))}
          />
        </div>
        <Cards data={data} />
      </div>
      {draft && <RecordDialog deal={record.id} data={data} draft={draft} close={() => setDraft(null)} />}
    </div>
  )
}

const percent = (n: number) => Math.round(n * 100) + '%'

/** How an answer fared, with counts and interval. */
function Fared({ usage }: { usage: Usage | undefined }) {
  const { t } = useI18n()
  if (!usage) return <span className="faint">{t('objection.unused')}</span>
  const share = (s: Usage['settled']) => `${s.count}/${s.of}` + (s.of > 0 ? `（${percent(s.low)}–${percent(s.high)}）` : '')
  return (
    <span className="soft">
      {t('objection.fared', { n: usage.used, settled: share(usage.settled), won: share(usage.won), open: usage.open })}
    </span>
  )
}

function Met({ data, mayEdit, begin }: { data: DealObjections; mayEdit: boolean; begin: () => void }) {
  const { t, label, format } = useI18n()
  const option = useOptionName('objections_met')
  const change = useWrite((branch, x: { id: string; result: string }) => updateRecord(branch, 'objections_met', x.id, { result: x.result }), () => t('committee.saved'))
  const named = (o: string) => label(data.objections.find((x) => x.id === o)?.name, o)
  return (
    <section className="card">
      <div className="row">
        <h2 className="grow">{t('objection.met')}</h2>
        {mayEdit && (
          <Button size="small" icon={<Plus size={14} />} onClick={begin} data-testid={testid.deal.objectionAdd}>
            {t('objection.add')}
          </Button>
        )}
      </div>
      {data.met.length === 0 && <p className="faint">{t('objection.metNone')}</p>}
      {data.met.map((m) => (
        <div key={m.id} className="criterion" data-testid={testid.deal.objectionMet}>
          <div className="grow">
            <Go to={paths.record('objections_met', m.id)}>“{m.title}”</Go>
            <div className="row wrap faint">
              {m.objection && <span className="pill">{named(m.objection)}</span>}
              {m.answer && <span>{t('objection.answeredBy', { answer: label(data.objections.find((o) => o.id === m.objection)?.answers.find((a) => a.id === m.answer)?.angle, m.answer) })}</span>}
              {m.contact_name && <span>{m.contact_name}</span>}
              {m.met_on && <span>{format.date(m.met_on)}</span>}
            </div>
            {m.said && <p className="soft">{m.said}</p>}
          </div>
          {mayEdit ? <Select size="small" value={m.result || 'open'} onChange={(result: string) => change.mutate({ id: m.id, result })} options={['open', 'settled', 'stands'].map((v) => ({ value: v, label: option('result', v) }))} aria-label={t('objection.result')} popupMatchSelectWidth={false} /> : <span className="pill">{option('result', m.result)}</span>}
        </div>
      ))}
    </section>
  )
}

function Cards({ data }: { data: DealObjections }) {
  const { t, label } = useI18n()
  const fitting = data.cards.filter((c) => c.because.length > 0)
  return (
    <section className="stack" aria-label={t('card.title')}>
      <h2>{t('card.title')}</h2>
      {fitting.length === 0 && <p className="faint">{t('card.none', { competitor: data.competitor || '—' })}</p>}
      <Collapse
        size="small"
        defaultActiveKey={fitting.map((c) => c.card.id)}
        items={data.cards.map((c) => ({
          key: c.card.id,
          label: (
            <span data-testid={testid.deal.card(c.card.id)}>
              {label(c.card.competitor)} {c.because.length > 0 && <span className="pill info">{t('card.fits')}</span>}
            </span>
          ),
          children: (
            <div className="stack">
              {c.because.map((b, i) => (
                <p key={i} className="faint">
                  {t(b.record ? 'card.bySystem' : 'card.byCompetitor', { word: b.word, text: b.text })} {b.record && <Go to={paths.record(b.record.entity, b.record.id)}>{b.record.title}</Go>}
                </p>
              ))}
              <p className="soft">{label(c.card.situation)}</p>
              <h3>{t('card.strengths')}</h3>
              <ul>{c.card.strengths.map((x, i) => <li key={i}>{label(x)}</li>)}</ul>
              <h3>{t('card.advantages')}</h3>
              <ul>
                {c.card.advantages.map((x) => (
                  <li key={x.id}>
                    {label(x.text)} <span className="soft">— {label(x.proof)}</span>
                  </li>
                ))}
              </ul>
              <h3>{t('card.plays')}</h3>
              <ul>{c.card.plays.map((x, i) => <li key={i}>{label(x)}</li>)}</ul>
              <h3>{t('card.questions')}</h3>
              <ul>{c.card.questions.map((x, i) => <li key={i}>{label(x)}</li>)}</ul>
              <p className="danger">{label(c.card.avoid)}</p>
              <p className="faint">{t('objection.source', { pack: c.pack, id: c.card.id })}</p>
            </div>
          ),
        }))}
      />
    </section>
  )
}

function RecordDialog({ deal, data, draft, close }: { deal: string; data: DealObjections; draft: Draft; close: () => void }) {
  const { t, label } = useI18n()
  const option = useOptionName('objections_met')
  const [body, setBody] = useState({ title: draft.objection ? label(data.objections.find((o) => o.id === draft.objection)?.name) : '', objection: draft.objection, answer: draft.answer, said: '', result: 'open' as 'open' | 'settled' | 'stands' })
  const send = useWrite((branch, b: typeof body) => recordObjection(branch, deal, { ...b, objection: b.objection || undefined, answer: b.answer || undefined, said: b.said || undefined }), () => t('objection.recorded'))
  const set = (change: Partial<typeof body>) => setBody({ ...body, ...change })
  const answers = data.objections.find((o) => o.id === body.objection)?.answers ?? []
  return (
    <Modal open title={t('objection.add')} onCancel={close} okText={t('record.noteSave')} okButtonProps={{ disabled: !body.title.trim(), loading: send.isPending, 'data-testid': testid.deal.objectionSave }} onOk={() => send.mutate(body, { onSuccess: close })}>
      <div className="stack">
        <Input value={body.title} onChange={(e) => set({ title: e.target.value })} placeholder={t('objection.words')} aria-label={t('objection.words')} autoFocus />
        <Select allowClear value={body.objection || undefined} onChange={(v: string | undefined) => set({ objection: v ?? '', answer: '' })} placeholder={t('objection.kind')} aria-label={t('objection.kind')} options={data.objections.map((o) => ({ value: o.id, label: label(o.name) }))} />
        <Select allowClear disabled={answers.length === 0} value={body.answer || undefined} onChange={(v: string | undefined) => set({ answer: v ?? '' })} placeholder={t('objection.answer')} aria-label={t('objection.answer')} options={answers.map((a) => ({ value: a.id, label: label(a.angle) }))} />
        <Input.TextArea value={body.said} onChange={(e) => set({ said: e.target.value })} placeholder={t('objection.said')} aria-label={t('objection.said')} autoSize={{ minRows: 2, maxRows: 6 }} />
        <Select value={body.result} onChange={(result) => set({ result })} aria-label={t('objection.result')} options={(['open', 'settled', 'stands'] as const).map((v) => ({ value: v, label: option('result', v) }))} />
      </div>
    </Modal>
  )
}
