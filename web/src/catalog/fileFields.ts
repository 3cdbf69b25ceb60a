import type { NativeKind as Kind } from '../api/homeTypes'
import type { Upload } from '../api/types'
import { fieldName } from '../settings/fieldName'

export interface FileField {
  name: string
  label: string
  kind: Kind
  samples: string[]
  use: boolean
}

const known: Kind[] = ['text', 'integer', 'decimal', 'money', 'boolean', 'date', 'timestamp', 'email', 'phone', 'url']

/** The fields that a file's columns would become; names that can't be made from the head are numbered. */
export function fieldsOf(columns: Upload['columns']): FileField[] {
  const taken = new Set(['id', 'created_at', 'updated_at'])
  return columns.map((c, i) => {
    let base = fieldName(c.name) || 'column_' + (i + 1)
    if (base === 'id') base = 'number'
    let name = base
    for (let n = 2; taken.has(name); n++) name = base + '_' + n
    taken.add(name)
    return { name, label: c.name.trim() || name, kind: known.find((k) => k === c.kind) ?? 'text', samples: c.samples ?? [], use: true }
  })
}
