import { KeyRound } from 'lucide-react'
import type { Entity } from '../api/types'
import { Go, paths } from '../app/navigation'
import { useI18n } from '../i18n'
import { useRights } from '../session/useSession'
import { keyless } from './home'
import './homes.css'

/** Why the rows of an entity can't be changed here, and the way out. */
export function HomeNote({ entity }: { entity: Entity }) {
  const { t } = useI18n()
  const rights = useRights()
  if (!keyless(entity)) return null
  return (
    <p className="home-note" role="note">
      <KeyRound size={14} aria-hidden />
      <span>{t('mode.keyless')}</span>
      {rights.schema && <Go to={paths.entity(entity.name, 'definition')}>{t('mode.declareKey')}</Go>}
    </p>
  )
}
