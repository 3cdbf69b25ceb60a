import { useMutation } from '@tanstack/react-query'
import { useToasts } from '../app/Toasts'
import { useBranch } from '../app/navigation'
import { useRefreshAll } from './useDeal'

/** A write that says what it did, can be undone, and has everything asked again. */
export function useWrite<T>(write: (branch: string, body: T) => Promise<{ revision?: number; rev?: number }>, said: (body: T) => string) {
  const branch = useBranch()
  const toasts = useToasts()
  const refresh = useRefreshAll()
  return useMutation({
    mutationFn: (body: T) => write(branch, body),
    onSuccess: (r, body) => {
      toasts.undoable(said(body), branch, r.revision ?? r.rev)
      refresh()
    },
    onError: toasts.fail,
  })
}
