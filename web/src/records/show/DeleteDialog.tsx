import { Modal, Radio } from 'antd'
import { useState } from 'react'
import { Problem } from '../../api/problem'
import type { Entity, LakeRecord, OnDelete } from '../../api/types'
import { useProblem } from '../../app/useProblem'
import { useI18n, type TextKey } from '../../i18n'
import { testid } from '../../testids'
import { useSchema } from '../schema'
import { useWrites } from '../useWrites'
import { useReferences } from './Related'

const modes: { mode: OnDelete; title: TextKey; text: TextKey }[] = [
  { mode: 'restrict', title: 'delete.restrict', text: 'delete.restrictText' },
  { mode: 'clear', title: 'delete.clear', text: 'delete.clearText' },
  { mode: 'cascade', title: 'delete.cascade', text: 'delete.cascadeText' },
]

/** Says what points here before anything is lost. */
export function DeleteDialog({ entity, record, close, deleted }: { entity: Entity; record: LakeRecord; close: () => void; deleted: () => void }) {
  const { t, label } = useI18n()
  const problem = useProblem()
  const schema = useSchema()
  const { data, isPending } = useReferences(entity.name, record.id)
  const { remove } = useWrites(entity.name)
  const [mode, setMode] = useState<OnDelete>('restrict')
  const fromServer = remove.error instanceof Problem ? remove.error.violations.filter((v) => v.field && v.count).map((v) => ({ entity: v.entity, field: v.field ?? '', count: v.count ?? 0 })) : []
  const refs = (data ?? []).filter((r) => r.count > 0)
  const shown = refs.length > 0 ? refs : fromServer
  return (
    <Modal
      open
      title={t('delete.title', { title: String(record.cells[entity.title] ?? label(entity.label)) })}
      onCancel={close}
      onOk={() => remove.mutate({ id: record.id, references: mode }, { onSuccess: deleted })}
      okText={t('act.delete')}
      cancelText={t('act.cancel')}
      okButtonProps={{ danger: true, loading: remove.isPending || isPending, disabled: shown.length > 0 && mode === 'restrict', 'data-testid': testid.record.deleteConfirm }}
      width={460}
    >
      <div className="stack">
        {shown.length === 0 && <p>{t('delete.free')}</p>}
        {shown.length > 0 && (
          <>
            <p>{t('delete.pointed')}</p>
            <ul style={{ margin: 0, paddingInlineStart: 20 }}>
              {shown.map((r) => (
                <li key={r.entity + r.field}>
                  {t('delete.count', { n: r.count, entity: label(schema.entity(r.entity)?.plural, r.entity), field: label(schema.field(r.entity, r.field)?.label, r.field) })}
                </li>
              ))}
            </ul>
            <Radio.Group value={mode} onChange={(e) => setMode(e.target.value as OnDelete)} style={{ display: 'flex', flexDirection: 'column', gap: 8 }}>
              {modes.map((m) => (
                <Radio key={m.mode} value={m.mode} data-testid={testid.record.deleteMode(m.mode)}>
                  <strong>{t(m.title)}</strong> <span className="soft">{t(m.text)}</span>
                </Radio>
              ))}
            </Radio.Group>
          </>
        )}
        {remove.error && (
          <p className="error-note" role="alert">
            {problem(remove.error)}
          </p>
        )}
      </div>
    </Modal>
  )
}
