import { useCallback, useMemo } from 'react'
import { useI18n } from '../i18n'
import { useSchema } from '../records/schema'
import { docsZh } from './docs.zh-CN'
import { keysEn, keysZh, optionsZh } from './keys.zh-CN'

/** The field of records whose options a key of a pack takes; "entities" for names of entities. */
const fields: Record<string, [string, string] | 'entities'> = { industry: ['accounts', 'industry'], industries: ['accounts', 'industry'], deal_stage: ['deals', 'stage'], of: 'entities', id: ['accounts', 'industry'] }
const kinds = ['note', 'call', 'meeting', 'visit', 'email', 'demo', 'task', 'wechat']
const roles = ['decides', 'technical', 'budget', 'business', 'insider', 'blocker']

/** Where the label of an option comes from, if it is one of a field of records. */
export function fromRecords(key: string, option: string): [string, string] | 'entities' | undefined {
  if (key === 'kind' && kinds.includes(option)) return ['activities', 'kind']
  if (key === 'id' && roles.includes(option)) return ['contacts', 'role']
  return fields[key]
}

const readable = (key: string) => key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ')

/** Names of keys, sections and options of packs, and what the schema says of them, in the reader's language. */
export function usePackWords() {
  const { language, label } = useI18n()
  const schema = useSchema()
  const zh = language === 'zh-CN'
  const key = useCallback((k: string) => (zh ? (keysZh[k] ?? k) : (keysEn[k] ?? readable(k))), [zh])
  const doc = useCallback((text: string | undefined) => (text && zh ? (docsZh[text] ?? text) : (text ?? '')), [zh])
  const option = useCallback(
    (k: string, o: string) => {
      const from = fromRecords(k, o)
      const known = from === 'entities' ? schema.entity(o)?.plural : from && schema.field(from[0], from[1])?.options?.find((x) => x.name === o)?.label
      if (known) return label(known, o)
      return zh ? (optionsZh[o] ?? o) : readable(o)
    },
    [zh, schema, label],
  )
  return useMemo(() => ({ key, doc, option }), [key, doc, option])
}
