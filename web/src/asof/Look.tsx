import { Tooltip } from 'antd'
import { History } from 'lucide-react'
import { Link } from 'react-router'
import type { Place } from '../api/place'
import { inPlace } from '../app/place'
import { useI18n } from '../i18n'
import { testid } from '../testids'

/** Opens a page as it was right after a revision. */
export function Look({ to, place }: { to: string; place: Required<Place> }) {
  const { t } = useI18n()
  return (
    <Tooltip title={t('asof.look')}>
      <Link to={inPlace(to, place)} className="icon-button look" aria-label={t('asof.look') + ' #' + place.at} data-testid={testid.asof.look} data-rev={place.at}>
        <History size={14} />
      </Link>
    </Tooltip>
  )
}
