import { App, Button } from 'antd'
import { useCallback, useMemo } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { undoRevision } from '../api/branches'
import { useI18n } from '../i18n'
import { testid } from '../testids'
import { useProblem } from './useProblem'

export interface Toasts {
  done: (text: string) => void
  fail: (error: unknown) => void
  /** Says what was done, and offers to take the revision back. */
  undoable: (text: string, branch: string, revision: number | undefined) => void
}

let last = 0

export function useToasts(): Toasts {
  const { message } = App.useApp()
  const { t } = useI18n()
  const problem = useProblem()
  const client = useQueryClient()
  const refresh = useCallback(() => client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' }), [client])
  return useMemo(() => {
    const done = (text: string) => void message.success({ content: text, duration: 2.5 })
    const fail = (error: unknown) => void message.error({ content: problem(error), duration: 6 })
    const undoable = (text: string, branch: string, revision: number | undefined) => {
      if (!revision) return done(text)
      const key = 'undo-' + ++last
      const undo = async () => {
        message.destroy(key)
        try {
          const result = await undoRevision(branch, revision)
          await refresh()
          const kept = result.kept?.length ?? 0
          done(kept > 0 ? t('act.undoneKept', { n: kept }) : t('act.undone'))
        } catch (e) {
          fail(e)
        }
      }
      void message.success({
        key,
        duration: 6,
        content: (
          <span>
            {text}
            <Button type="link" size="small" onClick={() => void undo()} data-testid={testid.shell.toastUndo}>
              {t('act.undo')}
            </Button>
          </span>
        ),
      })
    }
    return { done, fail, undoable }
  }, [message, problem, refresh, t])
}
