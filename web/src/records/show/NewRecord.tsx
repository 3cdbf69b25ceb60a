import { Button, Drawer } from 'antd'
import { useMemo, useState } from 'react'
import { Problem } from '../../api/problem'
import type { Cells, Entity, Field, Titles } from '../../api/types'
import { keyName } from '../../app/keys'
import { useProblem } from '../../app/useProblem'
import { useI18n } from '../../i18n'
import { problemText } from '../../i18n/problems'
import { useSession } from '../../session/useSession'
import { testid } from '../../testids'
import { CellInput } from '../inputs/CellInput'
import { isEmpty } from '../inputs/cell'
import { defaultFields } from '../list/columns'
import { useWrites } from '../useWrites'

interface Props {
  entity: Entity
  first?: Cells
  titles?: Titles
  close: () => void
  created: (id: string) => void
}

/** What a new record begins with: the defaults of its fields, and oneself as its owner. */
function start(entity: Entity, first: Cells | undefined, me: string | undefined): Cells {
  const cells: Cells = {}
  for (const f of entity.fields) {
    if (isEmpty(f.default)) continue
    cells[f.name] = f.kind === 'boolean' ? f.default === 'true' || f.default === true : f.default
  }
  if (entity.owner && me) cells[entity.owner] = me
  return { ...cells, ...first }
}

/** A drawer with the fields that matter first; the rest one click away. */
export function NewRecord({ entity, first, titles, close, created }: Props) {
  const { t, label, language } = useI18n()
  const { user } = useSession()
  const problem = useProblem()
  const { create } = useWrites(entity.name)
  const [cells, setCells] = useState(() => start(entity, first, user?.id))
  const [all, setAll] = useState(false)
  const usual = useMemo(() => {
    const wanted = new Set([entity.title, ...defaultFields(entity), ...entity.fields.filter((f) => f.required).map((f) => f.name), ...(entity.home.key ?? []), ...Object.keys(first ?? {})])
    return [...entity.fields].sort((a, b) => a.position - b.position).filter((f) => wanted.has(f.name))
  }, [entity, first])
  const rest = [...entity.fields].sort((a, b) => a.position - b.position).filter((f) => !usual.includes(f))
  const error = create.error
  const wrong = (f: Field) => {
    if (!(error instanceof Problem)) return undefined
    const v = error.violations.find((x) => x.field === f.name)
    if (v) return problemText(language, v.code, { field: label(f.label, f.name), value: v.value ?? '' })
    return error.params['field'] === f.name ? problem(error) : undefined
  }
  const known = { ...titles, users: { ...titles?.['users'], ...(user ? { [user.id]: user.name } : {}) } }
  const save = () => create.mutate(Object.fromEntries(Object.entries(cells).filter(([, c]) => !isEmpty(c))), { onSuccess: (r) => (close(), created(r.id)) })
  const input = (f: Field, i: number) => (
    <label key={f.name} className="form-field">
      <span>
        {label(f.label, f.name)}
        {f.required && <span className="required" aria-hidden> *</span>}
      </span>
      <CellInput field={f} value={cells[f.name]} onChange={(c) => setCells((s) => ({ ...s, [f.name]: c }))} autoFocus={i === 0} titles={known} />
      {wrong(f) && (
        <span className="danger" role="alert">
          {wrong(f)}
        </span>
      )}
    </label>
  )
  const elsewhere = error && !entity.fields.some((f) => wrong(f))
  return (
    <Drawer
      open
      title={t('list.new', { entity: label(entity.label, entity.name) })}
      onClose={close}
      size={440}
      footer={
        <div className="row">
          <span className="faint grow wide-only">{keyName('mod')}Enter</span>
          <Button onClick={close}>{t('act.cancel')}</Button>
          <Button type="primary" loading={create.isPending} onClick={save} data-testid={testid.record.saveNew}>
            {t('act.create')}
          </Button>
        </div>
      }
    >
      <div className="stack" style={{ gap: 14 }} onKeyDown={(e) => e.key === 'Enter' && (e.metaKey || e.ctrlKey) && save()}>
        {usual.map(input)}
        {all ? rest.map((f) => input(f, -1)) : rest.length > 0 && <Button type="text" onClick={() => setAll(true)}>{t('record.moreFields', { n: rest.length })}</Button>}
        {elsewhere && (
          <p className="error-note" role="alert">
            {problem(error)}
          </p>
        )}
      </div>
    </Drawer>
  )
}
