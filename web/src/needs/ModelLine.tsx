import type { NeedModel } from '../api/needs'
import { useI18n } from '../i18n'
import '../i18n/needs'
import { testid } from '../testids'

/** What mining has learned from, and what it is learning. */
export function ModelLine({ model: m }: { model: NeedModel }) {
  const { t, format } = useI18n()
  const first = !m.trained_at
  return (
    <span className="faint" data-testid={testid.needs.model} data-corrections={m.corrections} data-pending={m.pending} title={m.trained_at ? format.time(m.trained_at) : undefined}>
      {first ? t('need.modelFirst') : t('need.model', { sentences: m.sentences, n: m.corrections })}
      {!first && m.pending > 0 && ' · ' + t('need.modelTraining', { n: m.pending })}
    </span>
  )
}
