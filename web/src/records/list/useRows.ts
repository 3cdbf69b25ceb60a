import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { listRecords } from '../../api/records'
import type { Row, Titles } from '../../api/types'
import { usePlace } from '../../app/navigation'
import { placeKey } from '../../app/place'
import { keys, mergeTitles } from '../useWrites'

interface Ask {
  entity: string
  fields: string[]
  filter: string
  order: string
  sums: string[]
  enabled: boolean
}

/** The rows of a list, page by page, and what they amount to. */
export function useRows({ entity, fields, filter, order, sums, enabled }: Ask) {
  const place = usePlace()
  const on = placeKey(place)
  const rows = useInfiniteQuery({
    queryKey: [...keys.lists(on, entity), { fields, filter, order }],
    queryFn: ({ pageParam, signal }) => listRecords({ ...place, entity, fields, filter, order, page_size: 100, page_token: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_page_token || undefined,
    enabled,
  })
  const totals = useQuery({
    queryKey: [...keys.totals(on, entity), { filter, sums }],
    queryFn: ({ signal }) => listRecords({ ...place, entity, fields: ['id'], filter, page_size: 1, total: true, sums }, signal),
    enabled: enabled && !rows.isError,
    retry: false,
  })
  const flat = useMemo(() => {
    const items: Row[] = []
    let titles: Titles = {}
    for (const p of rows.data?.pages ?? []) {
      items.push(...p.items)
      titles = mergeTitles(titles, p.titles)
    }
    return { items, titles }
  }, [rows.data])
  return { ...rows, ...flat, total: totals.data?.total, sums: totals.data?.sums, ms: rows.data?.pages[0]?.ms }
}
