import { Popover } from 'antd'
import { ChevronDown, History } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useLocation } from 'react-router'
import { useKeys } from '../app/keys'
import { usePlace } from '../app/navigation'
import { hasPast } from '../app/place'
import { useI18n } from '../i18n'
import { testid } from '../testids'
import './asof.css'

const AsOfMenu = lazy(() => import('./AsOfMenu'))

/** Which moment of the branch the page shows, on pages that can show the past. */
export function AsOf() {
  return hasPast(useLocation().pathname) ? <Control /> : null
}

function Control() {
  const { t } = useI18n()
  const { at } = usePlace()
  const [open, setOpen] = useState(false)
  useKeys({ h: () => setOpen(true) })
  const shown = at === undefined ? t('asof.now') : t('asof.at', { rev: at })
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      classNames={{ root: 'asof-pop' }}
      destroyOnHidden
      content={
        <Suspense fallback={<span className="skeleton asof-menu" />}>
          <AsOfMenu close={() => setOpen(false)} />
        </Suspense>
      }
    >
      <button type="button" className={'asof-button' + (at === undefined ? '' : ' past')} aria-label={t('asof.control') + ' · ' + shown} aria-expanded={open} title={t('asof.control')} data-testid={testid.asof.open}>
        <History size={15} aria-hidden />
        <span className="clip">{shown}</span>
        <ChevronDown size={14} aria-hidden />
      </button>
    </Popover>
  )
}
