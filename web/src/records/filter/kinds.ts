import type { Field } from '../../api/types'
import type { TextKey } from '../../i18n'
import { periodValues, type Condition, type Op, type Period, type Value } from './tree'

/** The operators that make sense for a field, the most usual first. */
export function opsOf(f: Field): Op[] {
  switch (f.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
    case 'money':
      return ['ge', 'le', 'gt', 'lt', 'eq', 'ne', 'present', 'empty']
    case 'boolean':
      return ['eq', 'ne', 'present', 'empty']
    case 'date':
    case 'timestamp':
      return ['within', 'lt', 'gt', 'le', 'ge', 'eq', 'present', 'empty']
    case 'json':
      return ['has', 'hasnot', 'present', 'empty']
    case 'vector':
      return ['present', 'empty']
    case 'enum':
    case 'reference':
      return ['in', 'notin', 'present', 'empty']
    default:
      return f.name === 'id' ? ['eq', 'ne'] : ['has', 'hasnot', 'eq', 'ne', 'present', 'empty']
  }
}

/** How an operator is said for a field: days are before and after, not smaller and larger. */
export function opKey(op: Op, f: Field | undefined): TextKey {
  const time = f?.kind === 'date' || f?.kind === 'timestamp'
  if (time && (op === 'lt' || op === 'gt' || op === 'le' || op === 'ge' || op === 'eq')) return `op.day.${op}`
  if (op === 'eq' && (f?.kind === 'enum' || f?.kind === 'reference')) return 'op.in'
  return `op.${op}`
}

export const needsValue = (op: Op) => op !== 'present' && op !== 'empty'

/** Whether the condition says something already; a half-made one isn't asked. */
export function complete(c: Condition): boolean {
  if (!needsValue(c.op)) return c.path !== ''
  return c.values.length > 0 && c.values.every((v) => v.call !== undefined || (v.text ?? '') !== '')
}

export const periods: { key: TextKey; period: Period }[] = [
  { key: 'period.thisWeek', period: { unit: 'week', n: 0 } },
  { key: 'period.thisMonth', period: { unit: 'month', n: 0 } },
  { key: 'period.thisQuarter', period: { unit: 'quarter', n: 0 } },
  { key: 'period.thisYear', period: { unit: 'year', n: 0 } },
  { key: 'period.lastWeek', period: { unit: 'week', n: -1 } },
  { key: 'period.lastMonth', period: { unit: 'month', n: -1 } },
  { key: 'period.lastQuarter', period: { unit: 'quarter', n: -1 } },
  { key: 'period.lastYear', period: { unit: 'year', n: -1 } },
  { key: 'period.nextWeek', period: { unit: 'week', n: 1 } },
  { key: 'period.nextMonth', period: { unit: 'month', n: 1 } },
  { key: 'period.nextQuarter', period: { unit: 'quarter', n: 1 } },
  { key: 'period.past7', period: { days: -7 } },
  { key: 'period.past30', period: { days: -30 } },
  { key: 'period.past90', period: { days: -90 } },
  { key: 'period.next7', period: { days: 7 } },
  { key: 'period.next30', period: { days: 30 } },
  { key: 'period.next90', period: { days: 90 } },
]

/** What a new condition on a field begins with. */
export function firstCondition(path: string, f: Field): Condition {
  const op = opsOf(f)[0] ?? 'eq'
  const values: Value[] = op === 'within' ? periodValues({ unit: 'month', n: 0 }) : f.kind === 'boolean' ? [{ text: 'true' }] : []
  return { kind: 'condition', path, op, values }
}

/** Keeps the value where the new operator takes the same sort of value. */
export function withOp(c: Condition, op: Op): Condition {
  if (op === c.op) return c
  if (op === 'within') return { ...c, op, values: periodValues({ unit: 'month', n: 0 }) }
  if (c.op === 'within' || !needsValue(op)) return { ...c, op, values: [] }
  return { ...c, op }
}
