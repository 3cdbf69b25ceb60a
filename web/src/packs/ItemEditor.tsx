import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Segmented } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { packItem, packSchema, putPackItem, removePackItem, resetPackItem, type PackItem, type PackProblem, type Schema } from '../api/packs'
import { Failure } from '../app/Failure'
import { useBranch, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/packs'
import { testid } from '../testids'
import { Form } from './Form'
import { ProblemList, problemsOf } from './ProblemList'
import { emptyOf, entryOf } from './schema'

const YamlEditor = lazy(() => import('./YamlEditor'))

interface Props {
  pack: string
  section: string
  item: string
  /** It isn't there yet: the form begins with what its schema requires. */
  fresh: boolean
  may: boolean
  gone: () => void
}

type View = 'form' | 'yaml' | 'diff'

/** An item of a pack as a form and as YAML; each save is one revision with its reason. */
export default function ItemEditor(p: Props) {
  const place = usePlace()
  const item = useQuery({ queryKey: ['lake', placeKey(place), 'pack', p.pack, p.section, p.item], queryFn: ({ signal }) => packItem(place, p.pack, p.section, p.item, signal), enabled: !p.fresh })
  const schema = useQuery({ queryKey: ['pack-schema'], queryFn: ({ signal }) => packSchema(signal), staleTime: Infinity })
  const error = item.error ?? schema.error
  if (error) return <Failure error={error} retry={() => void item.refetch()} />
  if (!schema.data || (!p.fresh && !item.data)) return null
  const entry = entryOf(schema.data, p.section)
  if (!entry) return null
  return <Editor key={(item.data?.yaml ?? '') + (item.data?.state ?? '')} {...p} found={item.data} root={schema.data} entry={entry} />
}

function Editor({ pack, section, item, fresh, may, gone, found, root, entry }: Props & { found?: PackItem; root: Schema; entry: Schema }) {
  const { t, label } = useI18n()
  const branch = useBranch()
  const client = useQueryClient()
  const toasts = useToasts()
  const [view, setView] = useState<View>(fresh || found?.yaml ? 'form' : 'diff')
  const [value, setValue] = useState<Record<string, unknown>>(() => (fresh ? { ...(emptyOf(root, entry) as Record<string, unknown>), id: item } : ((found?.value as Record<string, unknown>) ?? {})))
  const [yaml, setYaml] = useState(found?.yaml ?? '')
  const [reason, setReason] = useState('')
  const [touched, setTouched] = useState<'form' | 'yaml'>()
  const refresh = () => void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' })
  const save = useMutation({
    mutationFn: () => putPackItem(branch, pack, section, item, touched === 'yaml' ? { yaml, reason } : { value, reason }),
    onSuccess: () => (toasts.done(t('pack.saved')), refresh()),
  })
  const reset = useMutation({ mutationFn: () => resetPackItem(branch, pack, section, item, reason), onSuccess: () => (toasts.done(t('pack.resetDone')), refresh(), found?.state === 'added' && gone()) })
  const remove = useMutation({ mutationFn: () => removePackItem(branch, pack, section, item, reason), onSuccess: () => (toasts.done(t('pack.removed')), refresh(), gone()) })
  const error = save.error ?? reset.error ?? remove.error
  const problems: PackProblem[] = problemsOf(save.error)
  const views: View[] = found?.shipped ? ['form', 'yaml', 'diff'] : fresh ? ['form'] : ['form', 'yaml']
  return (
    <div className="stack" style={{ gap: 10 }}>
      <div className="row wrap">
        <h2 className="grow">{label(found?.name, item)}</h2>
        <code className="faint">
          {section}/{item}
        </code>
        {found && found.state !== 'shipped' && (
          <span className="pill warning" data-testid={testid.packs.state}>
            {t(`pack.state.${found.state}`)}
          </span>
        )}
        <Segmented size="small" value={view} disabled={touched !== undefined && view !== 'diff'} onChange={setView} options={views.map((v) => ({ value: v, label: <span data-testid={testid.packs.view(v)}>{t(`pack.${v}`)}</span> }))} />
      </div>
      {found?.state === 'removed' && <p className="info-note">{t('pack.isRemoved')}</p>}
      {!may && <p className="faint">{t('pack.readOnly')}</p>}
      {view === 'form' && (found?.state !== 'removed' || fresh) && (
        <Form
          root={root}
          schema={entry}
          value={value}
          problems={problems}
          disabled={!may}
          change={(v) => {
            setValue(v as Record<string, unknown>)
            setTouched('form')
          }}
        />
      )}
      <Suspense fallback={<span className="skeleton" style={{ height: 200 }} />}>
        {view === 'yaml' && (
          <YamlEditor
            value={yaml}
            problems={problems}
            readOnly={!may}
            onChange={(s) => {
              setYaml(s)
              setTouched('yaml')
            }}
          />
        )}
        {view === 'diff' && (
          <div className="pack-diff">
            <section>
              <h3>{t('pack.asShipped')}</h3>
              <YamlEditor value={found?.shipped ?? ''} readOnly problems={[]} onChange={() => undefined} />
            </section>
            {found?.yaml && (
              <section>
                <h3>{t('pack.asNow')}</h3>
                <YamlEditor value={found.yaml} readOnly problems={[]} onChange={() => undefined} />
              </section>
            )}
          </div>
        )}
      </Suspense>
      <ProblemList error={error} />
      {may && (
        <div className="row wrap pack-actions">
          <Input size="small" value={reason} placeholder={t('pack.reason')} aria-label={t('pack.reason')} onChange={(e) => setReason(e.target.value)} style={{ maxWidth: 320 }} data-testid={testid.packs.reason} />
          <Button type="primary" size="small" disabled={!touched && !fresh} loading={save.isPending} onClick={() => save.mutate()} data-testid={testid.packs.save}>
            {t('pack.save')}
          </Button>
          <span className="grow" />
          {found && found.state !== 'shipped' && found.state !== 'added' && (
            <Button size="small" loading={reset.isPending} onClick={() => reset.mutate()} data-testid={testid.packs.reset}>
              {t('pack.reset')}
            </Button>
          )}
          {found && found.state !== 'removed' && section !== 'pack' && (
            <Button size="small" danger loading={remove.isPending} onClick={() => remove.mutate()} data-testid={testid.packs.remove}>
              {t('pack.remove')}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
