/**
 * A filter as the builder shows it, and its AIP-160 text. OR binds closer than AND in
 * that language, so mixed groups always carry parentheses.
 */
export type Op = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'has' | 'hasnot' | 'in' | 'notin' | 'present' | 'empty' | 'within'

/** A value as it stands in the text, or a function such as today(-7). */
export interface Value {
  text?: string
  call?: { name: string; args: string[] }
}

export interface Condition {
  kind: 'condition'
  path: string // "" looks into the title
  op: Op
  values: Value[]
}

export interface Group {
  kind: 'group'
  join: 'and' | 'or'
  not?: boolean
  items: Node[]
}

export type Node = Condition | Group

export const text = (t: string): Value => ({ text: t })
export const call = (name: string, ...args: (string | number)[]): Value => ({ call: { name, args: args.map(String) } })
export const condition = (path: string, op: Op, ...values: Value[]): Condition => ({ kind: 'condition', path, op, values })
export const group = (join: 'and' | 'or', items: Node[], not = false): Group => (not ? { kind: 'group', join, items, not } : { kind: 'group', join, items })

/** A span of days that moves with the calendar. */
export type Period = { unit: Unit; n: number } | { days: number }
export type Unit = 'week' | 'month' | 'quarter' | 'year'
export const units: Unit[] = ['week', 'month', 'quarter', 'year']

/** A period keeps its two ends as values: from, and until (exclusive for units, inclusive for days). */
export function periodValues(p: Period): Value[] {
  if ('unit' in p) return [call('start_of', p.unit, p.n), call('start_of', p.unit, p.n + 1)]
  return p.days < 0 ? [call('today', p.days), call('today', 0)] : [call('today', 0), call('today', p.days)]
}

export function valuesPeriod([from, until]: Value[]): Period | undefined {
  if (!from?.call || !until?.call || from.call.name !== until.call.name) return undefined
  const [a, b] = [from.call.args, until.call.args]
  if (from.call.name === 'start_of') {
    const [n, m] = [Number(a[1] ?? 0), Number(b[1] ?? 0)]
    return a[0] === b[0] && m === n + 1 && units.includes(a[0] as Unit) ? { unit: a[0] as Unit, n } : undefined
  }
  if (from.call.name !== 'today') return undefined
  const [n, m] = [Number(a[0] ?? 0), Number(b[0] ?? 0)]
  return n < 0 && m === 0 ? { days: n } : n === 0 && m > 0 ? { days: m } : undefined
}

const signs: Partial<Record<Op, string>> = { eq: '=', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' }
const bare = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$|^-[0-9.]+$/
const reserved = new Set(['AND', 'OR', 'NOT', 'null'])

export function toText(node: Node | undefined): string {
  if (!node || (node.kind === 'group' && node.items.length === 0)) return ''
  return write(node, false)
}

function write(node: Node, inside: boolean): string {
  if (node.kind === 'condition') return writeCondition(node, inside)
  if (node.items.length === 1 && !node.not && node.items[0]) return write(node.items[0], inside)
  const by = node.join === 'or' ? ' OR ' : ' AND '
  const body = node.items.map((i) => write(i, true)).join(by)
  if (node.not) {
    const negated = 'NOT (' + body + ')'
    return inside ? '(' + negated + ')' : negated
  }
  return inside ? '(' + body + ')' : body
}

function writeCondition(c: Condition, inside: boolean): string {
  const one = c.values[0] ?? text('')
  switch (c.op) {
    case 'present':
      return c.path + ':*'
    case 'empty':
      return 'NOT ' + c.path + ':*'
    case 'has':
      return c.path === '' ? quoted(one) : c.path + ':' + quoted(one)
    case 'hasnot':
      return 'NOT ' + (c.path === '' ? quoted(one) : c.path + ':' + quoted(one))
    case 'in':
    case 'notin': {
      const values = c.values.length === 1 ? writeValue(one) : '(' + c.values.map(writeValue).join(' OR ') + ')'
      return c.path + (c.op === 'in' ? ' = ' : ' != ') + values
    }
    case 'within': {
      const until = c.values[1] ?? one
      const last = until.call?.name === 'today' ? ' <= ' : ' < '
      const both = `${c.path} >= ${writeValue(one)} AND ${c.path}${last}${writeValue(until)}`
      return inside ? '(' + both + ')' : both
    }
    default:
      return `${c.path} ${signs[c.op]} ${writeValue(one)}`
  }
}

function writeValue(v: Value): string {
  if (v.call) return v.call.name + '(' + v.call.args.map((a) => (/^-?\d+$/.test(a) ? a : '"' + a + '"')).join(', ') + ')'
  const t = v.text ?? ''
  return bare.test(t) && !reserved.has(t) ? t : quoted(v)
}

const quoted = (v: Value) =>
  '"' + (v.text ?? '').replace(/[\\"\n\r\t]/g, (c) => (({ '\n': '\\n', '\r': '\\r', '\t': '\\t' }) as Record<string, string>)[c] ?? '\\' + c) + '"'

/** Top-level conditions, as chips show them: an AND group's items, or the one thing there is. */
export function chips(node: Node | undefined): Node[] {
  if (!node) return []
  if (node.kind === 'group' && node.join === 'and' && !node.not) return node.items
  return [node]
}

export const fromChips = (items: Node[]): Node | undefined => (items.length === 0 ? undefined : items.length === 1 ? items[0] : group('and', items))
