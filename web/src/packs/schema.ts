import type { Schema } from '../api/packs'

/** Follows a reference into the schema's definitions. */
export function resolved(root: Schema, s: Schema): Schema {
  const name = s.$ref?.split('/').pop()
  return (name && root.$defs?.[name]) || s
}

/** The schema of one item of a section. */
export function entryOf(root: Schema, section: string): Schema | undefined {
  const s = root.properties?.[section]
  if (!s) return undefined
  return resolved(root, s.items ?? s)
}

/** A text in both languages. */
export const isText = (s: Schema): boolean => s.properties?.['zh']?.type === 'string' && s.properties['en']?.type === 'string'

/** What a new value begins with: the required keys, empty. */
export function emptyOf(root: Schema, of: Schema): unknown {
  const s = resolved(root, of)
  if (s.enum) return s.enum[0]
  switch (s.type) {
    case 'object':
      return Object.fromEntries((s.required ?? []).map((k) => [k, emptyOf(root, s.properties?.[k] ?? {})]))
    case 'array':
      return []
    case 'number':
    case 'integer':
      return 0
    case 'boolean':
      return false
    default:
      return ''
  }
}

/** The key of a problem within the item: pains[mine].text.zh becomes text.zh. */
export const within = (key: string): string => key.replace(/^[A-Za-z_]+(\[[^\]]*\])?\.?/, '')
