import { DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useI18n } from '../../i18n'
import { testid } from '../../testids'
import { isEmpty } from './cell'
import type { InputProps } from './CellInput'

/** A calendar day, or an instant to the minute. */
export default function TimeInput(props: InputProps) {
  const { field, value, onChange, onCommit, onCancel, autoFocus, open, id } = props
  const { language } = useI18n()
  const timed = field.kind === 'timestamp'
  const day = language === 'en' ? 'D MMM YYYY' : 'YYYY年M月D日'
  return (
    <DatePicker
      id={id}
      className="cell-input"
      autoFocus={autoFocus}
      defaultOpen={open}
      showTime={timed ? { format: 'HH:mm' } : false}
      format={[timed ? day + ' HH:mm' : day, 'YYYY-MM-DD', 'YYYYMMDD', 'YYYY/M/D']}
      value={isEmpty(value) ? null : dayjs(String(value))}
      onChange={(d) => {
        const cell = d ? (timed ? d.toDate().toISOString() : d.format('YYYY-MM-DD')) : null
        onChange(cell)
        onCommit?.(cell)
      }}
      onBlur={() => onCancel?.()}
      needConfirm={timed}
      allowClear={!field.required}
      data-testid={testid.record.input(field.name)}
    />
  )
}
