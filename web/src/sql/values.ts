/** A value of an answer as text; nested values as JSON. */
export function shown(v: unknown): string {
  if (v === null || v === undefined) return ''
  if (typeof v === 'object') return JSON.stringify(v)
  return String(v)
}
