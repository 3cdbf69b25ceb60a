import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import type { Cells, Entity, LakeRecord } from '../../api/types'
import { keyName } from '../../app/keys'
import { useProblem } from '../../app/useProblem'
import { useI18n } from '../../i18n'
import { useSession } from '../../session/useSession'
import { testid } from '../../testids'
import { useSchema } from '../schema'
import { useWrites } from '../useWrites'

/** The first line, or as much of it as fits a subject. */
export function subjectOf(note: string): string {
  const line = [...(note.trim().split('\n')[0] ?? '')]
  return line.length <= 60 ? line.join('') : line.slice(0, 59).join('') + '…'
}

/** A note is written where one reads; it becomes an activity of the record. */
export function NoteComposer({ entity, record, field }: { entity: Entity; record: LakeRecord; field: string }) {
  const { t, label } = useI18n()
  const { user } = useSession()
  const schema = useSchema()
  const problem = useProblem()
  const { create } = useWrites('activities')
  const key = 'headwater.note.' + record.id
  const [note, setNote] = useState(() => sessionStorage.getItem(key) ?? '')
  const [kind, setKind] = useState('note')
  const change = (s: string) => {
    setNote(s)
    if (s) sessionStorage.setItem(key, s)
    else sessionStorage.removeItem(key)
  }
  const save = () => {
    const body = note.trim()
    if (!body || create.isPending) return
    const wanted: Cells = { subject: subjectOf(body), body, kind, happened_at: new Date().toISOString(), done: true, owner: user?.id, [field]: record.id }
    // A note on a deal or a contact belongs to its account as well.
    if (field !== 'account' && entity.fields.some((f) => f.name === 'account')) wanted['account'] = record.cells['account']
    const cells = Object.fromEntries(Object.entries(wanted).filter(([name, c]) => c !== undefined && c !== null && schema.field('activities', name)))
    create.mutate(cells, { onSuccess: () => change('') })
  }
  const kinds = schema.field('activities', 'kind')?.options ?? []
  return (
    <div className="composer">
      <Input.TextArea
        value={note}
        onChange={(e) => change(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) {
            e.preventDefault()
            save()
          }
        }}
        placeholder={t('record.notePlaceholder')}
        aria-label={t('record.note')}
        autoSize={{ minRows: 2, maxRows: 12 }}
        variant="borderless"
        data-testid={testid.record.note}
      />
      <div className="row composer-foot">
        <Select size="small" variant="filled" value={kind} onChange={setKind} aria-label={label(schema.field('activities', 'kind')?.label)} options={kinds.map((o) => ({ value: o.name, label: label(o.label, o.name) }))} popupMatchSelectWidth={false} />
        <span className="grow" />
        {create.error && (
          <span className="danger" role="alert">
            {problem(create.error)}
          </span>
        )}
        <span className="faint wide-only">{keyName('mod')}Enter</span>
        <Button size="small" type="primary" disabled={!note.trim()} loading={create.isPending} onClick={save} data-testid={testid.record.noteSave}>
          {t('record.noteSave')}
        </Button>
      </div>
    </div>
  )
}
