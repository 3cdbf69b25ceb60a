import { useQuery } from '@tanstack/react-query'
import { Checkbox, Input, Select, Switch } from 'antd'
import { previewTable } from '../api/homes'
import type { EntityDraft } from '../api/homeTypes'
import { useBranch } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import type { DraftEdit } from './drafts'
import { RowsPreview } from './RowsPreview'

interface Props {
  source: string
  table: string
  proposal: EntityDraft
  draft: EntityDraft
  /** The source can give any column as the text that it writes. */
  texts: boolean
  /** Columns that will point to another table of this list, or did already. */
  links: Record<string, string>
  wrong?: 'bad' | 'taken'
  edit: DraftEdit
  change: (e: DraftEdit) => void
}

/** One table's proposal: names, key, title, fields and where they point, and its first rows. */
export function DraftForm({ source, table, proposal, draft: d, texts, links, wrong, edit, change }: Props) {
  const { t, label } = useI18n()
  const branch = useBranch()
  const schema = useSchema()
  const rows = useQuery({ queryKey: ['lake', branch, 'source-rows', source, table], queryFn: ({ signal }) => previewTable(branch, source, table, signal), staleTime: 60_000 })
  const put = (e: Partial<DraftEdit>) => change({ ...edit, ...e })
  const options = d.fields.map((f) => ({ value: f.name, label: label(f.label, f.name) + (f.label.zh === f.name ? '' : ' · ' + f.name) }))
  const leftOut = edit.leftOut ?? []
  const asText = edit.text ?? []
  return (
    <div className="stack draft-form" style={{ gap: 14 }}>
      <div className="three">
        <label className="form-field">
          <span>{t('declare.name')}</span>
          <Input value={d.name} status={wrong ? 'error' : undefined} onChange={(e) => put({ name: e.target.value })} data-testid={testid.sources.draftName} />
          {wrong && <small className="danger">{t(wrong === 'bad' ? 'declare.nameRule' : 'declare.nameTaken')}</small>}
        </label>
        <label className="form-field">
          <span>{t('field.labelZh')}</span>
          <Input value={d.label.zh} onChange={(e) => put({ label: { ...d.label, zh: e.target.value } })} data-testid={testid.sources.draftLabel} />
        </label>
        <label className="form-field">
          <span>{t('field.labelEn')}</span>
          <Input value={d.label.en} onChange={(e) => put({ label: { ...d.label, en: e.target.value } })} />
        </label>
      </div>
      <div className="two">
        <label className="form-field">
          <span>{t('declare.key')}</span>
          <Select mode="multiple" value={d.key} options={options} onChange={(key: string[]) => put({ key })} placeholder={t('declare.noKey')} data-testid={testid.sources.draftKey} />
          <KeyNote draft={d} />
        </label>
        <label className="form-field">
          <span>{t('declare.titleField')}</span>
          <Select value={d.title} options={options} showSearch={{ optionFilterProp: 'label' }} onChange={(title: string) => put({ title })} />
          <small className="faint">{t('declare.titleHint')}</small>
        </label>
      </div>
      <label className="row">
        <Switch size="small" checked={d.open} onChange={(open) => put({ open })} />
        <span>
          {t('declare.open')} <span className="faint">{t(d.open ? 'declare.openOn' : 'declare.openOff')}</span>
        </span>
      </label>
      <section>
        <h2>{t('declare.fields', { n: d.fields.length, all: proposal.fields.length })}</h2>
        <div className="draft-fields" tabIndex={0} role="region" aria-label={t('declare.fieldsOf')}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col" className="check" />
                <th scope="col">{t('declare.column')}</th>
                <th scope="col">{t('field.kind')}</th>
                <th scope="col">{t('declare.label')}</th>
                <th scope="col">{t('field.target')}</th>
              </tr>
            </thead>
            <tbody>
              {proposal.fields.map((f) => {
                const out = leftOut.includes(f.name)
                const text = (edit.fieldLabels?.[f.name] ?? f.label).zh
                return (
                  <tr key={f.name} className={out ? 'left-out' : ''}>
                    <td className="check">
                      <Checkbox checked={!out} aria-label={f.column} onChange={(e) => put({ leftOut: e.target.checked ? leftOut.filter((x) => x !== f.name) : [...leftOut, f.name] })} />
                    </td>
                    <td>
                      <code>{f.column}</code>
                    </td>
                    <td className="faint" title={f.type}>
                      {texts && narrow(f.type) && !f.target ? (
                        <Select
                          size="small"
                          variant="borderless"
                          value={asText.includes(f.column) ? 'text' : 'own'}
                          disabled={out}
                          aria-label={t('field.kind') + ' ' + f.column}
                          options={[
                            { value: 'own', label: t(`field.kind.${f.kind}`) },
                            { value: 'text', label: t('declare.asText') },
                          ]}
                          onChange={(v) => put({ text: v === 'text' ? [...asText, f.column] : asText.filter((x) => x !== f.column) })}
                        />
                      ) : (
                        t(`field.kind.${f.kind}`)
                      )}
                    </td>
                    <td>
                      <Input size="small" value={text} disabled={out} aria-label={t('declare.label') + ' ' + f.column} onChange={(e) => put({ fieldLabels: { ...edit.fieldLabels, [f.name]: { zh: e.target.value, en: f.label.en } } })} />
                    </td>
                    <td>{f.target ? <span className="pill info">{'→ ' + label(schema.entity(f.target)?.plural, f.target)}</span> : links[f.column] ? <span className="pill info">{'→ ' + links[f.column]}</span> : ''}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      </section>
      <section>
        <h2>{t('source.firstRows')}</h2>
        <RowsPreview preview={rows.data} />
      </section>
    </div>
  )
}

/** Types that don't hold all that a source's column may: NaN, infinite or very long ago. */
const narrow = (type: string) => /^(DECIMAL|DATE|TIMESTAMP)/.test(type)

/** What is known about the key: unique, not unique, not yet asked, or none. */
function KeyNote({ draft: d }: { draft: EntityDraft }) {
  const { t } = useI18n()
  if (d.key.length === 0) return <small className="warn-line">{t('declare.keyless')}</small>
  if (d.key_unique === true) return <small className="added">{t('declare.unique')}</small>
  if (d.key_unique === false) return <small className="danger">{t('declare.notUnique')}</small>
  return <small className="faint">{t('declare.unchecked')}</small>
}
