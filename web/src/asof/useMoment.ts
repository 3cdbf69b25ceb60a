import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate } from 'react-router'
import { listRevisions } from '../api/branches'
import type { Place } from '../api/place'
import type { Revision } from '../api/types'
import { atMoment } from '../app/place'

/** The last revision of a branch up to the moment that is shown; undefined before its first, and while it loads. */
export function useMoment({ branch, at }: Place): Revision | undefined {
  return useQuery({ queryKey: ['moment', branch, at], queryFn: async () => (await listRevisions(branch, (at ?? 0) + 1, 1))[0] ?? null, enabled: at !== undefined, staleTime: Infinity }).data ?? undefined
}

/** Shows the same page at another moment; without one, as it is now. */
export function useGoTo() {
  const navigate = useNavigate()
  const { pathname, search } = useLocation()
  return (at?: number) => void navigate(pathname + atMoment(search, at))
}
