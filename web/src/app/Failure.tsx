import { CloudOff } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Problem } from '../api/problem'
import { useI18n } from '../i18n'
import { useProblem } from './useProblem'

const FloatingPast = lazy(() => import('../asof/FloatingPast'))

/** A whole page that could not be shown, with the way out. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useI18n()
  const problem = useProblem()
  if (error instanceof Problem && error.code === 'entity_floating')
    return (
      <Suspense fallback={null}>
        <FloatingPast entity={error.params['entity'] ?? ''} />
      </Suspense>
    )
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
