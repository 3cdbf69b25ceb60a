import { Check, X } from 'lucide-react'
import type { Cell, Field, Titles } from '../../api/types'
import { Face } from '../../app/Face'
import { Go, paths } from '../../app/navigation'
import { useI18n } from '../../i18n'
import { optionColors } from '../../theme/tokens'
import { useTheme } from '../../theme/ThemeProvider'
import { isEmpty, isMoney, prettyJson, readVector, vectorPreview } from './cell'
import './inputs.css'

interface Props {
  field: Field
  cell: Cell
  titles?: Titles
  /** Links lead away; lists turn them off where a click means something else. */
  plain?: boolean
  masked?: boolean
}

/** One value, shown as its kind is read. */
export function CellView({ field, cell, titles, plain, masked }: Props) {
  const { t, format } = useI18n()
  if (masked) return <span className="faint">{t('value.masked')}</span>
  if (isEmpty(cell)) return null
  switch (field.kind) {
    case 'money':
      return isMoney(cell) ? <span className="cell-number">{format.money(cell)}</span> : <span>{String(cell)}</span>
    case 'integer':
      return <span className="cell-number">{/year/.test(field.name) ? String(cell) : format.number(String(cell))}</span>
    case 'decimal':
    case 'float':
      return <span className="cell-number">{isFiniteText(cell) ? format.number(String(cell)) : String(cell)}</span>
    case 'boolean':
      return cell === true || cell === 'true' ? <Check size={15} className="cell-yes" aria-label={t('value.yes')} /> : <X size={15} className="faint" aria-label={t('value.no')} />
    case 'date':
      return <span>{format.date(String(cell))}</span>
    case 'timestamp':
      return <time title={format.time(String(cell))}>{format.ago(String(cell))}</time>
    case 'enum':
      return <OptionPill field={field} name={String(cell)} />
    case 'reference':
      return <ReferenceView field={field} id={String(cell)} titles={titles} plain={plain} />
    case 'email':
      return plain ? <span>{String(cell)}</span> : <a href={'mailto:' + String(cell)}>{String(cell)}</a>
    case 'phone':
      return plain ? <span>{String(cell)}</span> : <a href={'tel:' + String(cell)}>{String(cell)}</a>
    case 'url':
      return <UrlView url={String(cell)} plain={plain} />
    case 'json':
      return plain ? <code className="cell-code clip">{String(cell)}</code> : <pre className="cell-code">{prettyJson(String(cell))}</pre>
    case 'vector':
      return <VectorView text={String(cell)} />
    default:
      return <span>{String(cell)}</span>
  }
}

export function OptionPill({ field, name }: { field: Field; name: string }) {
  const { label } = useI18n()
  const { name: theme } = useTheme()
  const option = field.options?.find((o) => o.name === name)
  const colors = optionColors[theme][option?.color ?? 'grey'] ?? optionColors[theme].grey
  return (
    <span className="pill" style={colors && { color: colors[0], background: colors[1] }}>
      <span className="clip">{label(option?.label, name)}</span>
    </span>
  )
}

function ReferenceView({ field, id, titles, plain }: { field: Field; id: string; titles?: Titles; plain?: boolean }) {
  const { t } = useI18n()
  const title = titles?.[field.target ?? '']?.[id]
  if (title === undefined) return <span className="faint">{t('value.unknown')}</span>
  if (field.target === 'users')
    return (
      <span className="cell-person">
        <Face name={title} small />
        <span className="clip">{title}</span>
      </span>
    )
  if (plain) return <span>{title}</span>
  return <Go to={paths.record(field.target ?? '', id)}>{title}</Go>
}

const isFiniteText = (cell: Cell) => Number.isFinite(Number(cell))

/** A vector is too long to read: how many numbers, and the first ones. */
function VectorView({ text }: { text: string }) {
  const { t } = useI18n()
  const v = readVector(text)
  if (!v) return <code className="cell-code clip">{text}</code>
  return (
    <span className="cell-vector" title={v.length <= 64 ? text : undefined}>
      <span className="faint">{t('value.dimensions', { n: v.length })}</span> <code className="clip">{vectorPreview(v)}</code>
    </span>
  )
}

/** Only web addresses become links. */
function UrlView({ url, plain }: { url: string; plain?: boolean }) {
  const shown = url.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')
  if (plain || !/^https?:\/\//.test(url)) return <span>{shown}</span>
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {shown}
    </a>
  )
}

/** The same value as plain text, for titles, chips and screen readers. */
export function useCellText() {
  const { t, format, label } = useI18n()
  return (field: Field | undefined, cell: Cell, titles?: Titles): string => {
    if (isEmpty(cell)) return ''
    if (isMoney(cell)) return format.money(cell)
    switch (field?.kind) {
      case 'integer':
      case 'decimal':
        return format.number(String(cell))
      case 'float':
        return isFiniteText(cell) ? format.number(String(cell)) : String(cell)
      case 'vector': {
        const v = readVector(String(cell))
        return v ? t('value.dimensions', { n: v.length }) + ' ' + vectorPreview(v) : String(cell)
      }
      case 'boolean':
        return t(cell === true || cell === 'true' ? 'value.yes' : 'value.no')
      case 'date':
        return format.date(String(cell))
      case 'timestamp':
        return format.time(String(cell))
      case 'enum':
        return label(field.options?.find((o) => o.name === cell)?.label, String(cell))
      case 'reference':
        return titles?.[field.target ?? '']?.[String(cell)] ?? t('value.unknown')
      default:
        return String(cell)
    }
  }
}
