import { expect, test } from 'vitest'
import text from '../../../pack/schema/pack.schema.json?raw'
import type { Schema } from '../api/packs'
import { docsZh } from './docs.zh-CN'
import { keysZh, optionsZh } from './keys.zh-CN'
import { fromRecords } from './keys'

const root = JSON.parse(text) as Schema

/** Everything in the schema, with the key that it stands under. */
function* all(s: Schema, key = ''): Generator<[string, Schema]> {
  yield [key, s]
  for (const [k, of] of Object.entries(s.properties ?? {})) yield* all(of, k)
  for (const of of Object.values(s.$defs ?? {})) yield* all(of)
  if (s.items) yield* all(s.items, key)
}
const found = [...all(root)]

test('every key of a pack has a Chinese name', () => {
  const keys = found.map(([k]) => k).filter((k) => k && !keysZh[k])
  expect([...new Set(keys)]).toEqual([])
})

test('every sentence of the schema has its Chinese one, and none is left over', () => {
  const said = new Set(found.flatMap(([, s]) => s.description ?? []))
  expect([...said].filter((d) => !docsZh[d])).toEqual([])
  expect(Object.keys(docsZh).filter((d) => !said.has(d))).toEqual([])
})

test('every option has a Chinese name, or is one of a field of records', () => {
  const missing = found.flatMap(([key, s]) => (s.enum ?? []).filter((o) => !optionsZh[o] && !fromRecords(key, o)).map((o) => key + '.' + o))
  expect([...new Set(missing)]).toEqual([])
})
