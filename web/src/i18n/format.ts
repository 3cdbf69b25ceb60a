import type { Money } from '../api/types'
import type { Language } from './index'

/** Numbers, money, dates and times as people of a language write them. */
export interface Formatter {
  number: (n: number | string) => string
  /** 1.2万, 3.4亿; 12K, 3.4M */
  compact: (n: number | string) => string
  money: (m: Money) => string
  moneyCompact: (m: Money) => string
  /** A calendar day, "2026-11-21" */
  date: (day: string) => string
  /** An instant, to the minute, in the reader's zone */
  time: (instant: string | Date) => string
  /** 5 分钟前, 2 days ago */
  ago: (instant: string | Date, now?: Date) => string
  bytes: (n: number) => string
  duration: (seconds: number) => string
  list: (items: string[]) => string
}

const signs: Record<string, string> = { CNY: '¥', USD: '$', EUR: '€', GBP: '£', HKD: 'HK$', TWD: 'NT$', JPY: 'JP¥', SGD: 'S$' }

export function formatter(language: Language): Formatter {
  const zh = language === 'zh-CN'
  const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 12 })
  const relative = new Intl.RelativeTimeFormat(zh ? 'zh-CN' : 'en', { numeric: 'auto' })
  // Intl keeps every digit of a decimal that comes as text.
  const number = (n: number | string) => whole.format(n as unknown as number)
  const compact = (n: number | string) => (zh ? shorten(Number(n), [[1e12, '万亿'], [1e8, '亿'], [1e4, '万']], number) : shorten(Number(n), [[1e9, 'B'], [1e6, 'M'], [1e3, 'K']], number))
  const sign = (c: string) => signs[c] ?? (c ? c + ' ' : '')
  const amount = (m: Money, text: string) => (text.startsWith('-') ? '-' + sign(m.currency) + text.slice(1) : sign(m.currency) + text)

  return {
    number,
    compact,
    money: (m) => amount(m, number(m.amount)),
    moneyCompact: (m) => amount(m, compact(m.amount)),
    date: (day) => formatDay(day, zh),
    time: (instant) => {
      const d = new Date(instant)
      if (Number.isNaN(d.getTime())) return String(instant)
      return formatDay(localDay(d), zh) + ' ' + two(d.getHours()) + ':' + two(d.getMinutes())
    },
    ago: (instant, now = new Date()) => ago(new Date(instant), now, relative, zh),
    bytes: (n) => (n < 1024 ? n + ' B' : n < 1048576 ? (n / 1024).toFixed(1) + ' KB' : n < 1073741824 ? (n / 1048576).toFixed(1) + ' MB' : (n / 1073741824).toFixed(1) + ' GB'),
    duration: (s) => (s < 10 ? (Math.round(Math.max(0, s) * 10) / 10).toString() + (zh ? ' 秒' : ' s') : duration(Math.round(s), zh)),
    list: (items) => items.join(zh ? '、' : ', '),
  }
}

const two = (n: number) => String(n).padStart(2, '0')

/** The reader's calendar day of an instant, "2026-11-21". */
export function localDay(d: Date): string {
  return d.getFullYear() + '-' + two(d.getMonth() + 1) + '-' + two(d.getDate())
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function formatDay(day: string, zh: boolean): string {
  const m = /^(\d{4})-(\d{2})-(\d{2})/.exec(day)
  if (!m) return day
  const [y, month, d] = [Number(m[1]), Number(m[2]), Number(m[3])]
  return zh ? `${y}年${month}月${d}日` : `${d} ${months[month - 1]} ${y}`
}

function shorten(n: number, steps: [number, string][], plain: (n: number) => string): string {
  const size = Math.abs(n)
  for (const [step, name] of steps) {
    // Round first, so that 9,999.9万 becomes 1亿 and not 10000万.
    if (size >= step * 0.99995) {
      const digits = size / step >= 100 ? 0 : size / step >= 10 ? 1 : 2
      return Number((n / step).toFixed(digits)) + name
    }
  }
  return plain(Math.round(n * 100) / 100)
}

function ago(then: Date, now: Date, relative: Intl.RelativeTimeFormat, zh: boolean): string {
  const s = (then.getTime() - now.getTime()) / 1000
  const size = Math.abs(s)
  if (Number.isNaN(s)) return ''
  if (size < 45) return zh ? '刚刚' : 'just now'
  if (size < 3600) return relative.format(Math.round(s / 60), 'minute')
  if (size < 86400) return relative.format(Math.round(s / 3600), 'hour')
  if (size < 86400 * 30) return relative.format(Math.round(s / 86400), 'day')
  return formatDay(localDay(then), zh) // months ago is too vague to work with
}

function duration(s: number, zh: boolean): string {
  if (s < 60) return zh ? `${s} 秒` : `${s} s`
  if (s < 3600) return zh ? `${Math.floor(s / 60)} 分 ${s % 60} 秒` : `${Math.floor(s / 60)} min ${s % 60} s`
  return zh ? `${Math.floor(s / 3600)} 小时 ${Math.floor((s % 3600) / 60)} 分` : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`
}
