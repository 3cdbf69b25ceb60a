import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { listEntities } from '../api/records'
import type { Entity, Field } from '../api/types'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'

export interface Schema {
  entities: Entity[]
  entity: (name: string) => Entity | undefined
  field: (entity: string, name: string) => Field | undefined
}

/** The fields that every entity has without anybody writing them. */
export const pseudoFields: Field[] = [
  { name: 'created_at', kind: 'timestamp', label: { zh: '创建时间', en: 'Created' }, position: 10_000 },
  { name: 'updated_at', kind: 'timestamp', label: { zh: '更新时间', en: 'Updated' }, position: 10_001 },
  { name: 'id', kind: 'text', label: { zh: '编号', en: 'ID' }, position: 10_002 },
]

export function makeSchema(entities: Entity[]): Schema {
  const byName = new Map(entities.map((e) => [e.name, e]))
  return {
    entities,
    entity: (name) => byName.get(name),
    field: (entity, name) => byName.get(entity)?.fields.find((f) => f.name === name) ?? pseudoFields.find((f) => f.name === name),
  }
}

/** The field at the end of a path such as account.industry, and the one it starts from. */
export function fieldAt(schema: Schema, entity: string, path: string): { field: Field; via?: Field } | undefined {
  const [first = '', second] = path.split('.')
  const via = schema.field(entity, first)
  if (!via || second === undefined) return via && { field: via }
  const field = via.target ? schema.field(via.target, second) : undefined
  return field && { field, via }
}

export function useSchemaQuery() {
  const place = usePlace()
  const query = useQuery({ queryKey: ['lake', placeKey(place), 'entities'], queryFn: () => listEntities(place), staleTime: 60_000 })
  const schema = useMemo(() => makeSchema(query.data ?? []), [query.data])
  return { ...query, schema }
}

export const useSchema = () => useSchemaQuery().schema

/** The order in which the rail shows what the product knows; everything else comes after. */
export const groups: { key: 'match' | 'process'; entities: string[] }[] = [
  { key: 'match', entities: ['accounts', 'contacts', 'leads'] },
  { key: 'process', entities: ['deals', 'activities', 'products'] },
]
