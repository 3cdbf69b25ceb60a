import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { decideNeeds, mineFile, mineNote, type KnownNeed, type MinedNote, type NeedDecision, type NeedFinding, type NoteLine, type NoteToMine, type Whom } from '../api/needs'
import { useBranch } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import { spanOf } from './marks'

/** How far mining of several notes is. */
export interface Running {
  done: number
  all: number
  found: number
}

/** Findings that nobody has decided on. */
export const open = (n: MinedNote) => n.findings.filter((f) => !f.decided)

/** The notes that are at work: mined one by one, decided on finding by finding. */
export function useMining(whom: Whom) {
  const branch = useBranch()
  const client = useQueryClient()
  const toasts = useToasts()
  const { language } = useI18n()
  const [notes, setNotes] = useState<MinedNote[]>([])
  const [at, setAt] = useState(0)
  const [running, setRunning] = useState<Running>()
  const stop = useRef<AbortController>(undefined)
  const note = notes[at]

  const refresh = useCallback(() => client.invalidateQueries({ predicate: ({ queryKey: [kind, on] }) => kind === 'branches' || (kind === 'lake' && on === branch) }), [client, branch])
  const show = useCallback((list: MinedNote[]) => {
    setNotes(list)
    setAt(0)
  }, [])

  const one = useMutation({
    mutationFn: (body: NoteToMine | File) => (body instanceof File ? mineFile(branch, whom, body) : mineNote(branch, { ...body, ...whom })),
    onSuccess: (n) => {
      show([n])
      if (n.kept) void refresh()
    },
    onError: toasts.fail,
  })

  /** Mines notes one after the other; what was found so far stays when somebody stops it. */
  const all = async (lines: NoteLine[]) => {
    stop.current = new AbortController()
    const got: MinedNote[] = []
    let found = 0
    setRunning({ done: 0, all: lines.length, found })
    try {
      for (const [i, line] of lines.entries()) {
        const n = await mineNote(branch, { activity: line.id, ...whom }, stop.current.signal)
        if (open(n).length > 0) got.push(n)
        found += open(n).length
        setRunning({ done: i + 1, all: lines.length, found })
      }
    } catch (e) {
      if (!stop.current.signal.aborted) toasts.fail(e)
    }
    setRunning(undefined)
    show(got)
    return found
  }

  /** Puts a decision beside its finding at once; it is taken back when the server refuses. */
  const decide = async (finding: NeedFinding, decision: Partial<NeedDecision> & Pick<NeedDecision, 'decision'>) => {
    if (!note) return
    const before = finding.decided
    const put = (decided: NeedFinding['decided']) =>
      setNotes((list) => list.map((n) => (n.activity === note.activity ? { ...n, findings: n.findings.map((f) => (f.code === finding.code && f.start === finding.start ? { ...f, decided } : f)) } : n)))
    const wanted = { ...(before ?? blank(finding, note)), status: decision.decision === 'reject' ? ('rejected' as const) : decision.decision === 'confirm' || finding.kind === 'explicit' ? ('confirmed' as const) : ('found' as const) }
    put(decision.decision === 'reopen' ? undefined : wanted)
    const said: NeedDecision = { activity: note.activity, code: finding.code, kind: finding.kind, evidence: finding.evidence, confidence: Math.round(finding.confidence * 100) / 100, found_by: finding.found_by, ...decision }
    try {
      const r = await decideNeeds(branch, whom, [said], language)
      const kept = r.needs.find((n) => n.activity === note.activity && (n.found_code || n.code) === finding.code)
      put(decision.decision === 'reopen' ? undefined : (kept ?? wanted))
      void refresh()
    } catch (e) {
      put(before)
      toasts.fail(e)
    }
  }

  /** Notes words that mining didn't see as a need. */
  const add = useMutation({
    mutationFn: ({ need, ...d }: { need: KnownNeed; kind: 'explicit' | 'hidden'; evidence: string }) => decideNeeds(branch, whom, [{ decision: 'accept', activity: note?.activity, found_by: 'person', code: need.code, ...d }], language),
    onSuccess: (r, { need, kind, evidence }) => {
      const place = spanOf(note?.text ?? '', evidence)
      const marked: NeedFinding = { code: need.code, kind, evidence, ...(place ?? { start: 0, end: 0 }), confidence: 1, why: [], pain: need.pain, goal: need.goal, question: need.confirm, found_by: 'miner', decided: r.needs.find((n) => n.activity === note?.activity) }
      setNotes((list) => list.map((n) => (n.activity === note?.activity ? { ...n, findings: [...n.findings.filter((f) => f.code !== need.code || f.evidence !== evidence), marked].sort((a, b) => a.start - b.start) } : n)))
      void refresh()
    },
    onError: toasts.fail,
  })

  return useMemo(
    () => ({ notes, note, at, setAt, one, all, running, stop: () => stop.current?.abort(), decide, add, close: () => show([]) }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [notes, note, at, one.isPending, running, add.isPending, branch, language],
  )
}

export type Mining = ReturnType<typeof useMining>

/** What a finding becomes until the server's answer is there. */
const blank = (f: NeedFinding, n: MinedNote) => ({ id: '', title: '', code: f.code, kind: f.kind, status: 'found' as const, evidence: f.evidence, activity: n.activity })
