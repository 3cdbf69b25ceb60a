import { CloudOff } from 'lucide-react'
import { useI18n } from '../i18n'
import { useProblem } from './useProblem'

/** A whole page that could not be shown, with the way out. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useI18n()
  const problem = useProblem()
  return (
    <div className="teach" role="alert">
      <CloudOff className="mark" size={28} strokeWidth={1.5} aria-hidden />
      <h2>{t('app.failed')}</h2>
      <p>{problem(error)}</p>
      <button type="button" className="plain soft" onClick={retry ?? (() => location.reload())}>
        {t(retry ? 'app.retry' : 'app.reload')}
      </button>
    </div>
  )
}
