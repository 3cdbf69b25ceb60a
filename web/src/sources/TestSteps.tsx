import { Check, LoaderCircle, X } from 'lucide-react'
import type { Step, Tested } from '../api/homeTypes'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'
import { problemText } from '../i18n/problems'
import { testid } from '../testids'
import './sources.css'

const names: Record<string, TextKey> = { address: 'step.address', dns: 'step.dns', tcp: 'step.tcp', tls: 'step.tls', signin: 'step.signin', permission: 'step.permission', read: 'step.read' }
const usual = ['dns', 'tcp', 'tls', 'signin', 'permission']

export function useStepName() {
  const { t } = useI18n()
  return (name: string) => (names[name] ? t(names[name]) : name)
}

/** The way to a source, step by step; the one that failed says why and what to do. */
export function TestSteps({ tested, busy }: { tested?: Tested; busy: boolean }) {
  const { t, language, format } = useI18n()
  const stepName = useStepName()
  if (!tested && !busy) return null
  const steps: Step[] = busy || !tested ? usual.map((name) => ({ name, ok: true, took_ms: -1 })) : tested.steps
  const failed = !busy && tested ? tested.steps.find((s) => !s.ok) : undefined
  return (
    <div className="test-steps" role="status" data-testid={testid.sources.steps} data-ok={busy || !tested ? '' : tested.ok}>
      <ol>
        {steps.map((s) => (
          <li key={s.name} className={busy ? 'busy' : s.ok ? 'ok' : 'failed'} data-step={s.name}>
            {busy ? <LoaderCircle size={14} aria-hidden /> : s.ok ? <Check size={14} aria-label={t('step.ok')} /> : <X size={14} aria-label={t('step.failed')} />}
            <span>{stepName(s.name)}</span>
            {s.took_ms >= 1 && <small className="faint num">{t('list.ms', { ms: format.number(Math.round(s.took_ms)) })}</small>}
          </li>
        ))}
      </ol>
      {failed && (
        <p className="error-note" role="alert">
          <span>
            {t('step.stoppedAt', { step: stepName(failed.name) })}
            {problemText(language, failed.code ?? '', failed.params, failed.detail || t('step.noReason'))}
            {failed.detail && language === 'en' && problemText(language, failed.code ?? '', failed.params) !== failed.detail && <small className="detail">{failed.detail}</small>}
          </span>
        </p>
      )}
      {!busy && tested?.ok && <p className="ok-note">{t('step.allOk')}</p>}
    </div>
  )
}
