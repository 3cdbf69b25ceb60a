import { Button, Select } from 'antd'
import { Check, CheckCheck, ListTodo, Pencil, Undo2, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { KnownNeed, NeedFinding } from '../api/needs'
import { useI18n } from '../i18n'
import '../i18n/needs'
import { testid } from '../testids'
import { useOwnKeys } from './useOwnKeys'
import { kindKey, percent, statusOf, sureness } from './words'

export interface Correction {
  code?: string
  kind?: 'explicit' | 'hidden'
  evidence?: string
}

interface Props {
  finding: NeedFinding
  known: KnownNeed[]
  here: boolean
  correcting: boolean
  selected: string
  mayWrite: boolean
  choose: () => void
  accept: () => void
  confirm: () => void
  reject: () => void
  reopen: () => void
  correct: (open: boolean) => void
  corrected: (c: Correction) => void
  toTask: (question: string) => void
}

/** A finding: what, how sure, why, and what to do with it. */
export function FindingCard(p: Props) {
  const { t, label } = useI18n()
  const f = p.finding
  const need = p.known.find((n) => n.code === f.code)
  const host = useRef<HTMLElement>(null)
  useEffect(() => {
    if (p.here) host.current?.scrollIntoView({ block: 'nearest' })
  }, [p.here])
  const capability = need?.capabilities.find((c) => c.id === f.capability) ?? need?.capabilities[0]
  return (
    <article ref={host} className={'finding card' + (p.here ? ' here' : '') + (f.decided ? ' decided' : '')} onClick={p.choose} data-testid={testid.needs.finding(f.code)} data-status={f.decided?.status ?? 'open'} aria-current={p.here || undefined}>
      <div className="row wrap">
        <strong className="grow">
          <code className="faint">{f.code}</code> {label(need?.name, f.code)}
        </strong>
        <span className={'pill kind-' + f.kind}>{t(kindKey(f.kind))}</span>
        {f.decided && <span className={'pill ' + statusOf(f.decided.status)[1]}>{t(statusOf(f.decided.status)[0])}</span>}
      </div>
      {f.decided && f.decided.code !== f.code && (
        <p className="soft">
          → <code>{f.decided.code}</code> {label(p.known.find((n) => n.code === f.decided?.code)?.name, f.decided.title)}
        </p>
      )}
      <blockquote className={'is-' + f.kind}>{f.decided?.evidence || f.evidence}</blockquote>
      {p.here && (
        <>
          <p>
            {f.found_by === 'assistant' ? (
              <span className="pill warning">{t('need.unmeasured')}</span>
            ) : (
              <>
                {t(sureness(f.confidence))} <span className="faint">{t('need.percent', { n: percent(f.confidence) })}</span>
              </>
            )}
          </p>
          <div className="why">
            <span className="faint">{t('need.why')}</span>
            <ul>
              {f.why.map((w, i) => (
                <li key={i}>
                  {label(w.text ?? w.because)}
                  {w.text && <span className="soft"> — {label(w.because)}</span>}
                  {w.words.length > 0 && <span className="faint"> {t('need.words', { words: w.words.map((x) => '“' + x + '”').join(' ') })}</span>}
                </li>
              ))}
              {f.why.length === 0 && <li className="soft">{t('need.learned')}</li>}
            </ul>
          </div>
          <dl className="chain">
            <div>
              <dt>{t('need.pain')}</dt>
              <dd>{label(f.pain)}</dd>
            </div>
            <div>
              <dt>{t('need.goal')}</dt>
              <dd>{label(f.goal)}</dd>
            </div>
            {capability && (
              <div>
                <dt>{t('need.capability')}</dt>
                <dd title={label(capability.limits)}>{label(capability.name)}</dd>
              </div>
            )}
          </dl>
          <p className="ask">
            <span className="faint">{t('need.askCustomer')}</span> {label(f.question)}{' '}
            {p.mayWrite && (
              <Button type="link" size="small" icon={<ListTodo size={13} />} onClick={() => p.toTask(label(f.question))} data-testid={testid.needs.task}>
                {t('need.toTask')}
              </Button>
            )}
          </p>
          {f.have && !f.decided && <p className="soft">{t('need.have')}</p>}
          {p.mayWrite && !p.correcting && (
            <div className="row wrap decide">
              {f.decided ? (
                <Button size="small" icon={<Undo2 size={13} />} onClick={p.reopen} data-testid={testid.needs.reopen}>
                  {t('need.reopen')} <kbd>U</kbd>
                </Button>
              ) : (
                <>
                  <Button size="small" type="primary" icon={<Check size={13} />} title={t(f.kind === 'hidden' ? 'need.acceptHidden' : 'need.acceptExplicit')} onClick={p.accept} data-testid={testid.needs.accept}>
                    {t('need.accept')} <kbd>A</kbd>
                  </Button>
                  {f.kind === 'hidden' && (
                    <Button size="small" icon={<CheckCheck size={13} />} onClick={p.confirm} data-testid={testid.needs.confirm}>
                      {t('need.confirm')} <kbd>C</kbd>
                    </Button>
                  )}
                  <Button size="small" icon={<X size={13} />} onClick={p.reject} data-testid={testid.needs.reject}>
                    {t('need.reject')} <kbd>X</kbd>
                  </Button>
                </>
              )}
              <Button size="small" icon={<Pencil size={13} />} onClick={() => p.correct(true)} data-testid={testid.needs.correct}>
                {t('need.correct')} <kbd>E</kbd>
              </Button>
            </div>
          )}
          {p.correcting && <Correct finding={f} known={p.known} need={need} selected={p.selected} close={() => p.correct(false)} done={p.corrected} />}
        </>
      )}
    </article>
  )
}

/** What a finding should have been: one more key for a neighbour, or anything else by hand. */
function Correct({ finding: f, known, need, selected, close, done }: { finding: NeedFinding; known: KnownNeed[]; need: KnownNeed | undefined; selected: string; close: () => void; done: (c: Correction) => void }) {
  const { t, label } = useI18n()
  const [code, setCode] = useState<string>()
  const kind = f.decided?.kind || f.kind
  const otherKind = kind === 'hidden' ? 'explicit' : 'hidden'
  const near = neighbours(need, known)
  const save = (c: Correction) => done({ ...c, ...(selected ? { evidence: selected } : {}) })
  useOwnKeys({
    Escape: close,
    t: () => save({ kind: otherKind }),
    Enter: () => (code || selected ? save({ code }) : false),
    ...Object.fromEntries(near.map((n, i) => [String(i + 1), () => save({ code: n.code })])),
  })
  return (
    <div className="correct stack" data-testid={testid.needs.correctPanel}>
      <span className="faint">{t('need.correctTitle')}</span>
      <div className="stack" style={{ gap: 4 }}>
        {near.map((n, i) => (
          <button key={n.code} type="button" className="plain near" title={n.rule && label(n.rule)} onClick={() => save({ code: n.code })} data-testid={testid.needs.near(n.code)}>
            <kbd>{i + 1}</kbd> <code className="faint">{n.code}</code> {label(n.name)}
          </button>
        ))}
        <button type="button" className="plain near" onClick={() => save({ kind: otherKind })}>
          <kbd>T</kbd> {t('need.asKind', { kind: t(kindKey(otherKind)) })}
        </button>
      </div>
      <Select
        size="small"
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('need.other')}
        aria-label={t('need.other')}
        value={code}
        onChange={(c: string) => {
          setCode(c)
          save({ code: c })
        }}
        options={known.filter((n) => n.code !== f.code).map((n) => ({ value: n.code, label: n.code + ' ' + label(n.name) }))}
      />
      {selected && <p className="soft">{t('need.newEvidence', { text: selected.length > 40 ? selected.slice(0, 40) + '…' : selected })}</p>}
      <div className="row">
        <span className="faint grow wide-only">{t('need.correctHint')}</span>
        {selected && (
          <Button size="small" type="primary" onClick={() => save({ code })}>
            {t('need.save')}
          </Button>
        )}
        <Button size="small" onClick={close}>
          {t('act.cancel')}
        </Button>
      </div>
    </div>
  )
}

/** The needs that one is easily taken for, by the pack: its own neighbours and those that name it. */
function neighbours(need: KnownNeed | undefined, known: KnownNeed[]) {
  if (!need) return []
  const out = need.neighbours.flatMap((n) => {
    const k = known.find((x) => x.code === n.need)
    return k ? [{ code: k.code, name: k.name, rule: n.rule }] : []
  })
  for (const k of known) {
    const rule = k.neighbours.find((n) => n.need === need.code)?.rule
    if (rule && !out.some((o) => o.code === k.code)) out.push({ code: k.code, name: k.name, rule })
  }
  return out.slice(0, 9)
}
