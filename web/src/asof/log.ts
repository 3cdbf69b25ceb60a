import type { Revision } from '../api/types'
import { paths } from '../app/navigation'

/** The words of a revision that a search looks through: number, who, why, what. */
export type Words = (r: Revision) => string[]

/** The revisions in whose words every word of the search occurs; "#12" asks for a number. */
export function findRevisions(list: Revision[], search: string, words: Words): Revision[] {
  const wanted = search.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return list
  return list.filter((r) => {
    const text = ['#' + r.rev, ...words(r)].join('\n').toLowerCase()
    return wanted.every((w) => text.includes(w))
  })
}

/**
 * The instant that a date and time to the minute stand for, in the reader's zone: the end of
 * that minute, because a revision shown as 14:03 is part of 14:03. Undefined when it is none.
 */
export function instantOf(local: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?/.test(local)) return undefined
  const d = new Date(local)
  if (Number.isNaN(d.getTime())) return undefined
  if (!/T\d{2}:\d{2}:\d{2}/.test(local)) d.setSeconds(59, 999)
  return d.toISOString()
}

/** Where one sees what a revision left: the list of the first entity that it changed, of those that can be listed. */
export function lookPath(r: Pick<Revision, 'changes'>, listed: string[], entity?: string): string {
  return paths.list(entity ?? listed.find((e) => (r.changes?.[e] ?? 0) > 0) ?? 'accounts')
}
