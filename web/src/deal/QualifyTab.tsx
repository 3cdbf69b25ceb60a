import { useQuery } from '@tanstack/react-query'
import { Button, Input, Segmented, Select } from 'antd'
import { CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import { useState } from 'react'
import { answerQuestion, dealQualification, proveLetter, type Qualification, type Scored } from '../api/pursuit'
import { Failure } from '../app/Failure'
import { Go, paths, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { useCandidates } from '../records/inputs/ReferenceInput'
import { WaitingFacts } from '../records/list/Peek'
import type { TabProps } from '../records/show/tabs'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { useWrite } from './useWrite'
import { CheckNote, CountOf, Witnesses } from './Witnesses'
import './deal.css'

type Answer = Parameters<typeof answerQuestion>[2]

/** Whether the deal is worth the effort, and what must be found out. */
export default function QualifyTab({ record }: TabProps) {
  const { t } = useI18n()
  const place = usePlace()
  const rights = useRightsHere()
  const { data, error, refetch } = useQuery({ queryKey: ['lake', placeKey(place), 'deal', record.id, 'qualification'], queryFn: ({ signal }) => dealQualification(place, record.id, signal) })
  const answer = useWrite((branch, a: Answer) => answerQuestion(branch, record.id, a), () => t('qualify.answered'))
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  return (
    <div className="deal-tab">
      <div className="deal-split">
        <div className="stack">
          <LetterCards deal={record.id} data={data} mayEdit={rights.write} />
          {data.scorecards.map((c) => (
            <ScorecardView key={c.id} card={c} mayEdit={rights.write} answer={(a) => answer.mutate(a)} />
          ))}
        </div>
        <QuestionLists data={data} mayEdit={rights.write} answer={(a) => answer.mutate(a)} />
      </div>
    </div>
  )
}

function LetterCards({ deal, data, mayEdit }: { deal: string; data: Qualification; mayEdit: boolean }) {
  const { t, label } = useI18n()
  const [writing, write] = useState('')
  const [title, setTitle] = useState('')
  const prove = useWrite((branch, b: { letter: string; evidence: string; title: string; status: 'held' | 'refuted' }) => proveLetter(branch, deal, b), () => t('qualify.proved'))
  return (
    <>
      {data.letters.map((l) => (
        <section key={l.id} className="card" data-testid={testid.deal.letter(l.letter)}>
          <div className="row wrap">
            <span className={'letter ' + (l.holds ? 'holds' : '')}>{l.letter}</span>
            <h2>{label(l.name)}</h2>
            <span className="soft grow">{label(l.question)}</span>
            <span className={'num ' + (l.holds ? 'added' : 'soft')}>{t('qualify.points', { n: l.points, of: l.enough })}</span>
          </div>
          {l.evidence.map((e) => {
            const key = l.id + '/' + e.id
            return (
              <div key={e.id} className="criterion">
                {e.state === 'held' ? <CircleCheck size={16} className="added" aria-label="✓" /> : e.state === 'refuted' ? <CircleX size={16} className="danger" aria-label="✗" /> : <CircleDashed size={16} className="faint" aria-hidden />}
                <div className="grow">
                  <div className="row wrap">
                    <span>{label(e.text)}</span>
                    <span className="faint num">+{e.points}</span>
                    {e.found && <CountOf found={e.found} />}
                    {e.found && <CheckNote found={e.found} />}
                    {e.found && <Witnesses list={e.found.witnesses} most={3} />}
                    <Witnesses list={e.records} />
                  </div>
                  {writing === key && (
                    <div className="row">
                      <Input size="small" value={title} onChange={(x) => setTitle(x.target.value)} placeholder={t('qualify.proofText')} aria-label={t('qualify.proofText')} autoFocus />
                      {(['held', 'refuted'] as const).map((status) => (
                        <Button key={status} size="small" disabled={!title.trim()} onClick={() => prove.mutate({ letter: l.id, evidence: e.id, title: title.trim(), status }, { onSuccess: () => (write(''), setTitle('')) })}>
                          {t(status === 'held' ? 'qualify.held' : 'qualify.refuted')}
                        </Button>
                      ))}
                    </div>
                  )}
                </div>
                {mayEdit && writing !== key && (
                  <Button size="small" type="text" onClick={() => (write(key), setTitle(''))}>
                    {t('qualify.prove')}
                  </Button>
                )}
              </div>
            )
          })}
        </section>
      ))}
      {data.letters.length > 0 && <p className="faint">{t('committee.source', { pack: data.pack })}</p>}
    </>
  )
}

function ScorecardView({ card, mayEdit, answer }: { card: Qualification['scorecards'][number]; mayEdit: boolean; answer: (a: Answer) => void }) {
  const { t, label } = useI18n()
  return (
    <section className="card" data-testid={testid.deal.scorecard}>
      <div className="row wrap">
        <h2 className="grow">{label(card.name)}</h2>
        <span className="num">{t('qualify.score', { n: card.points, of: card.most, from: card.threshold })}</span>
        {card.verdict && <span className={'pill ' + (card.points >= card.threshold ? 'success' : 'warning')}>{label(card.verdict.name)}</span>}
      </div>
      {card.verdict && <p className="soft">{label(card.verdict.play)}</p>}
      {card.criteria.map((c) => (
        <CriterionRow key={c.id} c={c} list={card.list} mayEdit={mayEdit} answer={answer} />
      ))}
    </section>
  )
}

/** A criterion with its points, and yes or no where it asks. */
export function CriterionRow({ c, list, mayEdit, answer }: { c: Scored; list: string; mayEdit: boolean; answer: (a: Answer) => void }) {
  const { t, label } = useI18n()
  return (
    <div className="criterion" data-testid={testid.deal.criterion(c.id)}>
      {c.held ? <CircleCheck size={16} className="added" aria-label="✓" /> : <CircleDashed size={16} className="faint" aria-hidden />}
      <div className="grow">
        <div className="row wrap">
          <span title={label(c.why)}>{label(c.text)}</span>
          <span className="faint num">+{c.points}</span>
          {c.found && <CheckNote found={c.found} />}
          {c.by === 'records' && c.found && <Witnesses list={c.found.witnesses} most={2} />}
        </div>
        {c.ask && <p className="soft">{label(c.ask)}</p>}
        {c.answer?.answer && <p className="faint">“{c.answer.answer}”</p>}
      </div>
      {c.ask && mayEdit && (
        <Segmented
          size="small"
          value={c.answer?.verdict ?? ''}
          onChange={(v) => v && answer({ list, question: c.id, title: label(c.ask), verdict: v as 'yes' | 'no', answer: c.answer?.answer, activity: c.answer?.activity, contact: c.answer?.contact })}
          options={[
            { value: 'yes', label: t('qualify.yes') },
            { value: 'no', label: t('qualify.no') },
          ]}
          aria-label={label(c.text)}
        />
      )}
    </div>
  )
}

function QuestionLists({ data, mayEdit, answer }: { data: Qualification; mayEdit: boolean; answer: (a: Answer) => void }) {
  const { t, label } = useI18n()
  return (
    <div className="stack">
      {data.lists.map((l) => (
        <section key={l.id} className="card" data-testid={testid.deal.questions(l.id)}>
          <div className="row wrap">
            <h2 className="grow">{label(l.name)}</h2>
            <span className="num soft">{t('qualify.answers', { n: l.answered, of: l.items.length })}</span>
          </div>
          <p className="faint">{label(l.before)}</p>
          {l.items.map((q) => (
            <QuestionRow key={q.id} q={q} list={l.id} titles={data.titles} mayEdit={mayEdit} answer={answer} />
          ))}
        </section>
      ))}
    </div>
  )
}

function QuestionRow({ q, list, titles, mayEdit, answer }: { q: Qualification['lists'][number]['items'][number]; list: string; titles: Qualification['titles']; mayEdit: boolean; answer: (a: Answer) => void }) {
  const { t, label, format } = useI18n()
  const [editing, edit] = useState(false)
  const [text, setText] = useState(q.given?.answer ?? '')
  const [note, setNote] = useState(q.given?.activity ?? '')
  const known = q.given && q.given.status !== 'open'
  const send = (status: 'answered' | 'verified') => (answer({ list, question: q.id, title: label(q.text), answer: text.trim(), status, activity: note || undefined, contact: q.given?.contact }), edit(false))
  return (
    <div className="criterion">
      {known ? <CircleCheck size={16} className="added" aria-label="✓" /> : <CircleDashed size={16} className="faint" aria-hidden />}
      <div className="grow">
        <span title={label(q.why)}>{label(q.text)}</span>
        {!known && <p className="faint">{label(q.usable)}</p>}
        {known && !editing && (
          <p className="soft">
            {q.given?.answer} {q.given?.on && <span className="faint">{format.date(q.given.on)}</span>} {q.given?.status === 'verified' && <span className="pill success">{t('qualify.verified')}</span>}{' '}
            {q.given?.activity && <Go to={paths.record('activities', q.given.activity)}>{titles['activities']?.[q.given.activity] ?? t('qualify.note')}</Go>}
          </p>
        )}
        {editing && (
          <div className="stack">
            <Input.TextArea size="small" value={text} onChange={(e) => setText(e.target.value)} autoSize={{ minRows: 2, maxRows: 6 }} autoFocus aria-label={label(q.text)} />
            <NoteChoice value={note} set={setNote} title={titles['activities']?.[note]} />
            <div className="row">
              <Button size="small" type="primary" disabled={!text.trim()} onClick={() => send('answered')}>
                {t('qualify.saveAnswer')}
              </Button>
              <Button size="small" disabled={!text.trim()} onClick={() => send('verified')}>
                {t('qualify.verify')}
              </Button>
              <Button size="small" type="text" onClick={() => edit(false)}>
                {t('act.cancel')}
              </Button>
            </div>
          </div>
        )}
      </div>
      {mayEdit && !editing && (
        <Button size="small" type="text" onClick={() => edit(true)}>
          {t(known ? 'qualify.change' : 'qualify.answer')}
        </Button>
      )}
    </div>
  )
}

/** The note that answered a question. */
function NoteChoice({ value, set, title }: { value: string; set: (v: string) => void; title?: string }) {
  const { t } = useI18n()
  const [words, setWords] = useState('')
  const { options } = useCandidates('activities', words, value && !title ? [value] : [])
  if (value && title) options.set(value, title)
  return <Select size="small" allowClear showSearch={{ filterOption: false, onSearch: setWords }} value={value || undefined} onChange={(v?: string) => set(v ?? '')} placeholder={t('qualify.fromNote')} aria-label={t('qualify.fromNote')} options={[...options].map(([k, name]) => ({ value: k, label: name }))} />
}
