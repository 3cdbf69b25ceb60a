import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Drawer, Input, Select } from 'antd'
import { useState } from 'react'
import { createEntity } from '../api/homes'
import { uploadFile } from '../api/imports'
import type { NativeKind as Kind } from '../api/homeTypes'
import type { Upload } from '../api/types'
import { useBranch, useGo } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { DropZone } from '../imports/FileStep'
import { fieldName } from '../settings/fieldName'
import { testid } from '../testids'
import { fieldsOf, type FileField } from './fileFields'
import { bothLabels, NameRow, noName, useNameProblem, type Naming } from './NameRow'
import '../imports/imports.css'
import './catalog.css'

const kinds: Kind[] = ['text', 'integer', 'decimal', 'money', 'boolean', 'date', 'timestamp', 'email', 'phone', 'url']

/** A new entity with the columns of a file; the import goes on with its rows. */
export default function FileDialog({ close }: { close: () => void }) {
  const { t } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const go = useGo()
  const client = useQueryClient()
  const [naming, setNaming] = useState<Naming>(noName)
  const [upload, setUpload] = useState<Upload>()
  const [fields, setFields] = useState<FileField[]>([])
  const [title, setTitle] = useState('')
  const wrong = useNameProblem(naming)
  const send = useMutation({
    mutationFn: uploadFile,
    onSuccess: (u) => {
      const list = fieldsOf(u.columns)
      setUpload(u)
      setFields(list)
      setTitle(list.find((f) => f.kind === 'text')?.name ?? list[0]?.name ?? '')
      const base = u.name.replace(/\.[^.]+$/, '')
      setNaming({ name: fieldName(base), named: fieldName(base) !== '', label: { zh: base, en: base } })
    },
  })
  const put = (i: number, f: Partial<FileField>) => setFields((list) => list.map((x, j) => (i === j ? { ...x, ...f } : x)))
  const used = fields.filter((f) => f.use)
  const create = useMutation({
    mutationFn: () =>
      createEntity(branch, {
        name: naming.name,
        label: bothLabels(naming),
        title: used.some((f) => f.name === title) ? title : (used[0]?.name ?? ''),
        fields: used.map((f, i) => ({ name: f.name, kind: f.kind, label: { zh: f.label, en: f.label }, position: i + 1 })),
      }),
    onSuccess: (e) => {
      void client.invalidateQueries({ queryKey: ['lake', branch] })
      close()
      go('/imports/new?' + new URLSearchParams({ entity: e.name, upload: upload?.upload ?? '' }))
    },
  })
  return (
    <Drawer
      open
      title={t('create.file')}
      onClose={close}
      size={760}
      footer={
        <div className="row">
          <span className="grow faint">{upload && t('create.fileNext')}</span>
          <Button onClick={close}>{t('act.cancel')}</Button>
          <Button type="primary" loading={create.isPending} disabled={!upload || naming.name === '' || wrong !== undefined || used.length === 0} onClick={() => create.mutate()} data-testid={testid.catalog.submit}>
            {t('create.fileNow')}
          </Button>
        </div>
      }
    >
      {!upload ? (
        <>
          <DropZone take={(f) => send.mutate(f)} busy={send.isPending} />
          {send.error && (
            <p className="error-note" role="alert">
              {problem(send.error)}
            </p>
          )}
        </>
      ) : (
        <div className="stack" style={{ gap: 14 }}>
          <NameRow value={naming} change={setNaming} autoFocus />
          <label className="form-field">
            <span>{t('declare.titleField')}</span>
            <Select value={title} options={used.map((f) => ({ value: f.name, label: f.label }))} onChange={setTitle} style={{ maxWidth: 260 }} />
          </label>
          <table className="plain-table file-fields">
            <thead>
              <tr>
                <th scope="col" />
                <th scope="col">{t('import.column')}</th>
                <th scope="col">{t('field.kind')}</th>
                <th scope="col">{t('field.name')}</th>
                <th scope="col">{t('import.samples')}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((f, i) => (
                <tr key={i}>
                  <td style={{ width: 34 }}>
                    <Checkbox checked={f.use} aria-label={f.label} onChange={(e) => put(i, { use: e.target.checked })} />
                  </td>
                  <td>
                    <Input size="small" value={f.label} aria-label={t('declare.label')} onChange={(e) => put(i, { label: e.target.value })} />
                  </td>
                  <td>
                    <Select size="small" value={f.kind} aria-label={t('field.kind')} onChange={(kind: Kind) => put(i, { kind })} style={{ width: 110 }} options={kinds.map((k) => ({ value: k, label: t(`field.kind.${k}`) }))} />
                  </td>
                  <td>
                    <code className="faint">{f.name}</code>
                  </td>
                  <td className="faint clip" style={{ maxWidth: 200 }}>
                    {f.samples.slice(0, 3).join('、')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {create.error && (
            <p className="error-note" role="alert">
              {problem(create.error)}
            </p>
          )}
        </div>
      )}
    </Drawer>
  )
}
