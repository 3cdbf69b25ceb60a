import type { NurtureStanding } from '../api/nurture'
import type { Language } from '../i18n'

/** A text of a pack in the reader's language. */
export const said = (text: { zh: string; en: string }, language: Language) => (language === 'en' ? text.en : text.zh)

/** How a plan stands, in one word, with its colour. */
export function standing(s: Pick<NurtureStanding, 'round' | 'fits' | 'stopped'>): { state: 'running' | 'fits' | 'ended' | 'unfit'; tone: string } {
  if (s.round?.running) return { state: 'running', tone: s.stopped ? 'danger' : 'info' }
  if (s.fits && !s.stopped) return { state: 'fits', tone: 'success' }
  return s.round ? { state: 'ended', tone: '' } : { state: 'unfit', tone: '' }
}

/** Days of a round that begins on another day than its draft. */
export function movedTo(days: number, start: string): string {
  const at = new Date(start + 'T00:00:00Z')
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}
