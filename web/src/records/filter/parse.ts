import { condition, group, valuesPeriod, type Condition, type Node, type Op, type Value } from './tree'

/** Where the text stops making sense, counted in characters from 1. */
export class FilterMistake extends Error {
  constructor(readonly position: number) {
    super('filter mistake at ' + position)
  }
}

interface Token {
  kind: 'text' | 'string' | 'op' | '(' | ')' | ',' | 'end'
  text: string
  at: number
  spaced: boolean
}

/** Reads AIP-160 text as the server does (lake/filter); the server decides about fields and values. */
export function parse(source: string): Node | undefined {
  const p = new Parser(source)
  if (p.is('end')) return undefined
  const node = p.expression()
  if (!p.is('end')) p.fail()
  return node
}

/** parse, with undefined for texts that can't be read. */
export function tryParse(source: string): { node: Node | undefined; ok: boolean } {
  try {
    return { node: parse(source), ok: true }
  } catch {
    return { node: undefined, ok: false }
  }
}

const ops: Record<string, Op> = { '=': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge', ':': 'has' }

class Parser {
  token: Token
  private at = 0
  private valueNext = false

  constructor(private readonly source: string) {
    this.token = this.next()
  }

  fail(at = this.token.at): never {
    throw new FilterMistake(at + 1)
  }

  private next(): Token {
    const start = this.at
    while (/\s/.test(this.source[this.at] ?? '')) this.at++
    const at = this.at
    const spaced = at > start || start === 0
    const token = (kind: Token['kind'], text: string, length = text.length): Token => {
      this.at += length
      return { kind, text, at, spaced }
    }
    const c = this.source[at]
    if (c === undefined) return token('end', '')
    if (c === '(' || c === ')' || c === ',') return token(c, c)
    const op = /^(<=|>=|!=|[=<>:])/.exec(this.source.slice(at, at + 2))
    if (op?.[1]) return token('op', op[1])
    if (c === '!') this.fail(at)
    if (c === '"' || c === "'") return this.string(c, token)
    const ends = this.valueNext ? /[\s()"'=<>!,]/ : /[\s()"'=<>!,:]/
    let end = at
    while (end < this.source.length && !ends.test(this.source[end] ?? '')) end++
    return token('text', this.source.slice(at, end))
  }

  private string(quote: string, token: (kind: Token['kind'], text: string, length: number) => Token): Token {
    let out = ''
    for (let i = this.at + 1; i < this.source.length; i++) {
      let c = this.source[i] ?? ''
      if (c === quote) return token('string', out, i + 1 - this.at)
      if (c === '\\' && i + 1 < this.source.length) {
        i++
        c = this.source[i] ?? ''
        c = { n: '\n', r: '\r', t: '\t' }[c] ?? c
      }
      out += c
    }
    this.fail(this.at)
  }

  private advance() {
    this.token = this.next()
  }

  is(kind: Token['kind']) {
    return this.token.kind === kind
  }

  private word(w: string) {
    return this.is('text') && this.token.text === w
  }

  expression(): Node {
    const items: Node[] = []
    for (;;) {
      items.push(this.factor())
      if (this.word('AND')) {
        this.advance()
        continue
      }
      if (this.is('end') || this.is(')')) break
    }
    const joined = pairPeriods(items)
    return joined.length === 1 && joined[0] ? joined[0] : group('and', joined)
  }

  private factor(): Node {
    const items = [this.term()]
    while (this.word('OR')) {
      this.advance()
      items.push(this.term())
    }
    return items.length === 1 && items[0] ? items[0] : group('or', items)
  }

  private term(): Node {
    let negated = false
    if (this.word('NOT')) {
      negated = true
      this.advance()
    } else if (this.is('text') && this.token.text.startsWith('-')) {
      negated = true
      if (this.token.text === '-') this.advance()
      else this.token = { ...this.token, text: this.token.text.slice(1), at: this.token.at + 1 }
    }
    const node = this.simple()
    return negated ? negate(node) : node
  }

  private simple(): Node {
    if (this.is('(')) {
      this.advance()
      const node = this.expression()
      this.close()
      return node
    }
    if (!this.is('text') && !this.is('string')) this.fail()
    if (this.word('AND') || this.word('OR') || this.word('NOT')) this.fail()
    const name = this.token
    this.advance()
    if (!this.is('op')) return condition('', 'has', { text: name.text })
    const op = ops[this.token.text] ?? 'eq'
    this.valueNext = true
    this.advance()
    this.valueNext = false
    return this.compared(name.text, op)
  }

  private compared(path: string, op: Op): Node {
    if (this.is('(')) return this.several(path, op)
    return compare(path, op, this.value())
  }

  private value(): Value {
    const t = this.token
    if (t.kind !== 'text' && t.kind !== 'string') this.fail()
    this.advance()
    if (t.kind !== 'text' || !this.is('(') || this.token.spaced) return t.kind === 'text' && t.text === 'null' ? {} : { text: t.text }
    this.advance()
    const args: string[] = []
    while (this.is('text') || this.is('string')) {
      args.push(this.token.text)
      this.advance()
      if (this.is(',')) this.advance()
    }
    this.close()
    return { call: { name: t.text, args } }
  }

  /** field = (a OR b): one condition with several values. */
  private several(path: string, op: Op): Node {
    this.advance()
    const values = [this.value()]
    let join: 'or' | 'and' = 'or'
    while (!this.is(')')) {
      if (this.word('OR')) this.advance()
      else if (this.word('AND')) {
        join = 'and'
        this.advance()
      } else if (this.is('end')) this.fail()
      values.push(this.value())
    }
    this.close()
    if (join === 'or' && op === 'eq') return condition(path, 'in', ...values)
    if (join === 'or' && op === 'ne') return condition(path, 'notin', ...values)
    return group(
      join,
      values.map((v) => compare(path, op, v)),
    )
  }

  private close() {
    if (!this.is(')')) this.fail()
    this.advance()
  }
}

function compare(path: string, op: Op, value: Value): Node {
  const empty = value.call === undefined && (value.text === undefined || value.text === '')
  if (op === 'has' && value.text === '*') return condition(path, 'present')
  if (empty && op === 'eq') return condition(path, 'empty')
  if (empty && op === 'ne') return condition(path, 'present')
  return condition(path, op, value)
}

const opposite: Partial<Record<Op, Op>> = { present: 'empty', empty: 'present', has: 'hasnot', hasnot: 'has', in: 'notin', notin: 'in', eq: 'ne', ne: 'eq' }

function negate(node: Node): Node {
  if (node.kind === 'condition') {
    const op = opposite[node.op]
    return op ? { ...node, op } : group('and', [node], true)
  }
  if (node.not) return group('and', [node], true)
  return group(node.join, node.items, true)
}

/** a >= start_of("month") AND a < start_of("month", 1) is one condition: in this month. */
function pairPeriods(items: Node[]): Node[] {
  const out: Node[] = []
  for (const item of items) {
    const before = out.at(-1)
    const period = before && asPeriod(before, item)
    if (period) out[out.length - 1] = period
    else out.push(item)
  }
  return out
}

function asPeriod(a: Node, b: Node): Condition | undefined {
  if (a.kind !== 'condition' || b.kind !== 'condition' || a.path !== b.path || a.op !== 'ge' || (b.op !== 'lt' && b.op !== 'le')) return undefined
  const values = [...a.values, ...b.values]
  const period = valuesPeriod(values)
  if (!period || 'unit' in period !== (b.op === 'lt')) return undefined
  return condition(a.path, 'within', ...values.map(normal))
}

/** start_of("month") and start_of("month", 0) are the same. */
function normal(v: Value): Value {
  if (!v.call) return v
  const { name, args } = v.call
  if (name === 'start_of' && args.length === 1) return { call: { name, args: [...args, '0'] } }
  if (name === 'today' && args.length === 0) return { call: { name, args: ['0'] } }
  return v
}
