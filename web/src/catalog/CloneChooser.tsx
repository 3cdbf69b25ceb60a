import { Modal, Select } from 'antd'
import { useState } from 'react'
import type { Entity } from '../api/types'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { CloneDialog } from './CloneDialog'

/** Asks of which entity a clone is wanted. */
export function CloneChooser({ close }: { close: () => void }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const [entity, setEntity] = useState<Entity>()
  if (entity) return <CloneDialog entity={entity} close={close} />
  return (
    <Modal open title={t('clone.which')} footer={null} onCancel={close} width={420}>
      <Select
        autoFocus
        defaultOpen
        style={{ width: '100%' }}
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('value.choose')}
        aria-label={t('clone.which')}
        options={schema.entities.filter((e) => !e.directory).map((e) => ({ value: e.name, label: label(e.plural, e.name) + ' · ' + e.name }))}
        onChange={(name: string) => setEntity(schema.entity(name))}
      />
    </Modal>
  )
}
