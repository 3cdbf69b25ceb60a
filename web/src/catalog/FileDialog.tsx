import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Drawer, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { createEntity, dropFile, updateEntity } from '../api/homes'
import type { NativeKind as Kind } from '../api/homeTypes'
import { uploadFile } from '../api/imports'
import type { Upload } from '../api/types'
import { paths, useBranch, useGo } from '../app/navigation'
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
const importable = /\.(csv|tsv|txt|xlsx)$/i

/** A new entity from a file: read in place at once, or made of records by an import. */
export default function FileDialog({ close }: { close: () => void }) {
  const { t } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const go = useGo()
  const client = useQueryClient()
  const [file, setFile] = useState<File>()
  const [way, setWay] = useState<'read' | 'import'>('read')
  const [naming, setNaming] = useState<Naming>(noName)
  const [upload, setUpload] = useState<Upload>()
  const [fields, setFields] = useState<FileField[]>([])
  const [title, setTitle] = useState('')
  const wrong = useNameProblem(naming)
  const take = (f: File) => {
    const base = f.name.replace(/\.[^.]+$/, '')
    setFile(f)
    setNaming({ name: fieldName(base), named: fieldName(base) !== '', label: { zh: base, en: base } })
  }
  const send = useMutation({
    mutationFn: uploadFile,
    onSuccess: (u) => {
      const list = fieldsOf(u.columns)
      setUpload(u)
      setFields(list)
      setTitle(list.find((f) => f.kind === 'text')?.name ?? list[0]?.name ?? '')
    },
  })
  const turn = (to: 'read' | 'import') => {
    setWay(to)
    if (to === 'import' && file && !upload && !send.isPending) send.mutate(file)
  }
  const used = fields.filter((f) => f.use)
  const label = bothLabels(naming)
  const create = useMutation({
    mutationFn: async () => {
      if (way === 'import') {
        const chosen = used.some((f) => f.name === title) ? title : (used[0]?.name ?? '')
        return createEntity(branch, { name: naming.name, label, title: chosen, fields: used.map((f, i) => ({ name: f.name, kind: f.kind, label: { zh: f.label, en: f.label }, position: i + 1 })) })
      }
      const made = (await dropFile(branch, file as File, naming.name)).items[0]
      if (!made) throw new Error('no entity was made')
      return updateEntity(branch, made.name, { label, plural: label })
    },
    onSuccess: (e) => {
      void client.invalidateQueries({ queryKey: ['lake', branch] })
      close()
      go(way === 'import' ? '/imports/new?' + new URLSearchParams({ entity: e.name, upload: upload?.upload ?? '' }) : paths.entity(e.name))
    },
  })
  const ready = file && naming.name !== '' && !wrong && (way === 'read' || used.length > 0)
  const error = create.error ?? (way === 'import' ? send.error : null)
  return (
    <Drawer
      open
      title={t('create.file')}
      onClose={close}
      size={760}
      footer={
        <div className="row">
          <span className="grow faint">{way === 'import' && upload && t('create.fileNext')}</span>
          <Button onClick={close}>{t('act.cancel')}</Button>
          <Button type="primary" loading={create.isPending} disabled={!ready} onClick={() => create.mutate()} data-testid={testid.catalog.submit}>
            {t(way === 'import' ? 'create.fileNow' : 'act.create')}
          </Button>
        </div>
      }
    >
      {!file ? (
        <DropZone take={take} busy={false} accept=".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson,.parquet" text={t('create.fileKinds')} />
      ) : (
        <div className="stack" style={{ gap: 14 }}>
          <p>
            <strong>{file.name}</strong>
          </p>
          <Radio.Group value={way} onChange={(e) => turn(e.target.value as 'read' | 'import')} style={{ display: 'flex', flexDirection: 'column', gap: 6 }}>
            <Radio value="read">
              {t('create.fileRead')} <span className="faint">{t('create.fileReadText')}</span>
            </Radio>
            <Radio value="import" disabled={!importable.test(file.name)}>
              {t('create.fileImport')} <span className="faint">{t('create.fileImportText')}</span>
            </Radio>
          </Radio.Group>
          <NameRow value={naming} change={setNaming} autoFocus />
          {way === 'import' && send.isPending && <span className="skeleton" style={{ width: '50%' }} />}
          {way === 'import' && upload && <Fields fields={fields} change={setFields} title={title} setTitle={setTitle} />}
          {error && (
            <p className="error-note" role="alert">
              {problem(error)}
            </p>
          )}
        </div>
      )}
    </Drawer>
  )
}

interface FieldsProps {
  fields: FileField[]
  change: (f: FileField[]) => void
  title: string
  setTitle: (name: string) => void
}

/** The fields that the columns become. */
function Fields({ fields, change, title, setTitle }: FieldsProps) {
  const { t } = useI18n()
  const put = (i: number, f: Partial<FileField>) => change(fields.map((x, j) => (i === j ? { ...x, ...f } : x)))
  return (
    <>
      <label className="form-field">
        <span>{t('declare.titleField')}</span>
        <Select value={title} options={fields.filter((f) => f.use).map((f) => ({ value: f.name, label: f.label }))} onChange={setTitle} style={{ maxWidth: 260 }} />
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
    </>
  )
}
