import { Button, Modal, Select } from 'antd'
import { Pencil, Trash2, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Cell, Entity } from '../../api/types'
import { useToasts } from '../../app/Toasts'
import { useProblem } from '../../app/useProblem'
import { fixed } from '../../homes/home'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { CellInput } from '../inputs/CellInput'
import { useWrites } from '../useWrites'

const BulkRecon = lazy(() => import('../../recon/BulkRecon'))

interface Props {
  entity: Entity
  selected: Set<string>
  filter: string
  total?: number
  everythingLoaded: boolean
  clear: () => void
}

/** What can be done with the selected rows, or with all that match. */
export function BulkBar({ entity, selected, filter, total, everythingLoaded, clear }: Props) {
  const { t } = useI18n()
  const [all, setAll] = useState(false)
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null)
  const count = all ? (total ?? selected.size) : selected.size
  const which = all ? { filter: filter || 'id:*' } : { ids: [...selected] }
  const done = () => {
    setDialog(null)
    clear()
  }
  return (
    <>
      <div className="bulk-bar" role="toolbar" aria-label={t('bulk.title')} data-testid={testid.list.bulkBar}>
        <strong>{t('bulk.selected', { n: count })}</strong>
        {everythingLoaded && total !== undefined && total > selected.size && (
          <Button type="link" size="small" onClick={() => setAll(!all)}>
            {all ? t('bulk.onlyLoaded', { n: selected.size }) : t('bulk.all', { n: total })}
          </Button>
        )}
        <Button size="small" icon={<Pencil size={13} />} onClick={() => setDialog('edit')} data-testid={testid.list.bulkEdit}>
          {t('bulk.edit')}
        </Button>
        {entity.name === 'accounts' && (
          <Suspense fallback={null}>
            <BulkRecon which={all ? { filter } : which} />
          </Suspense>
        )}
        <Button size="small" danger icon={<Trash2 size={13} />} onClick={() => setDialog('delete')} data-testid={testid.list.bulkDelete}>
          {t('act.delete')}
        </Button>
        <button type="button" className="icon-button" aria-label={t('bulk.clear')} onClick={clear}>
          <X size={14} />
        </button>
      </div>
      {dialog === 'edit' && <BulkEdit entity={entity} which={which} count={count} close={() => setDialog(null)} done={done} />}
      {dialog === 'delete' && <BulkDelete entity={entity} which={which} count={count} close={() => setDialog(null)} done={done} />}
    </>
  )
}

interface DialogProps {
  entity: Entity
  which: { ids?: string[]; filter?: string }
  count: number
  close: () => void
  done: () => void
}

function BulkEdit({ entity, which, count, close, done }: DialogProps) {
  const { t, label } = useI18n()
  const toasts = useToasts()
  const { bulk } = useWrites(entity.name)
  const [name, setName] = useState<string>()
  const [value, setValue] = useState<Cell>(null)
  const field = entity.fields.find((f) => f.name === name)
  const save = () => field && bulk.mutate({ ...which, set: { [field.name]: value } }, { onSuccess: done, onError: toasts.fail })
  return (
    <Modal open title={t('bulk.editTitle', { n: count })} onCancel={close} onOk={save} okText={t('bulk.apply', { n: count })} cancelText={t('act.cancel')} okButtonProps={{ disabled: !field, loading: bulk.isPending }} width={420}>
      <div className="stack">
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('filter.field')}
          aria-label={t('filter.field')}
          value={name}
          onChange={(n) => {
            setName(n)
            setValue(null)
          }}
          options={entity.fields.filter((f) => !f.unique && !fixed(entity, f.name)).map((f) => ({ value: f.name, label: label(f.label, f.name) }))}
        />
        {field && <CellInput key={field.name} field={field} value={value} onChange={setValue} />}
        {field && (value === null || value === '') && <small className="faint">{t('bulk.empties')}</small>}
      </div>
    </Modal>
  )
}

function BulkDelete({ entity, which, count, close, done }: DialogProps) {
  const { t } = useI18n()
  const problem = useProblem()
  const { bulk } = useWrites(entity.name)
  return (
    <Modal open title={t('bulk.deleteTitle', { n: count })} onCancel={close} onOk={() => bulk.mutate({ ...which, delete: true }, { onSuccess: done })} okText={t('act.delete')} cancelText={t('act.cancel')} okButtonProps={{ danger: true, loading: bulk.isPending, 'data-testid': testid.record.deleteConfirm }} width={420}>
      <p>{t('bulk.deleteText')}</p>
      {bulk.error && (
        <p className="error-note" role="alert">
          {problem(bulk.error)}
        </p>
      )}
    </Modal>
  )
}
