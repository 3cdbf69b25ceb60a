import { useState } from 'react'
import type { Cell, Field, Titles } from '../../api/types'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { CellInput } from '../inputs/CellInput'
import { CellView } from '../inputs/CellView'
import { isEmpty } from '../inputs/cell'
import { useDraft } from '../list/useDraft'

interface Props {
  field: Field
  cell: Cell
  titles: Titles
  mayEdit: boolean
  save: (c: Cell) => void
}

/** A value that turns into its input when one clicks it, and is saved at once. */
export function FieldValue({ field, cell, titles, mayEdit, save }: Props) {
  const { t, label } = useI18n()
  const [editing, setEditing] = useState(false)
  if (editing) return <Editor field={field} cell={cell} titles={titles} save={save} leave={() => setEditing(false)} />
  const shown = isEmpty(cell) ? <span className="faint">{mayEdit ? t('record.addValue') : '—'}</span> : <CellView field={field} cell={cell} titles={titles} />
  if (!mayEdit) return <div className={'fact-value' + (field.long ? ' long' : '')} data-testid={testid.record.field(field.name)}>{shown}</div>
  return (
    <div
      className={'fact-value editable' + (field.long ? ' long' : '') + (isEmpty(cell) ? ' empty' : '')}
      role="button"
      tabIndex={0}
      aria-label={t('record.editField', { field: label(field.label, field.name) })}
      onClick={(e) => !(e.target as HTMLElement).closest('a') && setEditing(true)}
      onKeyDown={(e) => {
        if (e.target === e.currentTarget && (e.key === 'Enter' || e.key === 'e')) {
          e.preventDefault()
          setEditing(true)
        }
      }}
      data-testid={testid.record.field(field.name)}
    >
      {shown}
    </div>
  )
}

function Editor({ field, cell, titles, save, leave }: { field: Field; cell: Cell; titles: Titles; save: (c: Cell) => void; leave: () => void }) {
  const draft = useDraft(cell, save, leave)
  return <CellInput field={field} value={draft.value} onChange={draft.set} onCommit={draft.commit} onCancel={draft.cancel} titles={titles} autoFocus open />
}
