import { useQuery } from '@tanstack/react-query'
import { Button, Segmented, Tooltip } from 'antd'
import { ArrowRight, GitCompareArrows, GitMerge, RotateCw, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useParams } from 'react-router'
import { diffBranch } from '../api/branches'
import type { MergeResult, RowChange, Take, Titles } from '../api/types'
import { Failure } from '../app/Failure'
import { useKeys } from '../app/keys'
import { MAIN } from '../app/navigation'
import { Teach } from '../app/Teach'
import { homeKind } from '../homes/home'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { mergeTitles } from '../records/useWrites'
import { useSchema } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { parentName } from './BranchSwitch'
import { DiscardDialog } from './BranchesPage'
import { BranchMode } from './BranchMode'
import { ChangeRow } from './ChangeRow'
import { conflictsOf, withoutReopened, type Choices } from './choices'
import { DriftPanel, useDrift } from './DriftPanel'
import { MergeDialog } from './MergeDialog'
import { RevisionLog } from './RevisionLog'
import { branchColor, useClosedBranches } from './useBranches'
import './branches.css'

type Wish = 'merge' | 'refresh'

/** A branch beside its parent: what changed, what collides, and the ways to bring them together. */
export default function ComparePage() {
  const { name = '' } = useParams()
  const { t, label } = useI18n()
  const rights = useRights()
  const schema = useSchema()
  const branches = useClosedBranches(true)
  const info = branches.data?.find((b) => b.name === name && b.state === 'open') ?? branches.data?.find((b) => b.name === name)
  const diff = useQuery({ queryKey: ['lake', name, 'diff'], queryFn: ({ signal }) => diffBranch(name, signal), enabled: name !== MAIN })
  const [only, setOnly] = useState('')
  const [chosen, setChosen] = useState<Choices>(new Map())
  const [wish, setWish] = useState<Wish | null>(null)
  const [open, setOpen] = useState<{ wish: Wish; rows: RowChange[]; titles: Titles } | null>(null)
  const [discarding, setDiscarding] = useState(false)
  const [at, setAt] = useState(0)
  const [onlyConflicts, setOnlyConflicts] = useState(false)
  const [tab, setTab] = useState<'changes' | 'drift'>('changes')
  const overlaid = schema.entities.some((e) => homeKind(e) !== 'native')
  const drift = useDrift(name, overlaid)

  const entities = diff.data?.entities ?? []
  // What needs a decision comes first.
  const rows = useMemo(() => (diff.data?.entities ?? []).flatMap((e) => e.rows).sort((a, b) => Number(!a.conflict) - Number(!b.conflict)), [diff.data])
  // A refresh turns the sides around, so its conflicts are decided apart from the merge's.
  const decided = open?.rows ?? rows
  const conflicts = useMemo(() => conflictsOf(decided), [decided])
  const undecided = conflicts.filter((c) => !chosen.has(c.key))
  const choose = (key: string, take: Take | undefined) =>
    setChosen((c) => {
      const next = new Map(c)
      if (take) next.set(key, take)
      else next.delete(key)
      return next
    })
  const settle = (take: Take) => {
    const c = conflicts[at]
    if (!c) return
    choose(c.key, take)
    setAt(Math.min(conflicts.length - 1, at + 1))
    document.getElementById('conflict-' + Math.min(conflicts.length - 1, at + 1))?.scrollIntoView({ block: 'center' })
  }
  const step = (by: number) => {
    const next = Math.max(0, Math.min(conflicts.length - 1, at + by))
    setAt(next)
    document.getElementById('conflict-' + next)?.scrollIntoView({ block: 'center' })
  }
  useKeys({ j: () => step(1), k: () => step(-1), ArrowLeft: () => settle('ours'), ArrowRight: () => settle('theirs'), 1: () => settle('ours'), 2: () => settle('theirs') })

  if (diff.error) return <Failure error={diff.error} retry={() => void diff.refetch()} />
  const parent = info ? parentName(info, t('branch.main')) : t('branch.main')
  const isOpen = info?.state === 'open'
  const shown = (open ? decided : rows).filter((r) => (!only || r.entity === only) && (!onlyConflicts || r.conflict))
  const titles = mergeTitles(diff.data?.titles, open?.titles)
  const sides: Record<Take, string> = open?.wish === 'refresh' ? { ours: name, theirs: parent } : { ours: parent, theirs: name }
  const total = entities.reduce((n, e) => n + e.added + e.changed + e.deleted, 0)
  const stopped = (w: Wish, result: MergeResult) => {
    setWish(null)
    setChosen((c) => withoutReopened(c, result.conflicts))
    setOpen({ wish: w, rows: result.conflicts, titles: result.titles ?? {} })
    setOnly('')
    setAt(0)
  }
  const finished = () => {
    setWish(null)
    setOpen(null)
    setChosen(new Map())
    setAt(0)
  }
  return (
    <div className="page">
      <div className="page-head compare-head">
        <h1 className="row wrap">
          <GitCompareArrows size={17} aria-hidden />
          <span className="branch-name" style={{ color: info && branchColor(info.color) }}>
            {name}
          </span>
          <ArrowRight size={15} aria-label={t('compare.into')} className="faint" />
          <span>{parent}</span>
        </h1>
        {info && <BranchMode branch={info} />}
        {overlaid && (
          <Segmented
            value={tab}
            onChange={setTab}
            options={[
              { value: 'changes', label: t('compare.tab') },
              { value: 'drift', label: <span data-testid={testid.drift.tab} data-count={drift.data?.items.length ?? ''}>{t('drift.tab')}{drift.data && drift.data.items.length > 0 && <span className="danger"> {drift.data.items.length}</span>}</span> },
            ]}
          />
        )}
        <span className="grow" />
        {isOpen && rights.branch && (
          <Tooltip title={t('branch.discard')}>
            <button type="button" className="icon-button" aria-label={t('branch.discard')} onClick={() => setDiscarding(true)} data-testid={testid.branches.discard}>
              <Trash2 size={15} />
            </button>
          </Tooltip>
        )}
        {isOpen && rights.write && (
          <Tooltip title={info.behind > 0 ? t('compare.refreshHint', { n: info.behind, parent }) : t('compare.fresh', { parent })}>
            <Button icon={<RotateCw size={14} />} disabled={info.behind === 0} onClick={() => setWish('refresh')} data-testid={testid.branches.refresh}>
              {t('compare.refresh', { parent })}
              {info.behind > 0 && <span className="faint"> {info.behind}</span>}
            </Button>
          </Tooltip>
        )}
        {isOpen && rights.branch && (
          <Tooltip title={undecided.length > 0 && !open ? t('compare.chooseFirst', { n: undecided.length }) : ''}>
            <Button type="primary" icon={<GitMerge size={14} />} disabled={total === 0} onClick={() => setWish(open?.wish ?? 'merge')} data-testid={testid.branches.merge}>
              {open?.wish === 'refresh' ? t('compare.goOn') : t('compare.merge', { parent })}
            </Button>
          </Tooltip>
        )}
      </div>
      <div className="page-body">
        {info?.note && <p className="soft">{info.note}</p>}
        {tab === 'drift' ? (
          <DriftPanel branch={name} />
        ) : diff.isPending ? (
          <span className="skeleton" style={{ width: '40%' }} />
        ) : total === 0 && !open ? (
          <Teach icon={GitCompareArrows} title={t('compare.same', { parent })} text={t('compare.sameText', { branch: name, parent })} />
        ) : (
          <>
            <div className="compare-tabs" role="tablist">
              <button type="button" role="tab" className="compare-tab" aria-selected={!only} onClick={() => setOnly('')}>
                {t('compare.everything')} <strong>{total}</strong>
              </button>
              {entities.map((e) => (
                <button type="button" role="tab" key={e.entity} className="compare-tab" aria-selected={only === e.entity} onClick={() => setOnly(only === e.entity ? '' : e.entity)} data-testid={testid.branches.entity(e.entity)} data-added={e.added} data-changed={e.changed} data-deleted={e.deleted}>
                  {label(schema.entity(e.entity)?.plural, e.entity)}
                  {e.added > 0 && <span className="added">+{e.added}</span>}
                  {e.changed > 0 && <span className="changed">~{e.changed}</span>}
                  {e.deleted > 0 && <span className="deleted">−{e.deleted}</span>}
                </button>
              ))}
              <span className="grow" />
              {conflicts.length > 0 && (
                <button type="button" className={'conflict-count' + (undecided.length === 0 ? ' settled' : '')} aria-pressed={onlyConflicts} onClick={() => setOnlyConflicts(!onlyConflicts)}>
                  {undecided.length > 0 ? t('compare.conflicts', { n: undecided.length, all: conflicts.length }) : t('compare.settled', { n: conflicts.length })}
                </button>
              )}
            </div>
            {open && <p className="info-note" role="status">{t(open.wish === 'merge' ? 'compare.stoppedMerge' : 'compare.stoppedRefresh', { n: conflicts.length })}</p>}
            {conflicts.length > 0 && <p className="faint compare-keys">{t('compare.keys')}</p>}
            {diff.data?.hidden ? <p className="info-note">{t('compare.hidden', { n: diff.data.hidden })}</p> : null}
            <div className="change-list">
              {shown.slice(0, 500).map((r) => (
                <ChangeRow key={r.entity + r.id} row={r} titles={titles} sides={sides} chosen={chosen} choose={choose} conflicts={conflicts} at={at} setAt={setAt} />
              ))}
            </div>
            {shown.length > 500 && <p className="faint">{t('compare.more', { n: shown.length - 500 })}</p>}
          </>
        )}
        {isOpen && (
          <details className="compare-log">
            <summary>{t('revision.log')}</summary>
            <RevisionLog branch={name} />
          </details>
        )}
      </div>
      {wish && info && <MergeDialog wish={wish} branch={info} parent={parent} conflicts={conflicts} chosen={chosen} close={() => setWish(null)} stopped={(r) => stopped(wish, r)} finished={finished} />}
      {discarding && info && <DiscardDialog branch={info} close={() => setDiscarding(false)} />}
    </div>
  )
}
