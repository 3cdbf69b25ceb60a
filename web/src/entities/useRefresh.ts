import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { cancelJob, getJob, refreshEntity } from '../api/homes'
import { useBranch } from '../app/navigation'

/** Refreshes a kept copy and follows its job until it ends. */
export function useRefresh(entity: string) {
  const branch = useBranch()
  const client = useQueryClient()
  const [id, setId] = useState<string>()
  const start = useMutation({ mutationFn: (full: boolean) => refreshEntity(entity, full), onSuccess: (j) => setId(j.id) })
  const asked = useQuery({ queryKey: ['job', id], queryFn: () => getJob(id ?? ''), enabled: id !== undefined, refetchInterval: (q) => (q.state.data && q.state.data.state !== 'running' ? false : 700) })
  const job = asked.data ?? start.data
  const ended = job !== undefined && job.state !== 'running'
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: ['lake', branch] })
  }, [ended, client, branch])
  const stop = useMutation({ mutationFn: () => cancelJob(id ?? ''), onSuccess: () => asked.refetch() })
  return { start: (full = false) => start.mutate(full), cancel: () => stop.mutate(), running: start.isPending || (job !== undefined && !ended), job, error: start.error }
}
