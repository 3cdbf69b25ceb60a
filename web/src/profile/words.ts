import type { Text } from '../api/profile'
import { useI18n } from '../i18n'

/** A pack's text in the reader's language, and shares as percent. */
export function useWords() {
  const { label } = useI18n()
  const say = (t: Text | undefined, fallback = '') => label(t, fallback)
  const percent = (x: number, digits = 0) => (x * 100).toFixed(digits) + '%'
  const span = (low: number, high: number, digits = 0) => percent(low, digits) + '–' + percent(high, digits)
  return { say, percent, span }
}

/** The number after a version: 1.0 becomes 2.0, 2.3 becomes 3.0. */
export function nextVersion(versions: string[]): string {
  const highest = Math.max(0, ...versions.map((v) => Number.parseInt(v, 10) || 0))
  return highest + 1 + '.0'
}

/** An id for a new version that no other has. */
export function freeId(wanted: string, taken: string[]): string {
  const base = 'v' + wanted.replace(/\.0$/, '').replace(/[^0-9A-Za-z]+/g, '-')
  if (!taken.includes(base)) return base
  for (let n = 2; ; n++) if (!taken.includes(`${base}-${n}`)) return `${base}-${n}`
}
