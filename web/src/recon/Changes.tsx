import type { ReconChange, ReconFinding, ReconRun } from '../api/recon'
import { useI18n } from '../i18n'
import '../i18n/recon'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { parts, rawValue, result } from './words'

const tones = { new: 'info', changed: 'warning', gone: '' }

/** What the last look found other than the one before. */
export function Changes({ run, findings }: { run: ReconRun | undefined; findings: ReconFinding[] }) {
  const { t } = useI18n()
  const changes = run?.kept?.changes ?? marked(findings)
  const first = run?.kept?.first ?? false
  return (
    <section aria-label={t('recon.changes')} data-testid={testid.recon.changes}>
      <h2>{t('recon.changes')}</h2>
      {changes.length === 0 ? <p className="faint">{t(first ? 'recon.firstTime' : 'recon.noChanges')}</p> : <ChangeList changes={changes} />}
    </section>
  )
}

/** Where the run itself is on no record here, its findings say which of them changed. */
const marked = (findings: ReconFinding[]): ReconChange[] =>
  findings.filter((f) => f.changed).map((f) => ({ kind: 'changed', what: f.what, subject: f.subject, before: f.before, now: f.code + ': ' + (f.value ?? '') }))

export function ChangeList({ changes }: { changes: ReconChange[] }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const what = (name: string) => label(schema.field('findings', 'what')?.options?.find((o) => o.name === name)?.label, name)
  const side = (c: ReconChange, text: string | undefined) => {
    const seen = { what: c.what, ...parts(text) }
    return text === undefined ? '' : [result(t, seen), rawValue(seen)].filter(Boolean).join(' · ')
  }
  return (
    <ul className="recon-changes">
      {changes.map((c) => (
        <li key={c.what + c.subject + c.kind}>
          <span className={'pill ' + tones[c.kind]}>{t(`recon.change.${c.kind}`)}</span>
          <strong>{what(c.what)}</strong>
          {c.subject && <code>{c.subject}</code>}
          <span className="grow">
            {c.before && <del className="faint">{side(c, c.before)}</del>} {c.before && c.now && '→'} {c.now && <span>{side(c, c.now)}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
