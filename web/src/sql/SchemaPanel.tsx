import { Tooltip } from 'antd'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Entity } from '../api/types'
import { homeKind, stateOf } from '../homes/home'
import { useI18n } from '../i18n'
import '../i18n/homes'

/** The lake's own entities first, then those of each source, then clones and derived ones. */
export function groupsOf(entities: Entity[]): { key: string; kind: 'native' | 'foreign' | 'derived'; entities: Entity[] }[] {
  const out = new Map<string, { key: string; kind: 'native' | 'foreign' | 'derived'; entities: Entity[] }>()
  for (const e of entities) {
    const kind = homeKind(e)
    const key = kind === 'native' ? '' : kind === 'foreign' ? 'source ' + (e.home.source ?? '') : '~'
    const group = out.get(key) ?? { key, kind: kind === 'clone' ? ('derived' as const) : kind, entities: [] }
    group.entities.push(e)
    out.set(key, group)
  }
  return [...out.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Entities and their fields, to look up and to insert. */
export function SchemaPanel({ entities, insert }: { entities: Entity[]; insert: (text: string) => void }) {
  const { t } = useI18n()
  const groups = useMemo(() => groupsOf(entities), [entities])
  const [open, setOpen] = useState<string>('')
  return (
    <aside className="sql-schema" aria-label={t('sql.schema')}>
      <h2>{t('sql.schema')}</h2>
      {groups.map((g) => (
        <section key={g.key}>
          {g.kind === 'foreign' && <h3>{t('sql.fromSource', { source: g.entities[0]?.home.source ?? '' })}</h3>}
          {g.kind === 'derived' && <h3>{t('sql.derived')}</h3>}
          {g.entities.map((e) => (
            <EntityLine key={e.name} entity={e} open={open === e.name} toggle={() => setOpen(open === e.name ? '' : e.name)} insert={insert} />
          ))}
        </section>
      ))}
    </aside>
  )
}

function EntityLine({ entity: e, open, toggle, insert }: { entity: Entity; open: boolean; toggle: () => void; insert: (text: string) => void }) {
  const { t, label } = useI18n()
  const state = stateOf(e)
  return (
    <div>
      <div className="row" style={{ gap: 2 }}>
        <button type="button" className="icon-button" aria-expanded={open} aria-label={label(e.plural, e.name)} onClick={toggle}>
          {open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
        </button>
        <button type="button" className="plain grow clip" onClick={() => insert(e.name)} title={t('sql.insert')}>
          <code>{e.name}</code> <span className="faint">{label(e.plural)}</span>
        </button>
        {state.mode !== 'native' && (
          <Tooltip title={t(`mode.${state.mode}`) + ' · ' + t(`mode.why.${state.mode}`)} placement="right">
            <span className={'mode-dot ' + state.mode} role="img" aria-label={t(`mode.${state.mode}`)} />
          </Tooltip>
        )}
      </div>
      {open && (
        <ul>
          {[{ name: 'id', kind: 'text', text: 'ID' }, ...e.fields.map((f) => ({ name: f.name, kind: f.type || (f.kind as string), text: label(f.label) }))].map((f) => (
            <li key={f.name}>
              <button type="button" className="plain clip" onClick={() => insert(f.name)} title={f.kind}>
                <code>{f.name}</code> <span className="faint">{f.text}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
