import { Input } from 'antd'
import type { Label } from '../api/types'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { fieldName } from '../settings/fieldName'
import { goodEntityName } from '../sources/drafts'
import { testid } from '../testids'

export interface Naming {
  name: string
  label: Label
  named: boolean // the name was typed, so the label doesn't change it any more
}

export const noName: Naming = { name: '', label: { zh: '', en: '' }, named: false }

/** Both labels, each standing in for the other. */
export const bothLabels = (n: Naming): Label => ({ zh: n.label.zh || n.label.en || n.name, en: n.label.en || n.label.zh || n.name })

export function useNameProblem(n: Naming): 'bad' | 'taken' | undefined {
  const schema = useSchema()
  if (n.name === '') return undefined
  return !goodEntityName(n.name) ? 'bad' : schema.entity(n.name) ? 'taken' : undefined
}

/** What a new entity is called: for people in two languages, and in SQL. */
export function NameRow({ value: v, change, autoFocus }: { value: Naming; change: (n: Naming) => void; autoFocus?: boolean }) {
  const { t } = useI18n()
  const wrong = useNameProblem(v)
  const relabel = (label: Label) => change({ ...v, label, name: v.named ? v.name : fieldName(label.en) })
  return (
    <div className="name-row">
      <label className="form-field">
        <span>{t('field.labelZh')}</span>
        <Input autoFocus={autoFocus} value={v.label.zh} onChange={(e) => relabel({ ...v.label, zh: e.target.value })} data-testid={testid.catalog.labelZh} />
      </label>
      <label className="form-field">
        <span>{t('field.labelEn')}</span>
        <Input value={v.label.en} onChange={(e) => relabel({ ...v.label, en: e.target.value })} data-testid={testid.catalog.labelEn} />
      </label>
      <label className="form-field">
        <span>{t('declare.name')}</span>
        <Input value={v.name} status={wrong ? 'error' : undefined} spellCheck={false} onChange={(e) => change({ ...v, name: e.target.value, named: true })} data-testid={testid.catalog.name} />
        {wrong && <small className="danger">{t(wrong === 'bad' ? 'declare.nameRule' : 'declare.nameTaken')}</small>}
      </label>
    </div>
  )
}
