import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { Disconnected, Problem } from '../api/problem'
import type { Entity } from '../api/types'
import { useI18n, type I18n } from '../i18n'
import { problemText } from '../i18n/problems'

/** Turns a failure into one sentence in the reader's language. */
export function useProblem() {
  const { language, label } = useI18n()
  const client = useQueryClient()
  return useCallback(
    (error: unknown): string => {
      if (error instanceof Problem) return problemText(language, error.code, named(error.params, client, label), error.message)
      if (error instanceof Disconnected) return problemText(language, 'disconnected')
      return problemText(language, 'unexpected', {}, error instanceof Error ? error.message : undefined)
    },
    [language, label, client],
  )
}

/** Entities and fields are called by their labels, as far as the page has loaded them. */
function named(params: Record<string, string>, client: QueryClient, label: I18n['label']): Record<string, string> {
  const known = client.getQueriesData<Entity[]>({ predicate: (q) => q.queryKey[2] === 'entities' }).flatMap(([, data]) => data ?? [])
  const out = { ...params }
  const entity = known.find((e) => e.name === params['entity'])
  if (entity) out['entity'] = label(entity.label, entity.name)
  const field = (entity ? [entity] : known).flatMap((e) => e.fields).find((f) => f.name === params['field'])
  if (field) out['field'] = label(field.label, field.name)
  return out
}
