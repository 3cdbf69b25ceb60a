import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal, Select } from 'antd'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { createEntity } from '../api/homes'
import type { NativeKind as Kind } from '../api/homeTypes'
import { paths, useBranch, useGo } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { fieldName } from '../settings/fieldName'
import { testid } from '../testids'
import { bothLabels, NameRow, noName, useNameProblem, type Naming } from './NameRow'
import './catalog.css'

const kinds: Kind[] = ['text', 'integer', 'decimal', 'money', 'boolean', 'date', 'timestamp', 'reference', 'email', 'phone', 'url']

interface Draft {
  label: { zh: string; en: string }
  kind: Kind
  target?: string
}

/** Stored names for fields: from the English label, else numbered; never twice. */
export function namesOf(fields: Draft[]): string[] {
  const taken = new Set<string>(['id', 'created_at', 'updated_at'])
  return fields.map((f, i) => {
    const base = fieldName(f.label.en) || fieldName(f.label.zh) || 'field_' + (i + 1)
    let name = base
    for (let n = 2; taken.has(name); n++) name = base + '_' + n
    taken.add(name)
    return name
  })
}

/** A new entity of the lake's own, by hand; its first field is its title. */
export function NativeDialog({ close }: { close: () => void }) {
  const { t, label } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const schema = useSchema()
  const go = useGo()
  const client = useQueryClient()
  const [naming, setNaming] = useState<Naming>(noName)
  const [fields, setFields] = useState<Draft[]>([{ label: { zh: '名称', en: 'Name' }, kind: 'text' }])
  const wrong = useNameProblem(naming)
  const put = (i: number, d: Partial<Draft>) => setFields((list) => list.map((x, j) => (i === j ? { ...x, ...d } : x)))
  const create = useMutation({
    mutationFn: () => {
      const names = namesOf(fields)
      const list = fields.map((f, i) => ({
        name: names[i] ?? '',
        kind: f.kind,
        label: { zh: f.label.zh || f.label.en, en: f.label.en || f.label.zh },
        position: i + 1,
        ...(i === 0 ? { required: true } : {}),
        ...(f.kind === 'reference' ? { target: f.target, on_delete: 'clear' as const } : {}),
      }))
      return createEntity(branch, { name: naming.name, label: bothLabels(naming), title: names[0] ?? '', fields: list })
    },
    onSuccess: (e) => {
      void client.invalidateQueries({ queryKey: ['lake', branch] })
      close()
      go(paths.entity(e.name))
    },
  })
  const ready = naming.name !== '' && !wrong && fields.length > 0 && fields.every((f) => (f.label.zh || f.label.en) && (f.kind !== 'reference' || f.target))
  return (
    <Modal open title={t('create.native')} onCancel={close} onOk={() => create.mutate()} okText={t('act.create')} cancelText={t('act.cancel')} okButtonProps={{ disabled: !ready, loading: create.isPending, 'data-testid': testid.catalog.submit }} width={680}>
      <div className="stack" style={{ gap: 14 }}>
        <NameRow value={naming} change={setNaming} autoFocus />
        <div className="stack">
          <h2>{t('create.fields')}</h2>
          {fields.map((f, i) => (
            <div key={i} className="row">
              <Input value={f.label.zh} placeholder={t('field.labelZh')} aria-label={t('field.labelZh')} onChange={(e) => put(i, { label: { ...f.label, zh: e.target.value } })} />
              <Input value={f.label.en} placeholder={t('field.labelEn')} aria-label={t('field.labelEn')} onChange={(e) => put(i, { label: { ...f.label, en: e.target.value } })} />
              <Select value={f.kind} aria-label={t('field.kind')} disabled={i === 0} onChange={(kind: Kind) => put(i, { kind })} style={{ width: 120, flex: 'none' }} options={kinds.map((k) => ({ value: k, label: t(`field.kind.${k}`) }))} />
              {f.kind === 'reference' && <Select value={f.target} placeholder={t('field.target')} aria-label={t('field.target')} style={{ width: 130, flex: 'none' }} onChange={(target: string) => put(i, { target })} options={schema.entities.map((e) => ({ value: e.name, label: label(e.plural, e.name) }))} />}
              {i === 0 ? (
                <span className="pill" style={{ flex: 'none' }}>{t('declare.titleField')}</span>
              ) : (
                <button type="button" className="icon-button" aria-label={t('act.remove')} onClick={() => setFields((list) => list.filter((_, j) => j !== i))}>
                  <X size={14} />
                </button>
              )}
            </div>
          ))}
          <Button size="small" type="text" icon={<Plus size={13} />} onClick={() => setFields((list) => [...list, { label: { zh: '', en: '' }, kind: 'text' }])} style={{ alignSelf: 'start' }}>
            {t('field.add')}
          </Button>
        </div>
        {create.error && (
          <p className="error-note" role="alert">
            {problem(create.error)}
          </p>
        )}
      </div>
    </Modal>
  )
}
