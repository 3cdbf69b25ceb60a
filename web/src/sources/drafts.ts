import type { Declaration, EntityDraft } from '../api/homeTypes'

/** What a person changed of a proposal; fields that are left out are listed. */
export interface DraftEdit extends Partial<Omit<EntityDraft, 'fields'>> {
  leftOut?: string[]
  fieldLabels?: Record<string, { zh: string; en: string }>
}

/** The lake takes plain lower-case names; __ is its own. */
export const goodEntityName = (name: string) => /^[a-z][a-z0-9_]{0,47}$/.test(name) && !name.includes('__') && !name.startsWith('hw_') && name !== 'users'

/** A proposal with a person's changes. */
export function edited(draft: EntityDraft, edit: DraftEdit | undefined): EntityDraft {
  if (!edit) return draft
  const { leftOut = [], fieldLabels = {}, ...rest } = edit
  const fields = draft.fields.filter((f) => !leftOut.includes(f.name)).map((f) => ({ ...f, label: fieldLabels[f.name] ?? f.label }))
  const out = { ...draft, ...rest, fields }
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
export function toBody(source: string, tables: string[], drafts: ReadonlyMap<string, EntityDraft>): Declaration {
  return {
    drafts: tables.map((table) => {
      const d = drafts.get(table)
      if (!d) return { source, table }
      const { name, label, title, key, open, fields } = d
      return { source, table, name, label, title, key, open, fields: fields.map((f) => ({ column: f.column, name: f.name, label: f.label, target: f.target })) }
    }),
  }
}
