import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { listRecords } from '../../api/records'
import type { Field, Titles } from '../../api/types'
import { usePlace } from '../../app/navigation'
import { placeKey } from '../../app/place'
import { useI18n } from '../../i18n'
import { useCellText } from '../inputs/CellView'
import { fieldAt, useSchema, type Schema } from '../schema'
import { opKey, periods } from './kinds'
import { condition, text, toText, valuesPeriod, type Condition, type Node, type Value } from './tree'

export interface Phrase {
  field: string
  op: string
  value: string
}

/** The ids that a filter mentions, by the entity they belong to. */
function mentioned(node: Node | undefined, schema: Schema, entity: string, into: Record<string, Set<string>> = {}) {
  if (!node) return into
  if (node.kind === 'group') {
    for (const i of node.items) mentioned(i, schema, entity, into)
    return into
  }
  const target = fieldAt(schema, entity, node.path)?.field.target
  if (target) for (const v of node.values) if (v.text) (into[target] ??= new Set()).add(v.text)
  return into
}

function useMentioned(node: Node | undefined, entity: string): Titles {
  const place = usePlace()
  const on = placeKey(place)
  const schema = useSchema()
  const wanted = useMemo(() => Object.entries(mentioned(node, schema, entity)).map(([target, ids]) => ({ target, ids: [...ids].sort() })), [node, schema, entity])
  return useQueries({
    queries: wanted.map(({ target, ids }) => {
      const title = schema.entity(target)?.title ?? 'name'
      return {
        queryKey: ['lake', on, 'titles', target, ...ids],
        queryFn: ({ signal }: { signal: AbortSignal }) => listRecords({ ...place, entity: target, fields: [title], filter: toText(condition('id', 'in', ...ids.map(text))), page_size: Math.min(200, ids.length) }, signal),
        staleTime: 60_000,
      }
    }),
    combine: (answers) => {
      const titles: Titles = {}
      answers.forEach((a, i) => {
        const target = wanted[i]?.target ?? ''
        const title = schema.entity(target)?.title ?? 'name'
        titles[target] = Object.fromEntries((a.data?.items ?? []).map((r) => [r.id, String(r.cells[title] ?? r.id)]))
      })
      return titles
    },
  })
}

/** Says conditions as people would. */
export function useSentence(node: Node | undefined, entity: string) {
  const { t, label, format } = useI18n()
  const schema = useSchema()
  const cellText = useCellText()
  const titles = useMentioned(node, entity)

  const value = (v: Value, field: Field | undefined): string => {
    if (v.call) return saidCall(v.call.name, v.call.args)
    const raw = v.text ?? ''
    if (field?.kind === 'money') {
      const [amount = '', currency = ''] = raw.split(' ')
      return format.money({ amount, currency })
    }
    if (field?.kind === 'reference' && titles[field.target ?? '']?.[raw] === undefined) return '…'
    return cellText(field, raw, titles)
  }
  const saidCall = (name: string, args: string[]): string => {
    const n = Number(args[0] ?? 0)
    if (name === 'me') return t('filter.me')
    if (name === 'now') return t('filter.now')
    if (name === 'today') return n === 0 ? t('filter.today') : n < 0 ? t('filter.daysAgo', { n: -n }) : t('filter.daysAhead', { n })
    if (name === 'days_ago') return t('filter.daysAgo', { n })
    const start = periods.find((p) => 'unit' in p.period && p.period.unit === args[0] && p.period.n === Number(args[1] ?? 0))
    return start ? t('filter.startOf', { period: t(start.key) }) : name + '(' + args.join(', ') + ')'
  }
  const period = (c: Condition): string => {
    const p = valuesPeriod(c.values)
    const known = periods.find((k) => p && JSON.stringify(k.period) === JSON.stringify(p))
    if (known) return t(known.key)
    if (p && 'days' in p) return p.days < 0 ? t('filter.pastDays', { n: -p.days }) : t('filter.nextDays', { n: p.days })
    return c.values.map((v) => value(v, undefined)).join(' – ')
  }
  const phrase = (c: Condition): Phrase => {
    const at = fieldAt(schema, entity, c.path)
    const e = schema.entity(entity)
    const field = at?.field ?? (c.path === '' && e ? schema.field(entity, e.title) : undefined)
    const name = (at?.via ? label(at.via.label, at.via.name) + t('filter.of') : '') + label(field?.label, c.path)
    const said = c.op === 'within' ? period(c) : c.values.map((v) => value(v, field)).join(t('filter.orShort'))
    return { field: name, op: t(opKey(c.op, field)), value: c.op === 'present' || c.op === 'empty' ? '' : said }
  }
  const sentence = (n: Node, inside = false): string => {
    if (n.kind === 'condition') {
      const p = phrase(n)
      return [p.field, p.op, p.value].filter(Boolean).join(' ')
    }
    const body = n.items.map((i) => sentence(i, true)).join(n.join === 'or' ? t('filter.or') : t('filter.and'))
    return (n.not ? t('filter.not') : '') + (inside || n.not ? '（' + body + '）' : body)
  }
  return { phrase, sentence }
}
