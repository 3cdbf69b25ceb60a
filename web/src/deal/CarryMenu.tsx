import { Dropdown } from 'antd'
import { ArrowRightLeft } from 'lucide-react'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { testid } from '../testids'

/** Moves a card without dragging it: for fingers, and for those who prefer a list. */
export function CarryMenu({ name, from, places, move }: { name: string; from: string; places: { value: string; label: string }[]; move: (to: string) => void }) {
  const { t } = useI18n()
  return (
    <Dropdown trigger={['click']} menu={{ items: places.filter((p) => p.value !== from).map((p) => ({ key: p.value, label: <span data-testid={testid.deal.moveTo(p.value)}>{p.label}</span> })), onClick: ({ key }) => move(key) }}>
      <button type="button" className="icon-button" aria-label={t('carry.menu', { name })} title={t('carry.to')} data-testid={testid.deal.moveMenu}>
        <ArrowRightLeft size={14} aria-hidden />
      </button>
    </Dropdown>
  )
}
