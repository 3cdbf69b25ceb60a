import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useMemo, useState } from 'react'
import { listRecords } from '../../api/records'
import { usePlace } from '../../app/navigation'
import { placeKey } from '../../app/place'
import { useI18n } from '../../i18n'
import { useSoon } from '../../search/useSoon'
import { testid } from '../../testids'
import { condition, text, toText } from '../filter/tree'
import { useSchema } from '../schema'
import { isEmpty } from './cell'
import type { InputProps } from './CellInput'

/** Records of an entity whose title holds the words, and the titles of those chosen before. */
export function useCandidates(target: string, words: string, ids: string[], enabled = true) {
  const place = usePlace()
  const on = placeKey(place)
  const schema = useSchema()
  const title = schema.entity(target)?.title ?? 'name'
  const q = useSoon(words.trim(), 150)
  const found = useQuery({
    queryKey: ['lake', on, 'candidates', target, q],
    queryFn: ({ signal }) => listRecords({ ...place, entity: target, fields: [title], filter: q ? toText(condition(title, 'has', text(q))) : '', order: title, page_size: 30 }, signal),
    enabled: enabled && target !== '',
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
  const missing = ids.filter((id) => id && !found.data?.items.some((r) => r.id === id))
  const chosen = useQuery({
    queryKey: ['lake', on, 'titles', target, ...missing],
    queryFn: ({ signal }) => listRecords({ ...place, entity: target, fields: [title], filter: toText(condition('id', 'in', ...missing.map(text))), page_size: missing.length }, signal),
    enabled: missing.length > 0 && missing.length <= 200 && target !== '',
    staleTime: 30_000,
  })
  return useMemo(() => {
    const options = new Map<string, string>()
    for (const r of [...(chosen.data?.items ?? []), ...(found.data?.items ?? [])]) options.set(r.id, String(r.cells[title] ?? r.id))
    return { options, isFetching: found.isFetching }
  }, [chosen.data, found.data, found.isFetching, title])
}

export function ReferenceInput({ field, value, onChange, onCommit, onCancel, titles, autoFocus, open, id }: InputProps) {
  const { t } = useI18n()
  const [words, setWords] = useState('')
  const target = field.target ?? ''
  const now = isEmpty(value) ? [] : [String(value)]
  const known = titles?.[target]?.[now[0] ?? '']
  const { options, isFetching } = useCandidates(target, words, known === undefined ? now : [])
  if (now[0] && known !== undefined && !options.has(now[0])) options.set(now[0], known)
  return (
    <Select
      id={id}
      className="cell-input"
      showSearch={{ filterOption: false, onSearch: setWords }}
      autoFocus={autoFocus}
      defaultOpen={open}
      allowClear={!field.required}
      loading={isFetching}
      placeholder={t('value.choose')}
      value={now[0]}
      options={[...options].filter(([k, name]) => !words || k !== now[0] || name.includes(words)).map(([k, name]) => ({ value: k, label: name }))}
      onChange={(v: string | undefined) => {
        onChange(v ?? null)
        onCommit?.(v ?? null)
      }}
      onBlur={onCancel}
      onKeyDown={(e) => e.key === 'Escape' && onCancel?.()}
      popupMatchSelectWidth={260}
      data-testid={testid.record.input(field.name)}
    />
  )
}
