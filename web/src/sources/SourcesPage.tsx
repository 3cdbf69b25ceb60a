import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown, Modal } from 'antd'
import { Cable, MoreHorizontal, Plus } from 'lucide-react'
import { useState } from 'react'
import { deleteSource, testSource } from '../api/homes'
import type { Source } from '../api/homeTypes'
import { Failure } from '../app/Failure'
import { useKeys } from '../app/keys'
import { Go, paths, useGo } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useProblem } from '../app/useProblem'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { problemText } from '../i18n/problems'
import { testid } from '../testids'
import { kindIcon, useKindName } from './kinds'
import { SourceDialog } from './SourceDialog'
import { TestSteps, useStepName } from './TestSteps'
import { useSources } from './useSources'
import './sources.css'

/** What the lake reads from: databases, files, object stores, vector databases. */
export default function SourcesPage() {
  const { t } = useI18n()
  const go = useGo()
  const { data, error, isPending, refetch } = useSources()
  const [dialog, setDialog] = useState<Source | 'new' | null>(null)
  const may = data?.may_manage ?? false
  useKeys({ n: () => may && setDialog('new') })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  const items = data?.items ?? []
  const add = may && (
    <Button type="primary" icon={<Plus size={15} />} onClick={() => setDialog('new')} data-testid={testid.sources.add}>
      {t('source.add')}
    </Button>
  )
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('nav.sources')}</h1>
        {items.length > 0 && add}
      </div>
      <div className="page-body">
        {isPending ? (
          <span className="skeleton" style={{ width: '45%' }} />
        ) : items.length === 0 ? (
          <Teach icon={Cable} title={t('source.emptyTitle')} text={t('source.emptyText')} id={testid.sources.empty}>
            {add}
            {!may && <p className="faint">{t('source.askAdmin')}</p>}
          </Teach>
        ) : (
          <table className="plain-table sources-table">
            <thead>
              <tr>
                <th scope="col">{t('source.nameHead')}</th>
                <th scope="col">{t('source.kindHead')}</th>
                <th scope="col">{t('source.state')}</th>
                <th scope="col" className="num">{t('source.entities')}</th>
                <th scope="col">{t('source.tested')}</th>
                <th scope="col" className="tail"><span className="visually-hidden">{t('act.more')}</span></th>
              </tr>
            </thead>
            <tbody>
              {items.map((s) => (
                <SourceRow key={s.name} source={s} may={may} edit={() => setDialog(s)} />
              ))}
            </tbody>
          </table>
        )}
      </div>
      {dialog && data && (
        <SourceDialog
          list={data}
          source={dialog === 'new' ? undefined : dialog}
          close={() => setDialog(null)}
          saved={(s) => {
            setDialog(null)
            if (dialog === 'new') go(paths.source(s.name))
          }}
        />
      )}
    </div>
  )
}

/** Whether the last test reached the source, and where it stopped. */
export function SourceState({ source: s }: { source: Source }) {
  const { t, language } = useI18n()
  const stepName = useStepName()
  if (!s.tested) return <span className="pill">{t('source.untested')}</span>
  if (s.tested.ok) return <span className="pill success">{t('source.ok')}</span>
  return (
    <span className="source-failed">
      <span className="pill danger">{s.tested.step ? t('source.failedAt', { step: stepName(s.tested.step) }) : t('source.failed')}</span>
      {s.tested.code && <small className="danger">{problemText(language, s.tested.code, s.tested.params, s.tested.code)}</small>}
    </span>
  )
}

function SourceRow({ source: s, may, edit }: { source: Source; may: boolean; edit: () => void }) {
  const { t, format } = useI18n()
  const client = useQueryClient()
  const toasts = useToasts()
  const kindName = useKindName()
  const [steps, setSteps] = useState(false)
  const [removing, setRemoving] = useState(false)
  const test = useMutation({ mutationFn: () => testSource(s.name), onMutate: () => setSteps(true), onSettled: () => client.invalidateQueries({ queryKey: ['sources'] }), onError: toasts.fail })
  const Icon = kindIcon(s.kind)
  return (
    <tr data-testid={testid.sources.row(s.name)} data-ok={s.tested?.ok}>
      <td>
        <Go to={paths.source(s.name)} className="source-name">
          <Icon size={15} strokeWidth={1.75} aria-hidden />
          <strong>{s.name}</strong>
        </Go>
        <small className="faint clip url" title={s.url}>
          {s.built_in ? t('source.builtIn') : s.note || s.url}
        </small>
      </td>
      <td>{kindName(s.kind)}</td>
      <td>{steps ? <TestSteps tested={test.data} busy={test.isPending} /> : <SourceState source={s} />}</td>
      <td className="num">{format.number(s.entities)}</td>
      <td>{s.tested ? <time title={format.time(s.tested.at)}>{format.ago(s.tested.at)}</time> : <span className="faint">{t('people.never')}</span>}</td>
      <td className="num tail">
        {may && (
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'test', label: t('source.test'), onClick: () => test.mutate() },
                ...(s.built_in
                  ? []
                  : [
                      { key: 'edit', label: t('act.edit'), onClick: edit },
                      { type: 'divider' as const },
                      { key: 'remove', danger: true, label: t('act.remove'), onClick: () => setRemoving(true) },
                    ]),
              ],
            }}
          >
            <button type="button" className="icon-button" aria-label={t('people.actions', { name: s.name })}>
              <MoreHorizontal size={16} />
            </button>
          </Dropdown>
        )}
      </td>
      {removing && (
        <td hidden>
          <RemoveSource source={s} close={() => setRemoving(false)} />
        </td>
      )}
    </tr>
  )
}

function RemoveSource({ source, close }: { source: Source; close: () => void }) {
  const { t } = useI18n()
  const problem = useProblem()
  const client = useQueryClient()
  const toasts = useToasts()
  const remove = useMutation({
    mutationFn: () => deleteSource(source.name),
    onSuccess: () => {
      close()
      toasts.done(t('source.removed', { name: source.name }))
      void client.invalidateQueries({ queryKey: ['sources'] })
    },
  })
  return (
    <Modal open title={t('source.removeTitle', { name: source.name })} onCancel={close} onOk={() => remove.mutate()} okText={t('act.remove')} cancelText={t('act.cancel')} okButtonProps={{ danger: true, loading: remove.isPending }} width={420}>
      <p>{t('source.removeText')}</p>
      {remove.error && (
        <p className="error-note" role="alert">
          {problem(remove.error)}
        </p>
      )}
    </Modal>
  )
}
