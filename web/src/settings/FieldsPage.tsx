import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { removeField } from '../api/records'
import type { Field } from '../api/types'
import { MAIN, useBranch } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import { bySection, useSectionName } from '../records/show/Facts'
import { useSchemaQuery } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { FieldDialog } from './FieldDialog'
import './settings.css'

/** The fields of every entity; they belong to the branch that is shown. */
export default function FieldsPage() {
  const { t, label } = useI18n()
  const branch = useBranch()
  const rights = useRights()
  const client = useQueryClient()
  const toasts = useToasts()
  const { schema } = useSchemaQuery()
  const sectionName = useSectionName()
  const [params, setParams] = useSearchParams()
  const entities = schema.entities.filter((e) => !e.directory)
  const entity = schema.entity(params.get('entity') ?? '') ?? entities[0]
  const [dialog, setDialog] = useState<Field | 'new' | null>(null)
  const refresh = () => void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' })
  const remove = useMutation({ mutationFn: (f: Field) => removeField(branch, entity?.name ?? '', f.name), onSuccess: refresh, onError: toasts.fail })
  if (!entity) return null
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('nav.fields')}</h1>
        <Segmented
          value={entity.name}
          onChange={(e: string) =>
            setParams((p) => {
              const next = new URLSearchParams(p)
              next.set('entity', e)
              return next
            })
          }
          options={entities.map((e) => ({ value: e.name, label: label(e.plural, e.name) }))}
        />
        <span className="grow" />
        {rights.schema && (
          <Button type="primary" icon={<Plus size={15} />} onClick={() => setDialog('new')} data-testid={testid.settings.addField}>
            {t('field.add')}
          </Button>
        )}
      </div>
      <div className="page-body">
        {branch !== MAIN && <p className="info-note">{t('field.onBranch', { branch })}</p>}
        {bySection(entity.fields).map((s) => (
          <section key={s.name} style={{ marginBottom: 20 }}>
            <h2 className="soft">{sectionName(s.name)}</h2>
            <table className="plain-table">
              <tbody>
                {s.fields.map((f) => (
                  <tr key={f.name}>
                    <td style={{ width: '26%' }}>
                      <strong>{label(f.label, f.name)}</strong>
                    </td>
                    <td style={{ width: '22%' }}>
                      <code className="faint">{f.name}</code>
                    </td>
                    <td>
                      {t(`field.kind.${f.kind}`)}
                      {f.target && ' → ' + label(schema.entity(f.target)?.plural, f.target)}
                      {f.options && f.options.length > 0 && <span className="faint"> {t('field.options', { n: f.options.length })}</span>}
                    </td>
                    <td>
                      <span className="row wrap">
                        {f.required && <span className="pill">{t('field.required')}</span>}
                        {f.unique && <span className="pill">{t('field.unique')}</span>}
                        {f.custom && <span className="pill info">{t('field.custom')}</span>}
                      </span>
                    </td>
                    {rights.schema && (
                      <td className="num" style={{ whiteSpace: 'nowrap' }}>
                        <button type="button" className="icon-button" aria-label={t('record.editField', { field: label(f.label, f.name) })} onClick={() => setDialog(f)}>
                          <Pencil size={14} />
                        </button>
                        {f.custom && (
                          <button type="button" className="icon-button" aria-label={t('field.remove', { field: label(f.label, f.name) })} onClick={() => remove.mutate(f)}>
                            <Trash2 size={14} />
                          </button>
                        )}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
      {dialog && (
        <FieldDialog
          entity={entity}
          field={dialog === 'new' ? undefined : dialog}
          close={() => setDialog(null)}
          saved={() => {
            setDialog(null)
            refresh()
            toasts.done(t('act.saved'))
          }}
        />
      )}
    </div>
  )
}
