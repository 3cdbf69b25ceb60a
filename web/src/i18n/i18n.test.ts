import { expect, test } from 'vitest'
import { asofEn } from './asof.en'
import { asofZh } from './asof.zh-CN'
import { en } from './en'
import { dealEn } from './deal.en'
import { dealZh } from './deal.zh-CN'
import { fill } from './fill'
import { formatter } from './format'
import { problemText } from './problems'
import { en as problemsEn } from './problems.en'
import { zh as problemsZh } from './problems.zh-CN'
import { lakeProblemsEn } from './problems.lake.en'
import { lakeProblemsZh } from './problems.lake.zh-CN'
import { homesEn } from './homes.en'
import { homesZh } from './homes.zh-CN'
import { needsEn } from './needs.en'
import { needsZh } from './needs.zh-CN'
import { packsEn } from './packs.en'
import { packsZh } from './packs.zh-CN'
import { profileEn } from './profile.en'
import { profileZh } from './profile.zh-CN'
import { nurtureEn } from './nurture.en'
import { nurtureZh } from './nurture.zh-CN'
import { reconEn } from './recon.en'
import { reconZh } from './recon.zh-CN'
import { zh } from './zh-CN'

const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((m) => m[1]))].sort()

test.each([
  ['texts', zh as Record<string, string>, en as Record<string, string>],
  ['texts of homes', homesZh as Record<string, string>, homesEn as Record<string, string>],
  ['texts of the past', asofZh as Record<string, string>, asofEn as Record<string, string>],
  ['texts of deals', dealZh as Record<string, string>, dealEn as Record<string, string>],
  ['texts of needs', needsZh as Record<string, string>, needsEn as Record<string, string>],
  ['texts of nurture plans', nurtureZh as Record<string, string>, nurtureEn as Record<string, string>],
  ['texts of reconnaissance', reconZh as Record<string, string>, reconEn as Record<string, string>],
  ['texts of packs', packsZh as Record<string, string>, packsEn as Record<string, string>],
  ['texts of profiles', profileZh as Record<string, string>, profileEn as Record<string, string>],
  ['problems of the lake', lakeProblemsZh as Record<string, string>, lakeProblemsEn as Record<string, string>],
  ['problems', problemsZh as Record<string, string>, problemsEn as Record<string, string>],
])('%s: both languages have the same keys and placeholders', (_, a, b) => {
  expect(Object.keys(b).sort()).toEqual(Object.keys(a).sort())
  for (const key of Object.keys(a)) {
    expect(a[key], key).toBeTruthy()
    expect(b[key], key).toBeTruthy()
    expect(names(b[key] ?? ''), key).toEqual(names(a[key] ?? ''))
  }
})

test('Chinese texts use full-width punctuation between Chinese characters', () => {
  for (const [key, text] of Object.entries({ ...zh, ...homesZh, ...asofZh, ...dealZh, ...needsZh, ...nurtureZh, ...reconZh, ...packsZh, ...profileZh, ...problemsZh, ...lakeProblemsZh })) expect(text, key).not.toMatch(/\p{Script=Han}[,;:?!](\s|\p{Script=Han}|$)/u)
})

test.each([
  ['homes', homesZh],
  ['asof', asofZh],
  ['deal', dealZh],
  ['nurture', nurtureZh],
  ['recon', reconZh],
  ['needs', needsZh],
  ['packs', packsZh],
  ['profile', profileZh],
])('a file that uses the texts of %s loads them', (name, zh) => {
  const sources = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true })
  const prefixes = new RegExp("'(" + Object.keys(zh).map((k) => k.replaceAll('.', '\\.')).join('|') + ")'")
  for (const [file, text] of Object.entries(sources)) {
    if (file.includes('/i18n/') || file.startsWith('./')) continue
    if (prefixes.test(text)) expect(text, file).toContain('/i18n/' + name + "'")
  }
})

test('fill puts values in and picks the plural', () => {
  expect(fill('{n} {n|row|rows}', { n: 1 })).toBe('1 row')
  expect(fill('{n} {n|row|rows}', { n: 1200 })).toBe('1,200 rows')
  expect(fill('{x} stays', {})).toBe('{x} stays')
})

test('a known code has a sentence, an unknown one the detail', () => {
  expect(problemText('zh-CN', 'branch_unknown', { branch: 'x' }, 'd')).toBe('没有名为“x”的分支，它可能已合并或丢弃。')
  expect(problemText('en', 'brand_new', {}, 'What happened.')).toBe('What happened.')
  expect(problemText('zh-CN', 'too_many_attempts', {})).not.toContain('{')
})

test('numbers, money, days and times', () => {
  const z = formatter('zh-CN')
  const e = formatter('en')
  expect(z.compact(12345)).toBe('1.23万')
  expect(z.compact('99999999')).toBe('1亿')
  expect(z.compact(1696300000000)).toBe('1.7万亿')
  expect(z.compact(9999)).toBe('9,999')
  expect(e.compact(1234567)).toBe('1.23M')
  expect(e.compact(999960)).toBe('1M')
  expect(z.money({ amount: '1200.5', currency: 'CNY' })).toBe('¥1,200.5')
  expect(z.money({ amount: '12345678901234.5678', currency: 'USD' })).toBe('$12,345,678,901,234.5678')
  expect(e.money({ amount: '-3', currency: 'CHF' })).toBe('-CHF 3')
  expect(z.moneyCompact({ amount: '12800000', currency: 'CNY' })).toBe('¥1280万')
  expect(z.date('2026-11-21')).toBe('2026年11月21日')
  expect(e.date('2026-11-21')).toBe('21 Nov 2026')
  expect(z.time('2026-11-21T08:30:00Z')).toBe('2026年11月21日 16:30')
  const now = new Date('2026-11-21T08:30:00Z')
  expect(z.ago('2026-11-21T08:25:00Z', now)).toBe('5分钟前')
  expect(e.ago('2026-11-19T08:30:00Z', now)).toBe('2 days ago')
  expect(z.duration(75)).toBe('1 分 15 秒')
})
