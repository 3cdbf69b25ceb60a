import { Button, Checkbox, Input, Popover, Tooltip } from 'antd'
import { ChevronDown, ChevronUp, Columns3, GripVertical } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Entity } from '../../api/types'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { useSchema } from '../schema'
import { offeredColumns } from './columns'

interface Props {
  entity: Entity
  fields: string[]
  defaults: string[]
  change: (fields: string[]) => void
}

/** Chooses columns and their order, by mouse or keyboard. */
export function Columns(props: Props) {
  const { t } = useI18n()
  return (
    <Popover trigger="click" placement="bottomRight" arrow={false} destroyOnHidden content={<Menu {...props} />}>
      <Tooltip title={t('list.columns')}>
        <button type="button" className="icon-button" aria-label={t('list.columns')} data-testid={testid.list.columns}>
          <Columns3 size={16} />
        </button>
      </Tooltip>
    </Popover>
  )
}

function Menu({ entity, fields, defaults, change }: Props) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const [words, setWords] = useState('')
  const [drag, setDrag] = useState<{ from: number; over: number } | null>(null)
  const offered = useMemo(() => offeredColumns(schema, entity).map((c) => ({ path: c.path, name: (c.via ? label(c.via.label) + ' · ' : '') + label(c.field.label, c.field.name) })), [schema, entity, label])
  const name = (path: string) => offered.find((o) => o.path === path)?.name ?? path
  const rest = offered.filter((o) => !fields.includes(o.path) && o.name.toLowerCase().includes(words.trim().toLowerCase()))
  const move = (from: number, to: number) => {
    if (to < 0 || to >= fields.length || from === to) return
    const next = [...fields]
    const [path] = next.splice(from, 1)
    if (path !== undefined) next.splice(to, 0, path)
    change(next)
  }
  return (
    <div className="columns-menu">
      <div className="columns-list">
        {fields.map((path, i) => (
          <div
            key={path}
            className={'columns-item' + (drag?.over === i && drag.from !== i ? ' over' : '')}
            draggable
            onDragStart={() => setDrag({ from: i, over: i })}
            onDragOver={(e) => {
              e.preventDefault()
              if (drag && drag.over !== i) setDrag({ ...drag, over: i })
            }}
            onDrop={() => drag && move(drag.from, i)}
            onDragEnd={() => setDrag(null)}
          >
            <GripVertical size={13} className="grip" aria-hidden />
            <Checkbox checked disabled={fields.length === 1} onChange={() => change(fields.filter((f) => f !== path))} className="grow">
              {name(path)}
            </Checkbox>
            <button type="button" className="icon-button" aria-label={t('act.up')} disabled={i === 0} onClick={() => move(i, i - 1)}>
              <ChevronUp size={13} />
            </button>
            <button type="button" className="icon-button" aria-label={t('act.down')} disabled={i === fields.length - 1} onClick={() => move(i, i + 1)}>
              <ChevronDown size={13} />
            </button>
          </div>
        ))}
      </div>
      <Input size="small" value={words} onChange={(e) => setWords(e.target.value)} placeholder={t('list.findColumn')} aria-label={t('list.findColumn')} allowClear />
      <div className="columns-list">
        {rest.map((o) => (
          <div key={o.path} className="columns-item">
            <Checkbox checked={false} onChange={() => change([...fields, o.path])}>
              {o.name}
            </Checkbox>
          </div>
        ))}
      </div>
      {fields.join() !== defaults.join() && (
        <Button size="small" type="text" onClick={() => change(defaults)}>
          {t('list.resetColumns')}
        </Button>
      )}
    </div>
  )
}
