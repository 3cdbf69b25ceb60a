import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { listRecords } from '../api/records'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { condition, text, toText } from '../records/filter/tree'

/** The records of one kind that belong to a deal, the newest first. */
export function useDealRecords(entity: string, deal: string, fields: string[], order = '-created_at') {
  const place = usePlace()
  return useQuery({
    queryKey: ['lake', placeKey(place), 'of-deal', deal, entity, order],
    queryFn: ({ signal }) => listRecords({ ...place, entity, fields, filter: toText(condition('deal', 'eq', text(deal))), order, page_size: 200 }, signal),
  })
}

/** After a write: everything that is shown of the branch is asked again, its shape excepted. */
export function useRefresh() {
  const client = useQueryClient()
  return useCallback(() => void client.invalidateQueries({ predicate: ({ queryKey }) => (queryKey[0] === 'lake' && queryKey[2] !== 'entities') || queryKey[0] === 'branches' }), [client])
}

/** A cell as plain text; empty ones are ''. */
export const words = (cell: unknown): string => (typeof cell === 'string' || typeof cell === 'number' ? String(cell) : '')
