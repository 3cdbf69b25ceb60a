import { Button, Input, Popover } from 'antd'
import { Check, ChevronDown, GitBranch, GitCompareArrows, Lock, Plus, Users } from 'lucide-react'
import { lazy, Suspense, useMemo, useState, type CSSProperties } from 'react'
import { useLocation, useNavigate } from 'react-router'
import type { Branch } from '../api/types'
import { Go, MAIN, paths, useBranch } from '../app/navigation'
import { useKeys } from '../app/keys'
import { useI18n } from '../i18n'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { BranchMode } from './BranchMode'
import { branchColor, useBranches, useBranchInfo } from './useBranches'
import './switch.css'

const CreateBranch = lazy(() => import('./CreateBranch'))

/** Goes to the same page on another branch. */
export function useSwitchBranch() {
  const navigate = useNavigate()
  const here = useLocation()
  return (name: string, path = here.pathname) => {
    const params = new URLSearchParams(path === here.pathname ? here.search : '')
    params.delete('branch')
    params.delete('at') // a moment belongs to the log of its branch
    if (name !== MAIN) params.set('branch', name)
    void navigate(path + (params.size ? '?' + params : ''))
  }
}

export function BranchSwitch() {
  const { t } = useI18n()
  const name = useBranch()
  const info = useBranchInfo()
  const [open, setOpen] = useState(false)
  const [creating, setCreating] = useState(false)
  useKeys({ b: () => setOpen(true) })
  return (
    <>
      <Popover
        open={open}
        onOpenChange={setOpen}
        trigger="click"
        placement="bottomLeft"
        arrow={false}
        destroyOnHidden
        content={
          <BranchMenu
            close={() => setOpen(false)}
            create={() => {
              setOpen(false)
              setCreating(true)
            }}
          />
        }
      >
        <button type="button" className="branch-button" aria-label={t('branch.switch')} aria-expanded={open} data-testid={testid.shell.branchSwitch}>
          <GitBranch size={15} aria-hidden />
          <span className="clip">{name === MAIN ? t('branch.main') : name}</span>
          <ChevronDown size={14} aria-hidden />
        </button>
      </Popover>
      {info && <BranchMode branch={info} />}
      {name !== MAIN && info && (
        <Go to={paths.compare(name)} className="branch-differs" data-testid={testid.shell.branchDiffers}>
          <GitCompareArrows size={14} aria-hidden />
          <span className="long">{t('branch.differs', { n: info.ahead, parent: parentName(info, t('branch.main')) })}</span>
          <span>{t('branch.compare')}</span>
        </Go>
      )}
      <Suspense fallback={null}>{creating && <CreateBranch close={() => setCreating(false)} />}</Suspense>
    </>
  )
}

export const parentName = (b: Branch, main: string) => (!b.parent || b.parent === MAIN ? main : b.parent)

function BranchMenu({ close, create }: { close: () => void; create: () => void }) {
  const { t, format } = useI18n()
  const current = useBranch()
  const switchTo = useSwitchBranch()
  const rights = useRights()
  const { data = [], isPending } = useBranches()
  const [words, setWords] = useState('')
  const shown = useMemo(() => data.filter((b) => b.name !== MAIN && b.name.toLowerCase().includes(words.trim().toLowerCase())), [data, words])
  const main = data.find((b) => b.name === MAIN)
  const choose = (name: string) => {
    close()
    switchTo(name)
  }
  return (
    <div className="branch-menu" role="menu" aria-label={t('branch.switch')}>
      {data.length > 6 && <Input size="small" autoFocus allowClear placeholder={t('branch.find')} aria-label={t('branch.find')} value={words} onChange={(e) => setWords(e.target.value)} />}
      <button type="button" role="menuitem" className="branch-item" onClick={() => choose(MAIN)} data-testid={testid.shell.branchItem(MAIN)}>
        <span className="branch-dot" />
        <span className="grow">
          <strong>{t('branch.main')}</strong>
        </span>
        {main && <BranchMode branch={main} bare />}
        {current === MAIN && <Check size={14} aria-label={t('branch.current')} />}
      </button>
      {isPending && <span className="skeleton" />}
      {shown.map((b) => (
        <button type="button" role="menuitem" key={b.name} className="branch-item" onClick={() => choose(b.name)} data-testid={testid.shell.branchItem(b.name)} style={{ '--dot': branchColor(b.color) } as CSSProperties}>
          <span className="branch-dot" />
          <span className="grow">
            <strong className="clip">{b.name}</strong>
            <small className="faint clip">
              {t('branch.ahead', { n: b.ahead })} · {b.owner_name} · {format.ago(b.created_at)}
            </small>
          </span>
          <BranchMode branch={b} bare />
          {b.shared ? <Users size={13} aria-label={t('branch.shared')} /> : <Lock size={13} aria-label={t('branch.private')} />}
          {current === b.name && <Check size={14} aria-label={t('branch.current')} />}
        </button>
      ))}
      <div className="branch-menu-foot">
        {rights.branch && (
          <Button type="text" size="small" icon={<Plus size={14} />} onClick={create} data-testid={testid.shell.branchCreate}>
            {t('branch.create')}
          </Button>
        )}
        <Go to="/branches" onClick={close}>
          {t('branch.all')}
        </Go>
      </div>
    </div>
  )
}
