import { Tooltip } from 'antd'
import { Database, HardDriveDownload, Pin, Waves, type LucideIcon } from 'lucide-react'
import type { EntityState, Mode } from '../api/homeTypes'
import { useI18n } from '../i18n'
import { testid } from '../testids'
import './homes.css'

const icons: Record<Mode, LucideIcon> = { native: Database, floating: Waves, pinned: Pin, kept: HardDriveDownload }

/** Says whether numbers are as of now, frozen, or from a copy, and how old they are. */
export function ModeBadge({ state, bare }: { state: EntityState; bare?: boolean }) {
  const { t, format } = useI18n()
  const Icon = icons[state.mode] ?? Waves
  const aged = (state.mode === 'pinned' || state.mode === 'kept') && state.at
  const why = t(`mode.why.${state.mode}`) + (aged && state.at ? t('mode.asOf', { time: format.time(state.at) }) : '') + (state.whole_at ? t('mode.misses', { time: format.time(state.whole_at) }) : '')
  return (
    <Tooltip title={why}>
      <span className={'mode-badge ' + state.mode} data-testid={testid.homes.mode} data-mode={state.mode} tabIndex={bare ? undefined : 0} aria-label={t(`mode.${state.mode}`) + ' · ' + why}>
        <Icon size={12} strokeWidth={2} aria-hidden />
        {t(`mode.${state.mode}`)}
        {aged && state.at && !bare && <span className="age">{format.ago(state.at)}</span>}
      </span>
    </Tooltip>
  )
}
