import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Modal } from 'antd'
import { Search } from 'lucide-react'
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react'
import { search } from '../api/records'
import { useGo, usePlace, paths } from '../app/navigation'
import { placeKey } from '../app/place'
import { entityIcon } from '../app/Rail'
import { useProblem } from '../app/useProblem'
import { homeKind, stateOf } from '../homes/home'
import { useI18n } from '../i18n'
import { useSchema } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { useSoon } from './useSoon'
import './search.css'

interface Entry {
  key: string
  to: string
  title: string
  kind: string
  entity?: string
  excerpt?: string
  names?: string[] // by which it is found, too
}

export default function SearchDialog({ close }: { close: () => void }) {
  const { t, label } = useI18n()
  const problem = useProblem()
  const place = usePlace()
  const schema = useSchema()
  const go = useGo()
  const rights = useRights()
  const [words, setWords] = useState('')
  const [at, setAt] = useState(0)
  const q = useSoon(words.trim(), 120)
  const answer = useQuery({ queryKey: ['lake', placeKey(place), 'search', q], queryFn: ({ signal }) => search(place, q, signal), enabled: q !== '', placeholderData: keepPreviousData, staleTime: 30_000 })

  const entries = useMemo<Entry[]>(() => {
    const hits = q ? (answer.data?.items ?? []) : []
    const records = hits.map((h) => ({
      key: h.entity + '/' + h.id,
      to: h.entity === 'users' ? paths.list('accounts', { filter: `owner = "${h.id}"` }) : paths.record(h.entity, h.id),
      title: h.title,
      kind: label(schema.entity(h.entity)?.label, h.entity),
      entity: h.entity,
      excerpt: h.excerpt && h.excerpt !== h.title ? label(schema.field(h.entity, h.field)?.label, h.field) + ' · ' + h.excerpt : '',
    }))
    const wanted = words.trim().toLowerCase()
    const lists = schema.entities
      .filter((e) => !e.directory && (wanted || homeKind(e) === 'native'))
      .map((e): Entry => ({ key: 'page/' + e.name, to: paths.list(e.name), title: label(e.plural, e.name), kind: homeKind(e) === 'native' ? t('search.pages') : t(`mode.${stateOf(e).mode}`), entity: e.name, names: [e.name, e.label.zh, e.label.en, e.home.source ?? ''] }))
    const pages: Entry[] = [
      { key: 'page/catalog', to: '/catalog', title: t('nav.catalog'), kind: t('search.pages') },
      ...(rights.schema ? [{ key: 'page/sources', to: '/sources', title: t('nav.sources'), kind: t('search.pages') }] : []),
      { key: 'page/branches', to: '/branches', title: t('nav.branches'), kind: t('search.pages') },
      { key: 'page/imports', to: '/imports', title: t('nav.imports'), kind: t('search.pages') },
      { key: 'page/sql', to: '/sql', title: t('nav.sql'), kind: t('search.pages') },
    ]
    return [...records, ...[...lists, ...pages].filter((p) => !wanted || [p.title, ...(p.names ?? [])].some((n) => n.toLowerCase().includes(wanted)))]
  }, [answer.data, q, schema, label, t, words, rights.schema])
  useEffect(() => setAt(0), [q])

  const open = (e: Entry | undefined) => {
    if (!e) return
    close()
    go(e.to)
  }
  const press = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return
    if (e.key === 'ArrowDown') setAt(Math.min(entries.length - 1, at + 1))
    else if (e.key === 'ArrowUp') setAt(Math.max(0, at - 1))
    else if (e.key === 'Enter') open(entries[at])
    else return
    e.preventDefault()
  }
  return (
    <Modal open onCancel={close} footer={null} closable={false} width={600} style={{ top: 72 }} styles={{ container: { padding: 0 } }} title={<span className="visually-hidden">{t('search.title')}</span>} className="search-dialog">
      <div className="search-line">
        <Search size={16} aria-hidden />
        <input
          autoFocus
          value={words}
          onChange={(e) => setWords(e.target.value)}
          onKeyDown={press}
          placeholder={t('top.searchHint')}
          aria-label={t('search.title')}
          role="combobox"
          aria-expanded
          aria-controls="search-hits"
          aria-activedescendant={entries[at] ? 'hit-' + at : undefined}
          data-testid={testid.shell.searchInput}
        />
        <kbd>Esc</kbd>
      </div>
      <div className="search-hits" role="listbox" id="search-hits">
        {answer.error && <p className="error-note">{problem(answer.error)}</p>}
        {entries.map((e, i) => {
          const Icon = entityIcon(e.entity ?? '')
          return (
            <div key={e.key} id={'hit-' + i} role="option" aria-selected={i === at} className="search-hit" onMouseMove={() => setAt(i)} onClick={() => open(e)} data-testid={e.key.startsWith('page/') ? undefined : testid.shell.searchHit}>
              <Icon size={16} strokeWidth={1.75} aria-hidden />
              <span className="grow">
                <span className="clip title">{e.title}</span>
                {e.excerpt && <small className="clip faint">{e.excerpt}</small>}
              </span>
              <span className="faint">{e.kind}</span>
            </div>
          )
        })}
        {q && answer.data && answer.data.items.length === 0 && <p className="search-none">{t('search.empty', { q })}</p>}
      </div>
      <div className="search-foot faint">
        <span>{t('search.hint')}</span>
        {q && answer.data && <span>{t('search.took', { ms: Math.round(answer.data.ms) })}</span>}
      </div>
    </Modal>
  )
}
