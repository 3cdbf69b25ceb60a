import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { shapeQuery } from '../api/homes'
import { useBranch } from '../app/navigation'
import { useSoon } from '../search/useSoon'

/** The columns that a SELECT gives, asked after a pause in typing. */
export function useShape(sql: string) {
  const branch = useBranch()
  const text = useSoon(sql.trim().replace(/;\s*$/, ''), 400)
  const shape = useQuery({ queryKey: ['lake', branch, 'shape', text], queryFn: ({ signal }) => shapeQuery(branch, text, signal), enabled: text !== '', retry: false, placeholderData: keepPreviousData, staleTime: 60_000 })
  return { ...shape, text }
}
