import type { Choice, RowChange, Take } from '../api/types'

/** What a person chose, by the conflict it settles. */
export type Choices = ReadonlyMap<string, Take>

/** One thing to decide: a cell, or a whole record. */
export interface Conflict {
  key: string
  row: RowChange
  field?: string
}

export const conflictKey = (row: RowChange, field?: string) => [row.entity, row.id, field ?? ''].join('/')

/** The decisions that a list of changed records asks for, in its order. */
export function conflictsOf(rows: RowChange[]): Conflict[] {
  return rows.flatMap((row): Conflict[] => {
    if (!row.conflict) return []
    if (row.conflict === 'cell') return row.cells.filter((c) => c.conflict).map((c) => ({ key: conflictKey(row, c.field), row, field: c.field }))
    return [{ key: conflictKey(row), row }]
  })
}

/** The choices as the API wants them, with the values that the person saw. */
export function toChoices(conflicts: Conflict[], chosen: Choices): Choice[] {
  return conflicts.flatMap((c): Choice[] => {
    const take = chosen.get(c.key)
    if (!take) return []
    const base = { entity: c.row.entity, id: c.row.id, take }
    if (!c.field) return [base]
    const cell = c.row.cells.find((x) => x.field === c.field)
    return [{ ...base, field: c.field, ours: cell?.ours ?? null, theirs: cell?.theirs ?? null }]
  })
}

/** A conflict that the server reports anew has moved on: its old choice no longer counts. */
export function withoutReopened(chosen: Choices, reopened: RowChange[]): Choices {
  const open = new Set(conflictsOf(reopened).map((c) => c.key))
  return new Map([...chosen].filter(([key]) => !open.has(key)))
}
