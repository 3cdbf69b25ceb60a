import { useEffect, useMemo, useRef } from 'react'
import type { MinedNote } from '../api/needs'
import { testid } from '../testids'
import { pieces, selectedIn } from './marks'

interface Props {
  note: MinedNote
  /** The finding at hand. */
  at: number
  choose: (finding: number) => void
  /** Words that the reader selected; empty: none. */
  selected: (words: string) => void
}

/** A note with what was found marked in place. */
export function NoteText({ note, at, choose, selected }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const parts = useMemo(() => pieces(note.text, note.findings), [note.text, note.findings])
  useEffect(() => {
    host.current?.querySelector('mark.here')?.scrollIntoView({ block: 'nearest' })
  }, [at, note.activity])
  const look = () => selected(selectedIn(host.current, note.text))
  return (
    <div className="note-text" ref={host} onMouseUp={look} onKeyUp={look} data-testid={testid.needs.text}>
      {parts.map((p) => {
        if (p.spans.length === 0) return <span key={p.start}>{p.text}</span>
        const here = p.spans.includes(at)
        const first = note.findings[here ? at : (p.spans[0] as number)]
        const state = first?.decided ? first.decided.status : 'open'
        return (
          <mark key={p.start} className={`is-${first?.kind} is-${state}${here ? ' here' : ''}`} onClick={() => choose(here && p.spans.length > 1 ? (p.spans.find((s) => s > at) ?? (p.spans[0] as number)) : (p.spans[0] as number))}>
            {p.text}
          </mark>
        )
      })}
    </div>
  )
}
