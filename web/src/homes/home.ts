import type { EntityState, HomeKind } from '../api/homeTypes'
import type { Entity } from '../api/types'

/** Where an entity's rows live. */
export const homeKind = (e: Entity | undefined): HomeKind => e?.home.kind ?? 'native'

/** How fresh an entity's rows are; homes that say nothing are read as they are now. */
export const stateOf = (e: Entity | undefined): EntityState => e?.state ?? { mode: 'native' }

/** A table or query without a key can be read, but its rows can't be told apart to edit them. */
export const keyless = (e: Entity | undefined): boolean => (homeKind(e) === 'foreign' || homeKind(e) === 'derived') && (e?.home?.key ?? []).length === 0

/** Fields that nobody can change here: those of the key of a home, and masked ones. */
export const fixed = (e: Entity, field: string): boolean => (e.home?.key ?? []).includes(field) || e.home?.masks?.[field] !== undefined

/** How often a kept copy is refreshed, in seconds; 0 by hand, undefined when none is kept. */
export function everySeconds(e: Entity | undefined): number | undefined {
  const keep = e?.home.keep
  return keep && (keep.every_seconds ?? 0)
}

/** The entities that a text of SQL names, as far as words tell. */
export function namedIn(sql: string, entities: Entity[]): Entity[] {
  const words = new Set(sql.toLowerCase().match(/[a-z_][a-z0-9_]*/g) ?? [])
  return entities.filter((e) => words.has(e.name.toLowerCase()))
}
