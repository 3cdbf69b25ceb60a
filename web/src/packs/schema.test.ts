import { expect, test } from 'vitest'
import { emptyOf, entryOf, isText, within } from './schema'

const root = {
  $defs: {
    Text: { type: 'object', properties: { zh: { type: 'string' }, en: { type: 'string' } }, required: ['en', 'zh'] },
    Pain: { type: 'object', properties: { id: { type: 'string' }, text: { $ref: '#/$defs/Text' }, needs: { type: 'array', items: { type: 'string' } }, kind: { type: 'string', enum: ['a', 'b'] } }, required: ['id', 'text', 'needs', 'kind'] },
  },
  properties: { pains: { type: 'array', items: { $ref: '#/$defs/Pain' } } },
}

test('the entry of a section, and what a new one begins with', () => {
  const pain = entryOf(root, 'pains')
  expect(pain).toBe(root.$defs.Pain)
  expect(entryOf(root, 'nothing')).toBeUndefined()
  expect(isText(root.$defs.Text)).toBe(true)
  expect(emptyOf(root, root.$defs.Pain)).toEqual({ id: '', text: { zh: '', en: '' }, needs: [], kind: 'a' })
})

test('where in the item a problem is', () => {
  expect(within('pains[mine].text.zh')).toBe('text.zh')
  expect(within('segments[a].conditions[0].if')).toBe('conditions[0].if')
  expect(within('pack.version')).toBe('version')
})
