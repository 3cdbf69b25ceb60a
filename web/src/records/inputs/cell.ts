import type { Cell, Field, Money } from '../../api/types'

export const isMoney = (c: Cell): c is Money => typeof c === 'object' && c !== null && 'amount' in c
export const isEmpty = (c: Cell): c is null | undefined | '' => c === null || c === undefined || c === ''
export const isNumeric = (f: Field) => f.kind === 'integer' || f.kind === 'decimal' || f.kind === 'float' || f.kind === 'money'
export const isText = (f: Field) => f.kind === 'text' || f.kind === 'email' || f.kind === 'phone' || f.kind === 'url'

/** The cell as the text that a filter compares with. */
export function cellText(c: Cell): string {
  if (isEmpty(c)) return ''
  return isMoney(c) ? c.amount + ' ' + c.currency : String(c)
}

export function sameCell(a: Cell, b: Cell): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b)
  return cellText(a) === cellText(b)
}

/** A JSON text on several lines, as one reads it; anything else as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The numbers of a vector cell, such as "[0.1,-2]"; undefined for anything else. */
export function readVector(text: string): number[] | undefined {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((n) => typeof n === 'number') ? (list as number[]) : undefined
  } catch {
    return undefined
  }
}

/** The first numbers of a vector, short enough for a line. */
export const vectorPreview = (v: number[], most = 4) => '[' + v.slice(0, most).map((n) => Number(n.toPrecision(3))).join(', ') + (v.length > most ? ', …' : '') + ']'

export const currencies = ['CNY', 'USD', 'EUR', 'HKD', 'JPY', 'GBP', 'TWD', 'SGD']

/** Whether a number is written in a way that the server takes: 1200.5, 1,200, １２ are; 12万 becomes 120000. */
export function readNumber(input: string): string | undefined {
  const half = input.replace(/[０-９．，－]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/[,\s¥$€£]/g, '')
  const m = /^([+-]?\d*\.?\d+)(万|亿|[kKmMbB])?$/.exec(half)
  if (!m?.[1]) return undefined
  const zeros = { 万: 4, 亿: 8, k: 3, m: 6, b: 9 }[(m[2] ?? '').toLowerCase()] ?? 0
  return shift(m[1].replace(/^\+/, ''), zeros)
}

/** Moves the decimal point without floating-point error. */
function shift(n: string, zeros: number): string {
  if (zeros === 0) return n
  const sign = n.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = n.replace('-', '').split('.')
  const digits = whole + fraction.padEnd(zeros, '0')
  const at = whole.length + zeros
  const left = digits.slice(0, at).replace(/^0+(?=\d)/, '')
  const right = digits.slice(at).replace(/0+$/, '')
  return sign + (left || '0') + (right ? '.' + right : '')
}
