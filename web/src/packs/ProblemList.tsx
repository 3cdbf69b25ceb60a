import { Problem } from '../api/problem'
import type { PackProblem } from '../api/packs'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/packs'
import { testid } from '../testids'

/** Everything that is wrong with a pack, place by place; other failures as one sentence. */
export function ProblemList({ error }: { error: unknown }) {
  const { t } = useI18n()
  const problem = useProblem()
  if (!error) return null
  const list = problemsOf(error)
  if (list.length === 0)
    return (
      <p className="error-note" role="alert">
        {problem(error)}
      </p>
    )
  return (
    <div className="error-note pack-wrong" role="alert" data-testid={testid.packs.problems}>
      <p>{t('pack.problems', { n: list.length })}</p>
      <Places list={list} />
    </div>
  )
}

/** What stands there, why it can't, and what is expected, in the reader's language. */
export function useMistake() {
  const { t, label } = useI18n()
  const problem = useProblem()
  return (p: PackProblem) => {
    const why = p.why && (p.why.params ? problem(new Problem(422, { code: p.why.code, params: p.why.params, detail: p.why.en })) : label(p.why)).replace(/[.。]$/, '')
    return t('pack.problem', { found: label(p.found) + (why ? t('pack.problemWhy', { why }) : ''), expected: label(p.expected) })
  }
}

export function Places({ list }: { list: PackProblem[] }) {
  const { t } = useI18n()
  const mistake = useMistake()
  return (
    <ul className="pack-problems">
      {list.map((p, i) => (
        <li key={i}>
          <code>{[p.file, p.line > 0 ? t('pack.line', { n: p.line }) : '', p.key].filter(Boolean).join(' · ')}</code> {mistake(p)}
        </li>
      ))}
    </ul>
  )
}

export function problemsOf(error: unknown): PackProblem[] {
  return error instanceof Problem ? error.problems : []
}
