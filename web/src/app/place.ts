import type { Place } from '../api/place'

export const MAIN = 'main'

/** Lists, records and SQL can show the past; other pages always show now. */
export const hasPast = (path: string) => /^\/(records\/[^/?]+|sql(\/|\?|$))/.test(path)

/** What an address shows. A revision that isn't a number from 1 on counts as now. */
export function placeOf(path: string, search: string): Place {
  const params = new URLSearchParams(search)
  const branch = params.get('branch') || MAIN
  const at = params.get('at') ?? ''
  return hasPast(path) && /^[1-9]\d{0,14}$/.test(at) ? { branch, at: Number(at) } : { branch }
}

/** Puts a place into an address that doesn't name one; main and now need no mention. */
export function inPlace(to: string, { branch, at }: Place): string {
  const [path = '', query = ''] = to.split('?')
  const params = new URLSearchParams(query)
  if (branch !== MAIN && !params.has('branch')) params.set('branch', branch)
  if (at !== undefined && hasPast(path) && !params.has('at')) params.set('at', String(at))
  return path + (params.size > 0 ? '?' + params.toString() : '')
}

/** The same page at another moment of its branch. */
export function atMoment(search: string, at: number | undefined): string {
  const params = new URLSearchParams(search)
  params.delete('at')
  if (at !== undefined) params.set('at', String(at))
  return params.size > 0 ? '?' + params.toString() : ''
}

/** Stands for the place in the keys of answers. The past has its own, so that no edit of now reaches it. */
export const placeKey = (p: Place): string | Place => (p.at === undefined ? p.branch : { branch: p.branch, at: p.at })
