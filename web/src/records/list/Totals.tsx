import { Tooltip } from 'antd'
import type { Entity, RecordPage } from '../../api/types'
import { homeKind, stateOf } from '../../homes/home'
import { ModeBadge } from '../../homes/ModeBadge'
import { useI18n } from '../../i18n'
import { isMoney } from '../inputs/cell'
import { testid } from '../../testids'

/** What the list amounts to: the count of all matches, and sums per currency. */
export function Totals({ total, sums, entity, ms }: { total?: number; sums?: RecordPage['sums']; entity: Entity; ms?: number }) {
  const { t, label, format } = useI18n()
  return (
    <div className="list-foot">
      <span data-testid={testid.list.total} data-total={total ?? ''}>
        {total === undefined ? <span className="skeleton" style={{ width: 72 }} /> : t('list.total', { n: total })}
      </span>
      {Object.entries(sums ?? {}).map(([field, values]) => {
        const parts = (values ?? []).flatMap((v) => (typeof v === 'string' || typeof v === 'number' ? { short: format.compact(v), exact: format.number(v) } : isMoney(v) ? { short: format.moneyCompact(v), exact: format.money(v) } : []))
        if (parts.length === 0) return null
        return (
          <Tooltip key={field} title={parts.map((p) => p.exact).join(' + ')}>
            <span data-testid={testid.list.sum(field)} data-exact={parts.map((p) => p.exact).join(' + ')}>
              {t('list.sum', { field: label(entity.fields.find((f) => f.name === field)?.label, field) })} <strong>{parts.map((p) => p.short).join(' + ')}</strong>
            </span>
          </Tooltip>
        )
      })}
      {homeKind(entity) !== 'native' && <ModeBadge state={stateOf(entity)} />}
      {ms !== undefined && <span className="ms faint">{t('list.ms', { ms: ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms) })}</span>}
    </div>
  )
}
