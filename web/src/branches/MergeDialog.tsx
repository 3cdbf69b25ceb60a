import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Checkbox, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { mergeBranch, refreshBranch, type Policy } from '../api/branches'
import { Problem } from '../api/problem'
import type { Branch, MergeResult } from '../api/types'
import { MAIN } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import { testid } from '../testids'
import { useSwitchBranch } from './BranchSwitch'
import { toChoices, type Choices, type Conflict } from './choices'

interface Props {
  wish: 'merge' | 'refresh'
  branch: Branch
  parent: string
  conflicts: Conflict[]
  chosen: Choices
  close: () => void
  /** Conflicts are open: nothing was written. */
  stopped: (r: MergeResult) => void
  finished: () => void
}

/** The last question before a merge or a refresh. */
export function MergeDialog({ wish, branch, parent, conflicts, chosen, close, stopped, finished }: Props) {
  const { t } = useI18n()
  const problem = useProblem()
  const client = useQueryClient()
  const toasts = useToasts()
  const switchTo = useSwitchBranch()
  const [policy, setPolicy] = useState<Policy>('ask')
  const [keep, setKeep] = useState(false)
  const [reason, setReason] = useState('')
  const merging = wish === 'merge'
  const open = conflicts.filter((c) => !chosen.has(c.key)).length
  const choices = toChoices(conflicts, chosen)
  const run = useMutation({
    mutationFn: () => (merging ? mergeBranch(branch.name, { policy, choices, keep, reason: reason.trim() || undefined }) : refreshBranch(branch.name, { policy, choices })),
    onSuccess: (result) => {
      if (!result.revision && (result.conflicts ?? []).length > 0) return stopped(result)
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' })
      finished()
      const to = branch.parent || MAIN
      if (!merging) return toasts.undoable(t('compare.refreshed', { n: result.applied, parent }), branch.name, result.revision)
      toasts.undoable(t('compare.merged', { n: result.applied, parent }), to, result.revision)
      if (!keep) switchTo(to, '/branches')
    },
    onError: (e) => e instanceof Problem && e.code === 'merge_conflicts' && e.result && stopped(e.result),
  })
  const error = run.error instanceof Problem && run.error.code === 'merge_conflicts' && run.error.result ? null : run.error
  return (
    <Modal
      open
      title={merging ? t('compare.mergeTitle', { branch: branch.name, parent }) : t('compare.refreshTitle', { branch: branch.name, parent })}
      onCancel={close}
      onOk={() => run.mutate()}
      okText={merging ? t('compare.mergeNow') : t('compare.refreshNow')}
      cancelText={t('act.cancel')}
      okButtonProps={{ loading: run.isPending, disabled: policy === 'ask' && merging && open > 0, 'data-testid': testid.branches.mergeConfirm }}
      width={480}
    >
      <div className="stack" style={{ gap: 12 }}>
        <p className="soft">{merging ? t('compare.mergeText', { n: branch.ahead, parent }) : t('compare.refreshText', { n: branch.behind, parent })}</p>
        {conflicts.length > 0 && <p>{open > 0 ? t('compare.conflicts', { n: open, all: conflicts.length }) : t('compare.settled', { n: conflicts.length })}</p>}
        <Radio.Group value={policy} onChange={(e) => setPolicy(e.target.value as Policy)} style={{ display: 'flex', flexDirection: 'column', gap: 6 }}>
          <Radio value="ask">{t('compare.policyAsk')}</Radio>
          <Radio value="ours">{t('compare.policyTake', { side: merging ? parent : branch.name })}</Radio>
          <Radio value="theirs">{t('compare.policyTake', { side: merging ? branch.name : parent })}</Radio>
        </Radio.Group>
        {merging && (
          <>
            <Input value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('compare.reason')} aria-label={t('compare.reason')} maxLength={1000} />
            <Checkbox checked={keep} onChange={(e) => setKeep(e.target.checked)} data-testid={testid.branches.keep}>
              {t('compare.keep')}
            </Checkbox>
          </>
        )}
        {error && (
          <p className="error-note" role="alert">
            {problem(error)}
          </p>
        )}
      </div>
    </Modal>
  )
}
