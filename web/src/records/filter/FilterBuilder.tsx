import { Button, Select } from 'antd'
import { Plus, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Entity } from '../../api/types'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { offeredColumns } from '../list/columns'
import { fieldAt, useSchema } from '../schema'
import { complete, firstCondition, needsValue, opKey, opsOf, withOp } from './kinds'
import { condition, group, type Condition, type Group, type Node, type Op } from './tree'
import { ValueInput } from './ValueInput'

interface Props {
  entity: Entity
  node: Node | undefined
  apply: (n: Node | undefined) => void
  /** Begin with an empty row below what is there. */
  fresh: boolean
}

const blank = () => condition('', 'has')

function start(node: Node | undefined, fresh: boolean): Group {
  const top: Group = !node ? group('and', []) : node.kind === 'group' && !node.not ? node : group('and', [node])
  return fresh || top.items.length === 0 ? { ...top, items: [...top.items, blank()] } : top
}

/** Leaves out what isn't finished. */
function finished(node: Node): Node | undefined {
  if (node.kind === 'condition') return (node.path !== '' || (node.values[0]?.text ?? '') !== '') && complete(node) ? node : undefined
  const items = node.items.flatMap((i) => finished(i) ?? [])
  return items.length === 0 ? undefined : { ...node, items }
}

/** Conditions and groups as rows; nothing is asked until one applies it. */
export default function FilterBuilder({ entity, node, apply, fresh }: Props) {
  const { t } = useI18n()
  const [draft, setDraft] = useState(() => start(node, fresh))
  const submit = () => apply(finished(draft))
  return (
    <div className="builder">
      <Rows entity={entity} of={draft} change={setDraft} submit={submit} depth={0} />
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button onClick={() => apply(undefined)}>{t('act.clear')}</Button>
        <Button type="primary" onClick={submit} data-testid={testid.list.filterApply}>
          {t('act.apply')}
        </Button>
      </div>
    </div>
  )
}

function Rows({ entity, of, change, submit, depth }: { entity: Entity; of: Group; change: (g: Group) => void; submit: () => void; depth: number }) {
  const { t } = useI18n()
  const put = (i: number, n: Node | undefined) => change({ ...of, items: n ? of.items.map((x, j) => (i === j ? n : x)) : of.items.filter((_, j) => j !== i) })
  const add = (n: Node) => change({ ...of, items: [...of.items, n] })
  return (
    <>
      {of.items.map((item, i) => (
        <div className="builder-row" key={i}>
          <span className="joiner">
            {i === 0 ? (
              <span className="faint">{of.not ? t('filter.notWhere') : t('filter.where')}</span>
            ) : i === 1 ? (
              <Select
                size="small"
                value={of.join}
                aria-label={t('filter.join')}
                onChange={(join) => change({ ...of, join })}
                options={[
                  { value: 'and', label: t('filter.andShort') },
                  { value: 'or', label: t('filter.orWord') },
                ]}
              />
            ) : (
              <span className="faint">{of.join === 'or' ? t('filter.orWord') : t('filter.andShort')}</span>
            )}
          </span>
          {item.kind === 'group' ? (
            <div className="builder-group">
              <Rows entity={entity} of={item} change={(g) => put(i, g.items.length > 0 ? g : undefined)} submit={submit} depth={depth + 1} />
            </div>
          ) : (
            <ConditionRow entity={entity} of={item} change={(c) => put(i, c)} submit={submit} />
          )}
          <button type="button" className="icon-button" aria-label={t('act.remove')} onClick={() => put(i, undefined)}>
            <X size={14} />
          </button>
        </div>
      ))}
      <div className="row">
        <Button type="text" size="small" icon={<Plus size={13} />} onClick={() => add(blank())}>
          {t('filter.addCondition')}
        </Button>
        {depth < 3 && (
          <Button type="text" size="small" icon={<Plus size={13} />} onClick={() => add(group(of.join === 'and' ? 'or' : 'and', [blank(), blank()]))}>
            {t('filter.addGroup')}
          </Button>
        )}
      </div>
    </>
  )
}

function ConditionRow({ entity, of, change, submit }: { entity: Entity; of: Condition; change: (c: Condition) => void; submit: () => void }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const at = fieldAt(schema, entity.name, of.path)
  const field = at?.field
  const options = useMemo(() => fieldOptions(offeredColumns(schema, entity), label, label(entity.label, entity.name)), [schema, entity, label])
  const pick = (path: string) => {
    const f = fieldAt(schema, entity.name, path)?.field
    if (f) change(firstCondition(path, f))
  }
  return (
    <>
      <Select showSearch={{ optionFilterProp: 'label' }} value={of.path || undefined} options={options} placeholder={t('filter.field')} aria-label={t('filter.field')} onChange={pick} popupMatchSelectWidth={240} autoFocus={!of.path} data-testid={testid.list.filterField} />
      <Select
        value={of.op}
        disabled={!field}
        aria-label={t('filter.op')}
        onChange={(op: Op) => change(withOp(of, op))}
        options={(field ? opsOf(field) : [of.op]).map((op) => ({ value: op, label: t(opKey(op, field)) }))}
        popupMatchSelectWidth={false}
        data-testid={testid.list.filterOp}
      />
      {field && needsValue(of.op) ? <ValueInput key={of.path + of.op} field={field} condition={of} change={(values) => change({ ...of, values })} submit={submit} /> : <span className="value-of" />}
    </>
  )
}

function fieldOptions(columns: ReturnType<typeof offeredColumns>, label: (l: { zh: string; en: string } | undefined, f?: string) => string, own: string) {
  const groups = new Map<string, { value: string; label: string }[]>()
  for (const c of columns) {
    const name = c.via ? label(c.via.label, c.via.name) : own
    const list = groups.get(name) ?? []
    list.push({ value: c.path, label: (c.via ? name + ' · ' : '') + label(c.field.label, c.field.name) })
    groups.set(name, list)
  }
  return [...groups].map(([name, options]) => ({ label: name, options }))
}
