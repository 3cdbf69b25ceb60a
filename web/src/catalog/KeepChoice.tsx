import { InputNumber, Segmented, Select, Space } from 'antd'
import type { Keep } from '../api/homeTypes'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { testid } from '../testids'

type Unit = 60 | 3600 | 86400
const unitOf = (seconds: number): Unit => (seconds % 86400 === 0 ? 86400 : seconds % 3600 === 0 ? 3600 : 60)

interface Props {
  keep: Keep | null
  change: (k: Keep | null) => void
  /** Fields that may only grow: with one, a refresh reads what is new. */
  growing: { value: string; label: string }[]
}

/** Read in place each time, or keep a copy and refresh it. */
export function KeepChoice({ keep, change, growing }: Props) {
  const { t } = useI18n()
  const every = keep?.every_seconds ?? 0
  const unit = unitOf(every || 3600)
  const mode = !keep ? 'live' : every > 0 ? 'every' : 'hand'
  const turn = (m: string) => change(m === 'live' ? null : { ...keep, every_seconds: m === 'every' ? every || 3600 : 0 })
  return (
    <div className="stack" data-testid={testid.entity.keep}>
      <Segmented
        value={mode}
        onChange={turn}
        options={[
          { value: 'live', label: t('keep.live') },
          { value: 'hand', label: t('keep.hand') },
          { value: 'every', label: t('keep.every') },
        ]}
        style={{ alignSelf: 'start' }}
      />
      <small className="faint">{t(mode === 'live' ? 'keep.liveText' : 'keep.keptText')}</small>
      {keep && (
        <div className="row wrap">
          {mode === 'every' && (
            <Space.Compact>
              <InputNumber min={1} precision={0} value={every / unit} aria-label={t('keep.interval')} onChange={(n) => n && change({ ...keep, every_seconds: n * unit })} style={{ width: 80 }} />
              <Select<Unit>
                value={unit}
                aria-label={t('keep.unit')}
                onChange={(u) => change({ ...keep, every_seconds: (every / unit) * u })}
                options={[
                  { value: 60, label: t('keep.minutes') },
                  { value: 3600, label: t('keep.hours') },
                  { value: 86400, label: t('keep.days') },
                ]}
                style={{ width: 90 }}
              />
            </Space.Compact>
          )}
          {growing.length > 0 && (
            <Select allowClear style={{ minWidth: 240 }} value={keep.high_water || undefined} placeholder={t('keep.highWater')} aria-label={t('keep.highWater')} options={growing} onChange={(f: string | undefined) => change({ ...keep, high_water: f || undefined })} />
          )}
        </div>
      )}
    </div>
  )
}
