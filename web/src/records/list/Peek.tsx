import { useQuery } from '@tanstack/react-query'
import { Tooltip } from 'antd'
import { Maximize2, X } from 'lucide-react'
import { getRecord } from '../../api/records'
import type { Entity } from '../../api/types'
import { Go, paths, usePlace } from '../../app/navigation'
import { placeKey } from '../../app/place'
import { Failure } from '../../app/Failure'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { Facts } from '../show/Facts'
import { keys } from '../useWrites'

/** A record beside its list. */
export function Peek({ entity, id, close }: { entity: Entity; id: string; close: () => void }) {
  const { t, label } = useI18n()
  const place = usePlace()
  const { data: record, error } = useQuery({ queryKey: keys.record(placeKey(place), entity.name, id), queryFn: ({ signal }) => getRecord(place, entity.name, id, signal) })
  return (
    <aside className="peek" aria-label={t('record.preview')} data-testid={testid.list.preview}>
      <div className="page-head" style={{ padding: '8px 12px 8px 20px' }}>
        <h1 className="clip grow">{record ? String(record.cells[entity.title] ?? label(entity.label)) : ' '}</h1>
        <Tooltip title={t('record.open')}>
          <Go to={paths.record(entity.name, id)} className="icon-button" aria-label={t('record.open')}>
            <Maximize2 size={14} />
          </Go>
        </Tooltip>
        <button type="button" className="icon-button" onClick={close} aria-label={t('act.close')}>
          <X size={16} />
        </button>
      </div>
      {error ? <Failure error={error} /> : record ? <Facts entity={entity} record={record} /> : <WaitingFacts />}
    </aside>
  )
}

export function WaitingFacts() {
  return (
    <div className="stack" style={{ padding: 20, gap: 16 }} aria-hidden>
      {[50, 70, 40, 60, 55, 30].map((w, i) => (
        <span key={i} className="skeleton" style={{ width: w + '%' }} />
      ))}
    </div>
  )
}
