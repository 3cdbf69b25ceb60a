import { expect, test } from 'vitest'
import type { Field } from '../api/types'
import { example, firstRule, rulesFor } from './masks'

const field = (kind: Field['kind']): Field => ({ name: 'f', kind, label: { zh: '', en: '' }, position: 0 })

test('a key can only be hashed, and only when it is text', () => {
  expect(rulesFor(field('text'), true)).toEqual(['hash'])
  expect(rulesFor(field('integer'), true)).toEqual([])
})

test('every kind offers at least to show nothing', () => {
  for (const k of ['text', 'integer', 'money', 'date', 'json', 'vector', 'boolean', 'reference', 'enum'] as const) expect(rulesFor(field(k), false), k).toContain('null')
})

test('examples show what a rule does', () => {
  expect(example('张伟明', { rule: 'first', n: 1 })).toBe('张**')
  expect(example('anything', { rule: 'null' })).toBe('')
  expect(example('', { rule: 'constant', text: 'X' })).toBe('X')
  expect(example('12345', { rule: 'round', n: 3 })).toBe('12000')
  expect(example('12345.6 CNY', { rule: 'round', n: 2 })).toBe('12300 CNY')
  expect(example('a@b.cn', { rule: 'mail' })).toBe(example('a@b.cn', { rule: 'mail' }))
  expect(example('a', { rule: 'hash' })).not.toBe(example('b', { rule: 'hash' }))
  const shifted = example('2026-03-01', firstRule('shift', 'zh-CN'))
  expect(Math.abs(Date.parse(shifted) - Date.parse('2026-03-01')) / 86400000).toBeLessThanOrEqual(30)
})
