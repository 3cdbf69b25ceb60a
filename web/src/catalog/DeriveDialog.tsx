import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Drawer, Select } from 'antd'
import { Play } from 'lucide-react'
import { useState } from 'react'
import { deriveEntity } from '../api/homes'
import type { Keep } from '../api/homeTypes'
import { runQuery } from '../api/sql'
import { paths, useBranch, useGo } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { Editor } from '../sql/Editor'
import { RowsPreview } from '../sources/RowsPreview'
import { testid } from '../testids'
import { KeepChoice } from './KeepChoice'
import { bothLabels, NameRow, noName, useNameProblem, type Naming } from './NameRow'
import { ShapeTable } from './ShapeTable'
import { useShape } from './useShape'
import '../sql/sql.css'
import './catalog.css'

/** A new entity from a SELECT: live, or kept as a copy. */
export default function DeriveDialog({ close, sql: first = '' }: { close: () => void; sql?: string }) {
  const { t } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const schema = useSchema()
  const go = useGo()
  const client = useQueryClient()
  const [naming, setNaming] = useState<Naming>(noName)
  const [sql, setSql] = useState(first)
  const [key, setKey] = useState<string[]>()
  const [keep, setKeep] = useState<Keep | null>(null)
  const wrong = useNameProblem(naming)
  const shape = useShape(sql)
  const columns = shape.error ? [] : (shape.data?.columns ?? [])
  const chosenKey = (key ?? (columns[0]?.name === 'id' ? ['id'] : [])).filter((k) => columns.some((c) => c.name === k))
  const preview = useMutation({ mutationFn: () => runQuery({ branch }, `SELECT * FROM (\n${shape.text}\n) LIMIT 20`, crypto.randomUUID()), retry: false })
  const derive = useMutation({
    mutationFn: () => deriveEntity(branch, { name: naming.name, label: bothLabels(naming), sql: shape.text, key: chosenKey.length > 0 ? chosenKey : undefined, keep: keep ?? undefined }),
    onSuccess: (e) => {
      void client.invalidateQueries({ queryKey: ['lake', branch] })
      close()
      go(paths.entity(e.name))
    },
  })
  const ready = naming.name !== '' && !wrong && columns.length > 0 && !shape.error
  return (
    <Drawer
      open
      title={t('create.derive')}
      onClose={close}
      size={860}
      footer={
        <div className="row">
          <span className="grow" />
          <Button onClick={close}>{t('act.cancel')}</Button>
          <Button type="primary" loading={derive.isPending} disabled={!ready} onClick={() => derive.mutate()} data-testid={testid.catalog.submit}>
            {t('act.create')}
          </Button>
        </div>
      }
    >
      <div className="stack derive-editor" style={{ gap: 14 }}>
        <p className="soft">{t('derive.intro')}</p>
        <Editor value={sql} onChange={setSql} run={() => columns.length > 0 && preview.mutate()} entities={schema.entities} />
        {shape.error && (
          <p className="error-note" role="alert">
            {problem(shape.error)}
          </p>
        )}
        <section>
          <div className="row">
            <h2 className="grow">{t('derive.columns')}</h2>
            <Button size="small" icon={<Play size={12} />} disabled={columns.length === 0} loading={preview.isPending} onClick={() => preview.mutate()}>
              {t('derive.preview')}
            </Button>
          </div>
          {columns.length === 0 ? <p className="faint">{t('derive.noColumns')}</p> : <ShapeTable shape={{ columns, reads: shape.data?.reads ?? [] }} />}
          {preview.error && (
            <p className="error-note" role="alert">
              {problem(preview.error)}
            </p>
          )}
          {preview.data && <RowsPreview preview={preview.data} />}
        </section>
        <NameRow value={naming} change={setNaming} />
        <label className="form-field">
          <span>{t('declare.key')}</span>
          <Select mode="multiple" value={chosenKey} options={columns.map((c) => ({ value: c.name, label: c.name }))} onChange={(k: string[]) => setKey(k)} placeholder={t('declare.noKey')} data-testid={testid.catalog.key} />
          <small className="faint">{t('derive.keyHint')}</small>
        </label>
        <section className="stack">
          <h2>{t('keep.title')}</h2>
          <KeepChoice keep={keep} change={setKeep} growing={columns.filter((c) => c.kind === 'integer' || c.kind === 'date' || c.kind === 'timestamp').map((c) => ({ value: c.name, label: c.name }))} />
        </section>
        {derive.error && (
          <p className="error-note" role="alert">
            {problem(derive.error)}
          </p>
        )}
      </div>
    </Drawer>
  )
}
