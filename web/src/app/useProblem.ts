import { useCallback } from 'react'
import { Disconnected, Problem } from '../api/problem'
import { useI18n } from '../i18n'
import { problemText } from '../i18n/problems'

/** Turns a failure into one sentence in the reader's language. */
export function useProblem() {
  const { language } = useI18n()
  return useCallback(
    (error: unknown): string => {
      if (error instanceof Problem) return problemText(language, error.code, error.params, error.message)
      if (error instanceof Disconnected) return problemText(language, 'disconnected')
      return problemText(language, 'unexpected', {}, error instanceof Error ? error.message : undefined)
    },
    [language],
  )
}
