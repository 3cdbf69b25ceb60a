import { en } from './problems.en'
import { lakeProblemsEn } from './problems.lake.en'
import { lakeProblemsZh } from './problems.lake.zh-CN'
import { zh, type ProblemCode } from './problems.zh-CN'
import { fill } from './fill'
import type { Language } from './index'

const known: Record<Language, Record<ProblemCode | keyof typeof lakeProblemsZh, string>> = { 'zh-CN': { ...zh, ...lakeProblemsZh }, en: { ...en, ...lakeProblemsEn } }

/** The sentence of an error code; codes that the page doesn't know yet fall back to the server's English detail. */
export function problemText(language: Language, code: string, params: Record<string, string> = {}, detail?: string): string {
  const sentences = known[language] as Record<string, string | undefined>
  const text = sentences[code + '.' + params['reason']] ?? sentences[code]
  if (text === undefined || (code === 'unexpected' && detail)) return detail || fill(known[language].unexpected, params)
  // A sentence must not show a placeholder that the server didn't fill.
  return fill(text, { detail, ...params }).replace(/[（(「“]?\{\w+\}[）)」”]?/g, '').trim()
}
