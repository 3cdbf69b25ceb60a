import { Database, FileText, HardDriveDownload, History, Layers, Sigma, SquareFunction, type LucideIcon } from 'lucide-react'
import type { Explained, ExplainStep } from '../api/homeTypes'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'
import { testid } from '../testids'

const icons: Record<string, LucideIcon> = { scan_source: Database, scan_files: FileText, scan_copy: HardDriveDownload, scan_past: History, scan_mirror: Database, overlay: Layers, derived: Sigma, clone: Layers, engine: SquareFunction }
const reasons: Record<string, TextKey> = { type: 'why.type', collation: 'why.collation', operator: 'why.operator', files: 'why.files', zone: 'why.zone', null: 'why.null', overlay: 'why.overlay' }

/** How a query is answered: what was asked of which source, what was done here and why, what moved. */
export function ExplainPanel({ plan }: { plan: Explained }) {
  const { t, format } = useI18n()
  const outside = plan.steps.filter((s) => s.code === 'scan_source')
  const rows = outside.reduce((n, s) => n + Math.max(0, s.rows), 0)
  const bytes = outside.reduce((n, s) => n + Math.max(0, s.bytes), 0)
  return (
    <section className="explain" aria-label={t('explain.title')} data-testid={testid.sql.plan} data-steps={plan.steps.length}>
      <p className="soft">
        {t('explain.sum', { ms: format.number(Math.round(plan.took_ms * 10) / 10), rows: plan.rows })}
        {outside.length > 0 && ' ' + t('explain.moved', { rows: format.compact(rows), size: format.bytes(bytes), n: outside.length })}
      </p>
      <ol className="explain-steps">
        {plan.steps.map((s, i) => (
          <Step key={i} step={s} most={Math.max(1, ...plan.steps.map((x) => x.took_ms))} />
        ))}
      </ol>
    </section>
  )
}

function Step({ step: s, most }: { step: ExplainStep; most: number }) {
  const { t, format } = useI18n()
  const Icon = icons[s.code] ?? SquareFunction
  const why = (w: string) => (reasons[w] ? t(reasons[w] as TextKey) : w)
  return (
    <li style={{ marginInlineStart: s.depth * 22 }} data-code={s.code}>
      <div className="explain-line">
        <Icon size={14} strokeWidth={1.75} aria-hidden />
        <span className="grow">
          {s.words || s.code}
          {s.at && (
            <time className="faint" title={format.time(s.at)}>
              {' '}
              {t('explain.age', { ago: format.ago(s.at) })}
            </time>
          )}
        </span>
        <span className="num faint figure">{s.rows >= 0 ? t('import.rows', { n: format.compact(s.rows) }) : ''}</span>
        <span className="num faint figure">{s.bytes > 0 ? format.bytes(s.bytes) : ''}</span>
        <span className="num faint figure">{t('list.ms', { ms: format.number(Math.round(s.took_ms * 10) / 10) })}</span>
        <span className="took" aria-hidden>
          <span style={{ width: (s.took_ms / most) * 100 + '%' }} />
        </span>
      </div>
      {(s.pushed ?? []).length > 0 && (
        <p className="explain-part">
          <span className="pill success">{t('explain.pushed')}</span>
          {s.pushed?.map((c) => <code key={c}>{c}</code>)}
        </p>
      )}
      {(s.stayed ?? []).map((c) => (
        <p key={c.condition} className="explain-part">
          <span className="pill">{t('explain.stayed')}</span>
          <code>{c.condition}</code>
          <span className="faint">{why(c.why)}</span>
        </p>
      ))}
      {s.note && <p className="explain-part faint">{s.note}</p>}
      {s.statement && (
        <details className="explain-part">
          <summary>{t('explain.statement')}</summary>
          <pre className="cell-code">{s.statement}</pre>
        </details>
      )}
    </li>
  )
}
