import { Input, Popover, Tooltip } from 'antd'
import { Code, ListFilter, X } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import type { Entity } from '../../api/types'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { tryParse } from './parse'
import { chips, fromChips, toText, type Node } from './tree'
import { useSentence } from './useSentence'

const FilterBuilder = lazy(() => import('./FilterBuilder'))

interface Props {
  entity: Entity
  filter: string
  change: (filter: string) => void
  error?: string
  /** Grows by one each time the keyboard asks for the filter. */
  call: number
}

/** The filter as a sentence of chips, as a builder, or as its text. */
export function FilterBar({ entity, filter, change, error, call }: Props) {
  const { t } = useI18n()
  const { node, ok } = useMemo(() => tryParse(filter), [filter])
  const [open, setOpen] = useState<'new' | number | null>(null)
  const [asText, setAsText] = useState(!ok)
  const said = useSentence(node, entity.name)
  useEffect(() => {
    if (call > 0) setOpen('new')
  }, [call])
  useEffect(() => {
    if (!ok) setAsText(true)
  }, [ok])
  const parts = chips(node)
  const apply = (n: Node | undefined) => {
    setOpen(null)
    change(toText(n))
  }
  const builder = (fresh: boolean) => (
    <Suspense fallback={<div className="builder" />}>
      <FilterBuilder entity={entity} node={node} apply={apply} fresh={fresh} />
    </Suspense>
  )
  return (
    <div className="filter-line" role="search" aria-label={t('filter.title')}>
      {asText ? (
        <TextFilter filter={filter} change={change} wrong={!ok || error !== undefined} />
      ) : (
        <>
          {parts.map((part, i) => (
            <span key={i} className="row" style={{ gap: 6 }}>
              {i > 0 && <span className="faint">{t('filter.andShort')}</span>}
              <span className="chip" data-testid={testid.list.filterChip}>
                <Popover trigger="click" placement="bottomLeft" arrow={false} destroyOnHidden open={open === i} onOpenChange={(o) => setOpen(o ? i : null)} content={builder(false)}>
                  <button type="button" className="clip">
                    <Said part={part} said={said} />
                  </button>
                </Popover>
                <button type="button" aria-label={t('act.remove')} onClick={() => apply(fromChips(parts.filter((_, j) => j !== i)))}>
                  <X size={12} />
                </button>
              </span>
            </span>
          ))}
          <Popover trigger="click" placement="bottomLeft" arrow={false} destroyOnHidden open={open === 'new'} onOpenChange={(o) => setOpen(o ? 'new' : null)} content={builder(true)}>
            <button type="button" className="filter-add" data-testid={testid.list.filterAdd}>
              <ListFilter size={13} aria-hidden />
              {t(parts.length > 0 ? 'filter.more' : 'filter.add')}
            </button>
          </Popover>
        </>
      )}
      <Tooltip title={t(asText ? 'filter.asChips' : 'filter.asText')}>
        <button type="button" className="icon-button" aria-pressed={asText} disabled={!ok} aria-label={t(asText ? 'filter.asChips' : 'filter.asText')} onClick={() => setAsText(!asText)} data-testid={testid.list.filterTextToggle}>
          <Code size={14} />
        </button>
      </Tooltip>
      {filter && !asText && (
        <button type="button" className="plain faint" onClick={() => change('')}>
          {t('act.clear')}
        </button>
      )}
      {error && (
        <span className="danger" role="alert">
          {error}
        </span>
      )}
    </div>
  )
}

function Said({ part, said }: { part: Node; said: ReturnType<typeof useSentence> }) {
  if (part.kind === 'group') return <span className="clip">{said.sentence(part)}</span>
  const p = said.phrase(part)
  return (
    <>
      <span>{p.field}</span>
      <span className="op">{p.op}</span>
      {p.value && <span className="value clip">{p.value}</span>}
    </>
  )
}

function TextFilter({ filter, change, wrong }: { filter: string; change: (f: string) => void; wrong: boolean }) {
  const { t } = useI18n()
  const [draft, setDraft] = useState(filter)
  useEffect(() => setDraft(filter), [filter])
  return (
    <Input
      className="filter-text"
      value={draft}
      allowClear
      status={wrong ? 'error' : undefined}
      aria-label={t('filter.text')}
      placeholder={'stage = (won OR lost) AND amount > 10000 AND account.industry = software'}
      onChange={(e) => {
        setDraft(e.target.value)
        if (e.target.value === '') change('')
      }}
      onPressEnter={() => change(draft.trim())}
      onBlur={() => draft.trim() !== filter && change(draft.trim())}
      data-testid={testid.list.filterText}
    />
  )
}
