import { useI18n } from '../i18n'
import { Go } from './navigation'

export function NotFound() {
  const { t } = useI18n()
  return (
    <div className="teach">
      <h2>{t('app.notFound')}</h2>
      <Go to="/">{t('app.home')}</Go>
    </div>
  )
}
