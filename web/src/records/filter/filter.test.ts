import { describe, expect, test } from 'vitest'
import { FilterMistake, parse } from './parse'
import { call, chips, condition, group, periodValues, text, toText, type Node } from './tree'

describe('text ↔ tree', () => {
  const pairs: [string, Node][] = [
    ['stage = won', condition('stage', 'eq', text('won'))],
    ['stage = (won OR lost)', condition('stage', 'in', text('won'), text('lost'))],
    ['stage != (won OR lost)', condition('stage', 'notin', text('won'), text('lost'))],
    ['amount > 1000', condition('amount', 'gt', text('1000'))],
    ['amount > "1000.5 CNY"', condition('amount', 'gt', text('1000.5 CNY'))],
    ['rate < -0.5', condition('rate', 'lt', text('-0.5'))],
    ['account.industry = "制造"', condition('account.industry', 'eq', text('制造'))],
    ['email:*', condition('email', 'present')],
    ['NOT email:*', condition('email', 'empty')],
    ['name:"a \\"b\\"\\\\ \\n"', condition('name', 'has', text('a "b"\\ \n'))],
    ['NOT name:"甲"', condition('name', 'hasnot', text('甲'))],
    ['owner = me()', condition('owner', 'eq', call('me'))],
    ['due < today(-30)', condition('due', 'lt', call('today', -30))],
    ['due >= start_of("month", 0) AND due < start_of("month", 1)', condition('due', 'within', ...periodValues({ unit: 'month', n: 0 }))],
    ['due >= today(-7) AND due <= today(0)', condition('due', 'within', ...periodValues({ days: -7 }))],
    ['stage = won AND (amount > 5 OR name:"x")', group('and', [condition('stage', 'eq', text('won')), group('or', [condition('amount', 'gt', text('5')), condition('name', 'has', text('x'))])])],
    ['NOT (a = 1 OR b = 2)', group('or', [condition('a', 'eq', text('1')), condition('b', 'eq', text('2'))], true)],
    ['a = 1 OR b = 2 OR (c >= start_of("year", -1) AND c < start_of("year", 0))', group('or', [condition('a', 'eq', text('1')), condition('b', 'eq', text('2')), condition('c', 'within', ...periodValues({ unit: 'year', n: -1 }))])],
    ['name = "AND"', condition('name', 'eq', text('AND'))],
    ['name = "null"', condition('name', 'eq', text('null'))],
    ['"阿里"', condition('', 'has', text('阿里'))],
  ]
  test.each(pairs)('%s', (source, node) => {
    expect(parse(source)).toEqual(node)
    expect(toText(node)).toBe(source)
  })
})

test('other spellings mean the same', () => {
  expect(toText(parse('a b'))).toBe('"a" AND "b"')
  expect(toText(parse('a AND b OR c'))).toBe('"a" AND ("b" OR "c")')
  expect(toText(parse('-email:*'))).toBe('NOT email:*')
  expect(toText(parse('due != null'))).toBe('due:*')
  expect(toText(parse('name = ""'))).toBe('NOT name:*')
  expect(toText(parse("due >= start_of('quarter') due < start_of('quarter',1)"))).toBe('due >= start_of("quarter", 0) AND due < start_of("quarter", 1)')
  expect(toText(parse('met >= 2026-11-21T08:30:00+08:00'))).toBe('met >= "2026-11-21T08:30:00+08:00"')
  expect(toText(parse('NOT amount > 5'))).toBe('NOT (amount > 5)')
  expect(parse('  ')).toBeUndefined()
})

test.each([
  ['(stage = won', 13],
  ['stage = won)', 12],
  ['stage =', 8],
  ['AND', 1],
  ['name = "open', 8],
  ['name ! x', 6],
])('%s is refused at %i', (source, position) => {
  let at = 0
  try {
    parse(source)
  } catch (e) {
    at = e instanceof FilterMistake ? e.position : -1
  }
  expect(at).toBe(position)
})

test('chips are the parts of the top AND', () => {
  expect(chips(parse('a = 1 AND b = 2')).length).toBe(2)
  expect(chips(parse('a = 1 OR b = 2')).length).toBe(1)
  expect(chips(undefined)).toEqual([])
})

test('any tree survives text and back', () => {
  let seed = 42
  const rand = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
  const draw = (depth: number): Node => {
    if (depth > 0 && rand(3) === 0) return group(rand(2) ? 'and' : 'or', Array.from({ length: 2 + rand(2) }, () => draw(depth - 1)), rand(4) === 0)
    const ops = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'has', 'hasnot', 'present', 'empty'] as const
    const op = ops[rand(ops.length)] ?? 'eq'
    return op === 'present' || op === 'empty' ? condition('f' + rand(3), op) : condition('f' + rand(3), op, text(['x', 'a b', '"', '中', '1.5', 'OR'][rand(6)] ?? 'x'))
  }
  for (let i = 0; i < 2000; i++) {
    const once = toText(draw(3))
    expect(toText(parse(once))).toBe(once)
  }
})
