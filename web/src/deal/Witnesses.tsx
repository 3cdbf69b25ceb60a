import { Popover } from 'antd'
import { Info } from 'lucide-react'
import type { Found, Witness } from '../api/deals'
import { Go, paths } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { useSchema } from '../records/schema'

/** The records that an answer rests on, as links. */
export function Witnesses({ list, most = 4 }: { list: Witness[]; most?: number }) {
  if (list.length === 0) return null
  return (
    <span className="witnesses">
      {list.slice(0, most).map((w) => (
        <Go key={w.id} to={paths.record(w.entity, w.id)} className="witness clip" title={w.title}>
          {w.title || w.id.slice(-6)}
        </Go>
      ))}
      {list.length > most && <span className="faint">+{list.length - most}</span>}
    </span>
  )
}

/** What was counted, for whoever wants to know. */
export function CheckNote({ found }: { found: Found }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const entity = label(schema.entity(found.of)?.plural, found.of)
  const text = found.problem || (found.where ? t('progress.check', { entity, where: found.where }) : t('progress.checkAll', { entity }))
  return (
    <Popover content={<span className="check-note">{text}</span>} trigger={['hover', 'focus', 'click']}>
      <button type="button" className="icon-button tiny" aria-label={text}>
        <Info size={13} aria-hidden />
      </button>
    </Popover>
  )
}

/** How many were found, of how many, or at least how many. */
export function CountOf({ found }: { found: Found }) {
  const { t } = useI18n()
  const more = found.holds && found.count > found.at_least
  const text = found.at_most !== undefined ? t('progress.countMost', { n: found.count, of: found.at_most }) : t(more ? 'progress.countMore' : 'progress.count', { n: found.count, of: found.at_least })
  return <span className={'count-of num ' + (found.holds ? 'added' : 'soft')}>{text}</span>
}
