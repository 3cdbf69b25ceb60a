import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown, Modal, Segmented, Switch } from 'antd'
import { GitBranch, MoreHorizontal, Plus } from 'lucide-react'
import { lazy, Suspense, useState, type CSSProperties } from 'react'
import { discardBranch, updateBranch } from '../api/branches'
import type { Branch } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, MAIN, paths, useBranch } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { homeKind } from '../homes/home'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { BranchGraph } from './BranchGraph'
import { parentName, useSwitchBranch } from './BranchSwitch'
import { BranchMode } from './BranchMode'
import { DriftPanel } from './DriftPanel'
import { RevisionLog } from './RevisionLog'
import { branchColor, useBranches, useClosedBranches } from './useBranches'
import { WriteBackPanel } from './WriteBackPanel'
import './branches.css'

const CreateBranch = lazy(() => import('./CreateBranch'))

type Tab = 'branches' | 'revisions' | 'writeback' | 'drift'

export default function BranchesPage() {
  const { t } = useI18n()
  const rights = useRights()
  const current = useBranch()
  const overlaid = useSchema().entities.some((e) => homeKind(e) === 'foreign')
  const [tab, setTab] = useState<Tab>('branches')
  const [closed, setClosed] = useState(false)
  const [creating, setCreating] = useState(false)
  const open = useBranches()
  const all = useClosedBranches(closed)
  const list = ((closed ? all.data : undefined) ?? open.data ?? []).filter((b) => b.name !== MAIN)
  if (open.error) return <Failure error={open.error} retry={() => void open.refetch()} />
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('nav.branches')}</h1>
        <Segmented
          value={tab}
          onChange={setTab}
          options={[
            { value: 'branches', label: t('branch.list') },
            { value: 'revisions', label: t('revision.log') },
            ...(overlaid ? [{ value: 'writeback' as const, label: <span data-testid={testid.writeBack.tab}>{t('writeback.tab')}</span> }, { value: 'drift' as const, label: t('drift.tab') }] : []),
          ]}
        />
        <span className="grow" />
        {tab === 'branches' && (
          <label className="row soft">
            <Switch size="small" checked={closed} onChange={setClosed} />
            {t('branch.showClosed')}
          </label>
        )}
        {rights.branch && (
          <Button type="primary" icon={<Plus size={15} />} onClick={() => setCreating(true)}>
            {t('branch.create')}
          </Button>
        )}
      </div>
      <div className="page-body">
        {tab === 'writeback' ? (
          <WriteBackPanel />
        ) : tab === 'drift' ? (
          <DriftPanel branch={MAIN} />
        ) : tab === 'revisions' ? (
          <RevisionLog branch={current} />
        ) : !open.isPending && list.length === 0 ? (
          <Teach icon={GitBranch} title={t('branch.emptyTitle')} text={t('branch.emptyText')}>
            {rights.branch && (
              <Button type="primary" onClick={() => setCreating(true)}>
                {t('branch.create')}
              </Button>
            )}
          </Teach>
        ) : (
          <>
            <BranchGraph branches={list} />
            <div className="branch-list">
              {list.map((b) => (
                <BranchRow key={b.id} branch={b} current={b.name === current && b.state === 'open'} />
              ))}
            </div>
          </>
        )}
      </div>
      <Suspense fallback={null}>{creating && <CreateBranch close={() => setCreating(false)} />}</Suspense>
    </div>
  )
}

function BranchRow({ branch: b, current }: { branch: Branch; current: boolean }) {
  const { t, format } = useI18n()
  const rights = useRights()
  const client = useQueryClient()
  const toasts = useToasts()
  const switchTo = useSwitchBranch()
  const [asking, setAsking] = useState(false)
  const share = useMutation({ mutationFn: () => updateBranch(b.name, { shared: !b.shared }), onSuccess: () => client.invalidateQueries({ queryKey: ['branches'] }), onError: toasts.fail })
  const isOpen = b.state === 'open'
  return (
    <div className={'branch-row' + (isOpen ? '' : ' closed')} style={{ '--dot': branchColor(b.color) } as CSSProperties} data-testid={testid.branches.row(b.name)}>
      <span className="branch-dot" />
      <div className="grow">
        <div className="row wrap">
          {isOpen ? (
            <button type="button" className="plain name" onClick={() => switchTo(b.name, paths.list('accounts'))}>
              {b.name}
            </button>
          ) : (
            <span className="name">{b.name}</span>
          )}
          {current && <span className="pill info">{t('branch.current')}</span>}
          {!isOpen && <span className="pill">{t(b.state === 'merged' ? 'branch.merged' : 'branch.discarded')}</span>}
          {isOpen && <span className="pill">{t(b.shared ? 'branch.shared' : 'branch.private')}</span>}
          {isOpen && <BranchMode branch={b} />}
        </div>
        {b.note && <p className="soft">{b.note}</p>}
        <small className="faint">
          {t('branch.from', { parent: parentName(b, t('branch.main')) })} · {b.owner_name} · <time title={format.time(b.created_at)}>{format.ago(b.created_at)}</time>
        </small>
      </div>
      {isOpen && (
        <>
          <div className="branch-counts">
            <span>{t('branch.ahead', { n: b.ahead })}</span>
            {b.behind > 0 && <span className="faint">{t('branch.behind', { n: b.behind })}</span>}
          </div>
          <Go to={onItself(b)} data-testid={testid.branches.compare}>
            {t('branch.compare')}
          </Go>
          {(b.mine || rights.admin) && (
            <Dropdown
              trigger={['click']}
              menu={{
                items: [
                  { key: 'share', label: t(b.shared ? 'branch.makePrivate' : 'branch.makeShared'), onClick: () => share.mutate() },
                  { type: 'divider' },
                  { key: 'discard', danger: true, label: t('branch.discard'), onClick: () => setAsking(true) },
                ],
              }}
            >
              <button type="button" className="icon-button" aria-label={t('act.more')}>
                <MoreHorizontal size={16} />
              </button>
            </Dropdown>
          )}
        </>
      )}
      {asking && <DiscardDialog branch={b} close={() => setAsking(false)} />}
    </div>
  )
}

const onItself = (b: Branch) => paths.compare(b.name) + '?branch=' + encodeURIComponent(b.name)

export function DiscardDialog({ branch, close }: { branch: Branch; close: () => void }) {
  const { t } = useI18n()
  const client = useQueryClient()
  const toasts = useToasts()
  const shown = useBranch()
  const switchTo = useSwitchBranch()
  const discard = useMutation({
    mutationFn: () => discardBranch(branch.name),
    onSuccess: () => {
      close()
      toasts.done(t('branch.discardedDone', { name: branch.name }))
      void client.invalidateQueries({ queryKey: ['branches'] })
      if (shown === branch.name) switchTo(MAIN, '/branches')
    },
    onError: toasts.fail,
  })
  return (
    <Modal open title={t('branch.discardTitle', { name: branch.name })} onCancel={close} onOk={() => discard.mutate()} okText={t('branch.discard')} cancelText={t('act.cancel')} okButtonProps={{ danger: true, loading: discard.isPending }} width={420}>
      <p>{t('branch.discardText', { n: branch.ahead, parent: parentName(branch, t('branch.main')) })}</p>
    </Modal>
  )
}
