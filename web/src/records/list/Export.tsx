import { Dropdown, Tooltip } from 'antd'
import { Download } from 'lucide-react'
import { exportAddress } from '../../api/records'
import { usePlace } from '../../app/navigation'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import type { ListState } from './state'

/** Downloads exactly what the list shows: its filter, order and columns. */
export function Export({ entity, state }: { entity: string; state: ListState }) {
  const { t } = useI18n()
  const place = usePlace()
  const link = (format: 'csv' | 'xlsx') => <a href={exportAddress({ ...place, entity, fields: state.fields, filter: state.filter, order: state.order }, format)}>{t(format === 'csv' ? 'list.exportCsv' : 'list.exportXlsx')}</a>
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          { key: 'csv', label: link('csv') },
          { key: 'xlsx', label: link('xlsx') },
        ],
      }}
    >
      <Tooltip title={t('list.exportHint')}>
        <button type="button" className="icon-button" aria-label={t('act.export')} data-testid={testid.list.export}>
          <Download size={16} />
        </button>
      </Tooltip>
    </Dropdown>
  )
}
