import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown, Modal, Tooltip } from 'antd'
import { ChevronLeft, Copy, MoreHorizontal, Table2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { removeEntity } from '../api/homes'
import type { Entity } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, paths, useBranch, useGo } from '../app/navigation'
import { NotFound } from '../app/NotFound'
import { entityIcon } from '../app/Rail'
import { useProblem } from '../app/useProblem'
import { useToasts } from '../app/Toasts'
import { RevisionLog } from '../branches/RevisionLog'
import { CloneDialog } from '../catalog/CloneDialog'
import { homeKind, stateOf } from '../homes/home'
import { HomeWords } from '../homes/HomeWords'
import { ModeBadge } from '../homes/ModeBadge'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'
import { List } from '../records/list/List'
import { useSchemaQuery } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { FieldsTab } from './FieldsTab'
import { ReadersTab } from './ReadersTab'
import './entities.css'

const LineageTab = lazy(() => import('./LineageTab'))
const DefinitionTab = lazy(() => import('./DefinitionTab'))

const tabs = ['data', 'fields', 'lineage', 'history', 'definition', 'readers'] as const
type Tab = (typeof tabs)[number]
const names: Record<Tab, TextKey> = { data: 'entity.data', fields: 'entity.fields', lineage: 'entity.lineage', history: 'entity.history', definition: 'entity.definition', readers: 'entity.readers' }

/** Everything about one entity: its rows, its fields, where they come from, who reads them. */
export default function EntityPage() {
  const { name = '' } = useParams()
  const { schema, isPending, isFetching, error, refetch } = useSchemaQuery()
  const entity = schema.entity(name)
  if (error) return <Failure error={error} retry={() => void refetch()} />
  // One that was just made may still be on its way.
  if (isPending || (!entity && isFetching)) return null
  if (!entity) return <NotFound />
  return <Show key={name} entity={entity} />
}

function Show({ entity: e }: { entity: Entity }) {
  const { t, label, format } = useI18n()
  const branch = useBranch()
  const rights = useRights()
  const [params] = useSearchParams()
  const [cloning, setCloning] = useState(false)
  const [removing, setRemoving] = useState(false)
  const tab = tabs.find((x) => x === params.get('tab')) ?? 'data'
  const kind = homeKind(e)
  const state = stateOf(e)
  const Icon = entityIcon(e.name)
  const removable = rights.schema && (kind !== 'native' || e.custom)
  const shown = tabs.filter((x) => x !== 'readers' || rights.schema || rights.admin)
  return (
    <div className="page entity-page">
      <header className="entity-head">
        <div className="row wrap">
          <Go to="/catalog" className="icon-button" aria-label={t('nav.catalog')}>
            <ChevronLeft size={16} />
          </Go>
          <Icon size={17} strokeWidth={1.75} aria-hidden />
          <h1 data-testid={testid.entity.title}>{label(e.plural, e.name)}</h1>
          <code className="faint">{e.name}</code>
          <ModeBadge state={state} />
          {(state.drift ?? 0) > 0 && (
            <Go to={paths.entity(e.name, 'definition')} className="pill warning">
              {t('entity.drifted', { n: state.drift })}
            </Go>
          )}
          {kind !== 'native' && (
            <span className="soft wide-only">
              <HomeWords kind={kind} source={e.home.source} table={e.home.table} of={e.home.of} />
            </span>
          )}
          {state.rows !== undefined && state.rows >= 0 && <span className="faint wide-only">{t('list.total', { n: format.compact(state.rows) })}</span>}
          <span className="grow" />
          <Tooltip title={t('entity.openList')}>
            <Go to={paths.list(e.name)} className="icon-button" aria-label={t('entity.openList')} data-testid={testid.entity.open}>
              <Table2 size={16} />
            </Go>
          </Tooltip>
          {rights.schema && !e.directory && (
            <Button icon={<Copy size={14} />} onClick={() => setCloning(true)} data-testid={testid.clone.open}>
              {t('clone.short')}
            </Button>
          )}
          {removable && (
            <Dropdown trigger={['click']} menu={{ items: [{ key: 'remove', danger: true, label: <span data-testid={testid.entity.remove}>{t('entity.remove')}</span>, onClick: () => setRemoving(true) }] }}>
              <button type="button" className="icon-button" aria-label={t('act.more')}>
                <MoreHorizontal size={16} />
              </button>
            </Dropdown>
          )}
        </div>
        <nav className="entity-tabs" aria-label={t('entity.parts')}>
          {shown.map((x) => (
            <Go key={x} to={paths.entity(e.name, x === 'data' ? '' : x)} className="entity-tab" aria-current={x === tab ? 'page' : undefined} replace data-testid={testid.entity.tab(x)}>
              {t(names[x])}
            </Go>
          ))}
        </nav>
      </header>
      <div className={'entity-body ' + tab}>
        <Suspense fallback={<span className="skeleton" style={{ width: '40%', margin: 20 }} />}>
          {tab === 'data' && <List entity={e} embedded />}
          {tab === 'fields' && <FieldsTab entity={e} />}
          {tab === 'lineage' && <LineageTab entity={e} />}
          {tab === 'history' && (
            <div className="entity-pad">
              <RevisionLog branch={branch} entity={e.name} />
            </div>
          )}
          {tab === 'definition' && <DefinitionTab entity={e} />}
          {tab === 'readers' && <ReadersTab entity={e} />}
        </Suspense>
      </div>
      {cloning && <CloneDialog entity={e} close={() => setCloning(false)} />}
      {removing && <RemoveEntity entity={e} close={() => setRemoving(false)} />}
    </div>
  )
}

function RemoveEntity({ entity: e, close }: { entity: Entity; close: () => void }) {
  const { t, label } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const client = useQueryClient()
  const toasts = useToasts()
  const go = useGo()
  const remove = useMutation({
    mutationFn: () => removeEntity(branch, e.name),
    onSuccess: () => {
      close()
      toasts.done(t('entity.removed', { name: label(e.plural, e.name) }))
      go('/catalog')
      void client.invalidateQueries({ queryKey: ['lake', branch] })
    },
  })
  return (
    <Modal open title={t('entity.removeTitle', { name: label(e.plural, e.name) })} onCancel={close} onOk={() => remove.mutate()} okText={t('entity.remove')} cancelText={t('act.cancel')} okButtonProps={{ danger: true, loading: remove.isPending }} width={440}>
      <p>{t(homeKind(e) === 'native' ? 'entity.removeNative' : 'entity.removeText')}</p>
      {remove.error && (
        <p className="error-note" role="alert">
          {problem(remove.error)}
        </p>
      )}
    </Modal>
  )
}
