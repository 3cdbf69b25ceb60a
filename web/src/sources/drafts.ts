import type { Declaration, EntityDraft } from '../api/homeTypes'

/** A draft with the columns that are to be read as text, whatever their type. */
export type EditedDraft = EntityDraft & { text?: string[] }

/** What a person changed of a proposal; fields that are left out are listed. */
export interface DraftEdit extends Partial<Omit<EntityDraft, 'fields'>> {
  leftOut?: string[]
  /** Columns that are read as the text that the source writes. */
  text?: string[]
  fieldLabels?: Record<string, { zh: string; en: string }>
}

/** The lake takes plain lower-case names; __ is its own. */
export const goodEntityName = (name: string) => /^[a-z][a-z0-9_]{0,47}$/.test(name) && !name.includes('__') && !name.startsWith('hw_') && name !== 'users'

/** A proposal with a person's changes. */
export function edited(draft: EntityDraft, edit: DraftEdit | undefined): EditedDraft {
  if (!edit) return draft
  const { leftOut = [], fieldLabels = {}, text = [], ...rest } = edit
  const fields = draft.fields.filter((f) => !leftOut.includes(f.name)).map((f) => ({ ...f, label: fieldLabels[f.name] ?? f.label, ...(text.includes(f.column) ? { kind: 'text' as const, type: 'VARCHAR' } : {}) }))
  const out = { ...draft, ...rest, fields, text: text.filter((c) => fields.some((f) => f.column === c)) }
  const names = new Set(fields.map((f) => f.name))
  return { ...out, key: out.key.filter((k) => names.has(k)), title: names.has(out.title) ? out.title : (fields[0]?.name ?? ''), key_unique: rest.key ? null : draft.key_unique }
}

/** Why a draft can't be declared yet: its name is bad, taken, or twice in this list. */
export function wrongName(draft: EntityDraft, all: EntityDraft[], taken: (name: string) => boolean): 'bad' | 'taken' | undefined {
  if (!goodEntityName(draft.name)) return 'bad'
  if (taken(draft.name) || all.filter((d) => d.name === draft.name).length > 1) return 'taken'
  return undefined
}

/** The request: what was looked at is sent as it was seen, the rest is proposed by the server. */
export function toBody(source: string, tables: string[], drafts: ReadonlyMap<string, EditedDraft>): Declaration {
  return {
    drafts: tables.map((table) => {
      const d = drafts.get(table)
      if (!d) return { source, table }
      const { name, label, title, key, open, fields, text = [] } = d
      return { source, table, name, label, title, key, open, ...(text.length > 0 ? { text } : {}), fields: fields.map((f) => ({ column: f.column, name: f.name, label: f.label, target: f.target })) }
    }),
  }
}
