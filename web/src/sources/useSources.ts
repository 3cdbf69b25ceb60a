import { useQuery } from '@tanstack/react-query'
import { listSources } from '../api/homes'
import { useBranch } from '../app/navigation'

export function useSources() {
  const branch = useBranch()
  return useQuery({ queryKey: ['sources', branch], queryFn: ({ signal }) => listSources(branch, signal), staleTime: 15_000 })
}
