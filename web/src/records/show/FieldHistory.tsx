import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { recordHistory } from '../../api/records'
import type { Cell, Entity, Field, LakeRecord } from '../../api/types'
import { MAIN, paths, usePlace } from '../../app/navigation'
import { placeKey } from '../../app/place'
import { Look } from '../../asof/Look'
import { useI18n } from '../../i18n'
import { useRightsHere } from '../../session/useSession'
import { testid } from '../../testids'
import { CellView } from '../inputs/CellView'
import { isEmpty, sameCell } from '../inputs/cell'
import { keys, useWrites } from '../useWrites'

export function useHistory(entity: string, id: string) {
  const place = usePlace()
  return useQuery({ queryKey: keys.history(placeKey(place), entity, id), queryFn: () => recordHistory(place, entity, id) })
}

/** Who changed this field, when, from what to what; any value can come back. */
export function FieldHistory({ entity, field, record }: { entity: Entity; field: Field; record: LakeRecord }) {
  const { t, format, label } = useI18n()
  const rights = useRightsHere()
  const { data, isPending } = useHistory(entity.name, record.id)
  const { update } = useWrites(entity.name)
  const mayEdit = rights.write && entity.writable
  const show = (c: Cell) => (isEmpty(c) ? <span className="faint">{t('value.empty')}</span> : <CellView field={field} cell={c} titles={{ ...record.titles, ...data?.titles }} plain />)
  const items = (data?.items ?? []).flatMap((h) => h.cells.filter((c) => c.field === field.name).map((c) => ({ ...h, from: c.from, to: c.to })))
  return (
    <div className="field-history">
      <strong>{t('record.historyOf', { field: label(field.label, field.name) })}</strong>
      {isPending && <span className="skeleton" />}
      {!isPending && items.length === 0 && <p className="faint">{t('record.noHistory')}</p>}
      {items.map((h) => (
        <div key={h.rev + h.branch} className="field-history-item">
          <div className="row wrap">
            {show(h.from)} <span aria-label={t('record.to')}>→</span> {show(h.to)}
            <span className="grow" />
            {mayEdit && !sameCell(h.to, record.cells[field.name]) && (
              <Button size="small" onClick={() => update.mutate({ id: record.id, cells: { [field.name]: h.to ?? null } })} data-testid={testid.record.restore}>
                {t('record.restore')}
              </Button>
            )}
            <Look to={paths.record(entity.name, record.id)} place={{ branch: h.branch, at: h.rev }} />
          </div>
          <small className="faint" title={format.time(h.at)}>
            {(h.actor && h.actor_name) || t('record.system')} · {format.ago(h.at)}
            {h.branch !== MAIN && ' · ' + h.branch}
            {h.reason && ' · ' + h.reason}
          </small>
        </div>
      ))}
    </div>
  )
}
