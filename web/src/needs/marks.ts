/** A stretch of a text in characters (code points), as the server counts them. */
export interface Span {
  start: number
  end: number
}

/** A piece of a text with the spans that lie over it, by their place in the list. */
export interface Piece {
  text: string
  start: number
  spans: number[]
}

/** Cuts a text at the ends of spans, so that each piece lies wholly within or without each span. */
export function pieces(text: string, spans: Span[]): Piece[] {
  const chars = [...text]
  const cuts = new Set([0, chars.length])
  for (const s of spans) {
    cuts.add(Math.max(0, Math.min(chars.length, s.start)))
    cuts.add(Math.max(0, Math.min(chars.length, s.end)))
  }
  const at = [...cuts].sort((a, b) => a - b)
  const out: Piece[] = []
  for (let i = 0; i + 1 < at.length; i++) {
    const [from, to] = [at[i] as number, at[i + 1] as number]
    out.push({ text: chars.slice(from, to).join(''), start: from, spans: spans.flatMap((s, n) => (s.start <= from && s.end >= to && s.start < s.end ? [n] : [])) })
  }
  return out
}

/** Where words stand in a text, in characters; undefined when they don't. */
export function spanOf(text: string, words: string): Span | undefined {
  const at = words ? text.indexOf(words) : -1
  if (at < 0) return undefined
  const start = [...text.slice(0, at)].length
  return { start, end: start + [...words].length }
}

/** The part of a note that a person selected within an element, exactly as it stands in the note. */
export function selectedIn(host: HTMLElement | null, text: string): string {
  const s = typeof window === 'undefined' ? null : window.getSelection()
  if (!host || !s || s.isCollapsed || !host.contains(s.anchorNode) || !host.contains(s.focusNode)) return ''
  const words = s.toString().trim()
  return text.includes(words) ? words : ''
}
