import type { MaskRule } from '../api/homeTypes'
import type { Field } from '../api/types'

export type Rule = 'null' | 'constant' | 'hash' | 'first' | 'name' | 'mail' | 'phone' | 'shift' | 'round'

/** The rules that make sense for a field. A key must stay unique, so it can only be hashed. */
export function rulesFor(f: Field, inKey: boolean): Rule[] {
  const text = f.kind === 'text' || f.kind === 'email' || f.kind === 'phone' || f.kind === 'url' || f.kind === 'enum'
  if (inKey) return text ? ['hash'] : []
  switch (f.kind) {
    case 'text':
    case 'url':
      return ['first', 'hash', 'name', 'mail', 'phone', 'constant', 'null']
    case 'email':
      return ['mail', 'hash', 'first', 'constant', 'null']
    case 'phone':
      return ['phone', 'first', 'hash', 'constant', 'null']
    case 'date':
    case 'timestamp':
      return ['shift', 'null']
    case 'integer':
    case 'decimal':
    case 'float':
    case 'money':
      return ['round', 'null']
    default:
      return ['null']
  }
}

/** A rule with the settings it begins with. */
export function firstRule(rule: Rule, language: string): MaskRule {
  if (rule === 'first') return { rule, n: 1 }
  if (rule === 'shift') return { rule, n: 30 }
  if (rule === 'round') return { rule, n: 3 }
  if (rule === 'constant') return { rule, text: '—' }
  if (rule === 'name' || rule === 'phone') return { rule, lang: language === 'en' ? 'en' : 'zh' }
  return { rule }
}

/** A number from a text, always the same: examples only, the lake uses a secret key. */
function number(text: string, seed = 7): number {
  let h = 2166136261 ^ seed
  for (const c of text) h = Math.imul(h ^ (c.codePointAt(0) ?? 0), 16777619)
  return h >>> 0
}

const zhNames = ['陈晓岚', '周明远', '林可欣', '吴思齐', '何书瑶', '郑子昂', '宋清扬', '许若溪']
const enNames = ['Mara Holt', 'Evan Stroud', 'Lena Marsh', 'Oren Vale', 'Tessa Quill', 'Ivo Brandt']
const pick = <T>(list: readonly T[], text: string): T => list[number(text) % list.length] as T

/** What a masked value would look like: "" for nothing. */
export function example(value: string, m: MaskRule): string {
  if (m.rule === 'constant') return m.text ?? ''
  if (value === '' || m.rule === 'null') return ''
  const digits = (n: number) => String(number(value)).padStart(10, '0').slice(-n)
  switch (m.rule) {
    case 'hash':
      return (number(value).toString(16).padStart(8, '0') + number(value, 13).toString(16).padStart(8, '0')).slice(0, 12) + '…'
    case 'first': {
      const chars = [...value]
      const n = Math.max(0, m.n ?? 1)
      return chars.slice(0, n).join('') + '*'.repeat(Math.max(0, chars.length - n))
    }
    case 'name':
      return m.lang === 'en' ? pick(enNames, value) : pick(zhNames, value)
    case 'mail':
      return 'u' + digits(6) + '@mask.example'
    case 'phone':
      return m.lang === 'en' ? '555-01' + digits(2) : '1' + digits(2) + '-0000-' + digits(4)
    case 'shift': {
      const day = new Date(value.length > 10 ? value : value + 'T00:00:00Z')
      if (Number.isNaN(day.getTime())) return value
      const most = Math.max(1, m.n ?? 1)
      day.setUTCDate(day.getUTCDate() + ((number(value) % (2 * most + 1)) - most))
      return value.length > 10 ? day.toISOString() : day.toISOString().slice(0, 10)
    }
    case 'round': {
      const unit = 10 ** Math.max(0, m.n ?? 0)
      const [amount = '', currency] = value.split(' ')
      const rounded = Math.round(Number(amount) / unit) * unit
      return Number.isFinite(rounded) ? String(rounded) + (currency ? ' ' + currency : '') : value
    }
    default:
      return value
  }
}
