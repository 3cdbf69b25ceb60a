import { useMutation } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { ChevronLeft, ChevronRight, SearchX, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { KnownNeed, NeedDecision, NeedFinding, NeedModel } from '../api/needs'
import { createRecord } from '../api/records'
import type { LakeRecord } from '../api/types'
import { Go, paths, useBranch } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/needs'
import { useRightsHere, useSession } from '../session/useSession'
import { testid } from '../testids'
import { FindingCard, type Correction } from './FindingCard'
import { ModelLine } from './ModelLine'
import { NoteText } from './NoteText'
import { open, type Mining } from './useMining'
import { useOwnKeys } from './useOwnKeys'

/** A day some days from now, as a date cell. */
const inDays = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)

/** A note beside what was found in it; one decides with one key each. */
export function Workbench({ mining, known, model, record }: { mining: Mining; known: KnownNeed[]; model: NeedModel; record: LakeRecord }) {
  const { t } = useI18n()
  const rights = useRightsHere()
  const note = mining.note
  const [at, setAt] = useState(0)
  const [correcting, setCorrecting] = useState(false)
  const [selected, setSelected] = useState('')
  const toTask = useTask(record)
  useEffect(() => {
    setAt(Math.max(0, note?.findings.findIndex((f) => !f.decided) ?? 0))
    setCorrecting(false)
    setSelected('')
    // only another note begins anew
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [note?.activity])
  const finding = note?.findings[at]
  const go = (to: number) => {
    setCorrecting(false)
    setAt(to)
  }
  const turn = (by: number) => {
    const to = mining.at + by
    if (to >= 0 && to < mining.notes.length) mining.setAt(to)
  }
  const move = (by: number) => {
    const to = at + by
    if (note && to >= 0 && to < note.findings.length) go(to)
    else turn(by)
  }
  /** Decides and goes on to the next finding that is open, in this note or the one behind. */
  const decide = (f: NeedFinding, d: Partial<NeedDecision> & Pick<NeedDecision, 'decision'>) => {
    if (!note || !rights.write) return
    void mining.decide(f, d)
    setCorrecting(false)
    setSelected('')
    if (d.decision === 'reopen') return
    const place = note.findings.indexOf(f)
    const next = note.findings.findIndex((x, i) => i > place && !x.decided)
    if (next >= 0) setAt(next)
    else if (note.findings.every((x) => x === f || x.decided)) turn(1)
  }
  const corrected = (f: NeedFinding, to: Correction) => decide(f, { decision: 'correct', to })
  const act = (d: NeedDecision['decision']) => () => (finding && (d === 'reopen') === Boolean(finding.decided) ? decide(finding, { decision: d }) : false)
  useOwnKeys(
    {
      j: () => move(1),
      k: () => move(-1),
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      a: act('accept'),
      Enter: act('accept'),
      c: act('confirm'),
      x: act('reject'),
      u: act('reopen'),
      e: () => (finding && rights.write ? setCorrecting(true) : false),
      ']': () => turn(1),
      '[': () => turn(-1),
      Escape: mining.close,
    },
    !correcting,
  )
  if (!note) return null
  const left = open(note).length
  return (
    <section className="workbench" aria-label={note.subject} data-testid={testid.needs.workbench}>
      <div className="row wrap workbench-head">
        <Button size="small" type="text" icon={<X size={14} />} onClick={mining.close} aria-label={t('need.closeNote')} title={t('need.closeNote')} data-testid={testid.needs.close} />
        <Go to={paths.record('activities', note.activity)} className="clip note-name">
          {note.subject}
        </Go>
        {note.kept && <span className="pill success">{t('need.kept')}</span>}
        <span className="soft" data-testid={testid.needs.count} data-open={left}>
          {note.findings.length === 0 ? t('need.nothing') : left === 0 ? t('need.allDone') : t('need.found', { n: note.findings.length, open: left })}
        </span>
        {note.assisted && <span className="soft">{note.assisted.error ? t('need.assistFailed', { model: note.assisted.model }) : t('need.assisted', { model: note.assisted.model, n: note.assisted.found })}</span>}
        <span className="grow" />
        {mining.notes.length > 1 && (
          <span className="row">
            <Button size="small" type="text" icon={<ChevronLeft size={14} />} disabled={mining.at === 0} onClick={() => turn(-1)} aria-label={t('need.previousNote')} />
            <span className="faint num">{t('need.noteOf', { n: mining.at + 1, all: mining.notes.length })}</span>
            <Button size="small" type="text" icon={<ChevronRight size={14} />} disabled={mining.at + 1 >= mining.notes.length} onClick={() => turn(1)} aria-label={t('need.nextNote')} data-testid={testid.needs.next} />
          </span>
        )}
      </div>
      <div className="workbench-split">
        <div className="workbench-left">
          <NoteText note={note} at={at} choose={go} selected={setSelected} />
          {selected && rights.write && !correcting && <MarkBar words={selected} known={known} mining={mining} done={() => setSelected('')} />}
        </div>
        <div className="findings" role="list">
          {note.findings.length === 0 && <Teach icon={SearchX} title={t('need.nothing')} text={t('need.nothingText')} />}
          {note.findings.map((f, i) => (
            <FindingCard
              key={f.code + f.start}
              finding={f}
              known={known}
              here={i === at}
              correcting={correcting && i === at}
              selected={selected}
              mayWrite={rights.write}
              choose={() => i !== at && go(i)}
              accept={() => decide(f, { decision: 'accept' })}
              confirm={() => decide(f, { decision: 'confirm' })}
              reject={() => decide(f, { decision: 'reject' })}
              reopen={() => decide(f, { decision: 'reopen' })}
              correct={setCorrecting}
              corrected={(c) => corrected(f, c)}
              toTask={(q) => toTask.mutate({ question: q, because: f.evidence })}
            />
          ))}
        </div>
      </div>
      <div className="row wrap workbench-foot faint">
        {rights.write && note.findings.length > 0 && <span className="wide-only">{t('need.keys')}</span>}
        <span className="grow" />
        <ModelLine model={model} />
      </div>
    </section>
  )
}

/** Notes selected words as a need that mining didn't see. */
function MarkBar({ words, known, mining, done }: { words: string; known: KnownNeed[]; mining: Mining; done: () => void }) {
  const { t, label } = useI18n()
  const [kind, setKind] = useState<'explicit' | 'hidden'>('explicit')
  return (
    <div className="mark-bar row wrap" data-testid={testid.needs.markBar}>
      <span className="grow clip">“{words}”</span>
      <Select size="small" value={kind} onChange={setKind} options={[{ value: 'explicit', label: t('need.kind.explicit') }, { value: 'hidden', label: t('need.kind.hidden') }]} />
      <Select
        size="small"
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('need.mark')}
        aria-label={t('need.mark')}
        style={{ width: 240 }}
        value={null}
        onChange={(code: string | null) => {
          const need = known.find((n) => n.code === code)
          if (need) mining.add.mutate({ need, kind, evidence: words }, { onSuccess: done })
        }}
        options={known.map((n) => ({ value: n.code, label: n.code + ' ' + label(n.name) }))}
        data-testid={testid.needs.mark}
      />
    </div>
  )
}

/** Makes a task of a question, for the deal or account and its owner's to-do list. */
export function useTask(record: LakeRecord) {
  const { t } = useI18n()
  const { user } = useSession()
  const branch = useBranch()
  const toasts = useToasts()
  return useMutation({
    mutationFn: ({ question, because }: { question: string; because: string }) => {
      const deal = 'stage' in record.cells || record.cells['account'] !== undefined
      const chars = [...question]
      return createRecord(branch, 'activities', {
        kind: 'task',
        subject: chars.length > 120 ? chars.slice(0, 119).join('') + '…' : question,
        body: because ? '“' + because + '”' : null,
        due_on: inDays(3),
        done: false,
        deal: deal ? record.id : null,
        account: deal ? (record.cells['account'] ?? null) : record.id,
        owner: user?.id ?? null,
      })
    },
    onSuccess: (r) => toasts.undoable(t('need.taskMade'), branch, r.rev),
    onError: toasts.fail,
  })
}
