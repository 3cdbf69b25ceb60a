import { useState } from 'react'
import { ChevronDown, ChevronRight } from 'lucide-react'
import type { Entity } from '../api/types'
import { useI18n } from '../i18n'

/** Entities and their fields, to look up and to insert. */
export function SchemaPanel({ entities, insert }: { entities: Entity[]; insert: (text: string) => void }) {
  const { t, label } = useI18n()
  const [open, setOpen] = useState<string>('')
  return (
    <aside className="sql-schema" aria-label={t('sql.schema')}>
      <h2>{t('sql.schema')}</h2>
      {entities.map((e) => (
        <div key={e.name}>
          <div className="row" style={{ gap: 2 }}>
            <button type="button" className="icon-button" aria-expanded={open === e.name} aria-label={label(e.plural, e.name)} onClick={() => setOpen(open === e.name ? '' : e.name)}>
              {open === e.name ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
            </button>
            <button type="button" className="plain grow clip" onClick={() => insert(e.name)} title={t('sql.insert')}>
              <code>{e.name}</code> <span className="faint">{label(e.plural)}</span>
            </button>
          </div>
          {open === e.name && (
            <ul>
              {[{ name: 'id', kind: 'text', text: 'ID' }, ...e.fields.map((f) => ({ name: f.name, kind: f.kind as string, text: label(f.label) }))].map((f) => (
                <li key={f.name}>
                  <button type="button" className="plain clip" onClick={() => insert(f.name)} title={f.kind}>
                    <code>{f.name}</code> <span className="faint">{f.text}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      ))}
    </aside>
  )
}
