import { useCallback, useEffect, useRef, useState, type DragEvent, type HTMLAttributes, type KeyboardEvent } from 'react'
import { useI18n } from '../i18n'
import '../i18n/deal'

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'

interface Lifted {
  id: string
  name: string
  from: string
  over: string
  by: 'mouse' | 'keys'
}

interface Options {
  enabled: boolean
  /** The place that lies beside another; undefined: none. */
  beside: (place: string, arrow: Arrow) => string | undefined
  placeName: (place: string) => string
  drop: (id: string, to: string) => void
}

const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']

/**
 * Cards that are carried from place to place: by mouse, or by keys. Space lifts the card
 * that has the focus, arrows choose where to, Enter puts it down, Escape leaves it. While
 * nothing is lifted, arrows go from card to card. What happens is said for those who
 * don't see it (`said`).
 */
export function useCarry({ enabled, beside, placeName, drop }: Options) {
  const { t } = useI18n()
  const [lifted, lift] = useState<Lifted>()
  const [said, say] = useState('')
  const refocus = useRef<string | undefined>(undefined)
  const board = useRef<HTMLDivElement>(null)
  const put = useCallback(
    (l: Lifted, to: string) => {
      lift(undefined)
      if (to === l.from) return say(t('carry.left', { name: l.name }))
      if (l.by === 'keys') refocus.current = l.id
      say(t('carry.dropped', { name: l.name, place: placeName(to) }))
      drop(l.id, to)
    },
    [drop, placeName, t],
  )
  useEffect(() => {
    if (!refocus.current || lifted) return
    const card = board.current?.querySelector<HTMLElement>(`[data-card="${CSS.escape(refocus.current)}"]`)
    if (card && document.activeElement !== card && (document.activeElement === document.body || !document.activeElement)) {
      card.focus()
      refocus.current = undefined
    }
  })
  const keys = (e: KeyboardEvent<HTMLElement>, id: string, name: string, from: string) => {
    if (e.target !== e.currentTarget) return
    const arrow = arrows.includes(e.key) ? (e.key as Arrow) : undefined
    if (!lifted && e.key === ' ' && enabled) {
      lift({ id, name, from, over: from, by: 'keys' })
      say(t('carry.lifted', { name, place: placeName(from) }))
    } else if (!lifted && arrow) focusNext(e.currentTarget, arrow, beside)
    else if (lifted && arrow) {
      const over = beside(lifted.over, arrow)
      if (over !== undefined) {
        lift({ ...lifted, over })
        say(t('carry.over', { place: placeName(over) }))
        board.current?.querySelector(`[data-place="${CSS.escape(over)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      }
    } else if (lifted && (e.key === 'Enter' || e.key === ' ')) put(lifted, lifted.over)
    else if (lifted && e.key === 'Escape') put(lifted, lifted.from)
    else return
    e.preventDefault()
    e.stopPropagation()
  }
  const card = (id: string, name: string, from: string): HTMLAttributes<HTMLElement> & { 'data-card': string } => ({
    'data-card': id,
    tabIndex: 0,
    draggable: enabled,
    className: lifted?.id === id ? 'lifted' : '',
    onDragStart: (e) => {
      e.dataTransfer.effectAllowed = 'move'
      e.dataTransfer.setData('text/plain', name)
      lift({ id, name, from, over: from, by: 'mouse' })
    },
    onDragEnd: () => lift(undefined),
    onBlur: (e) => e.target === e.currentTarget && lifted?.by === 'keys' && put(lifted, lifted.from),
    onKeyDown: (e) => keys(e, id, name, from),
  })
  const place = (name: string): HTMLAttributes<HTMLElement> & { 'data-place': string } => ({
    'data-place': name,
    className: lifted && lifted.over === name && lifted.from !== name ? 'carry-over' : '',
    onDragOver: (e: DragEvent) => {
      if (!lifted) return
      e.preventDefault()
      if (lifted.over !== name) lift({ ...lifted, over: name })
    },
    onDrop: (e: DragEvent) => {
      e.preventDefault()
      if (lifted) put(lifted, name)
    },
  })
  return { board, card, place, said, lifted }
}

export type Carry = ReturnType<typeof useCarry>

/** Up and down within a place, else to the first card of the place beside. */
function focusNext(card: HTMLElement, arrow: Arrow, beside: Options['beside']) {
  const home = card.closest<HTMLElement>('[data-place]')
  const cards = [...(home?.querySelectorAll<HTMLElement>('[data-card]') ?? [])]
  const at = cards.indexOf(card)
  const next = arrow === 'ArrowDown' ? cards[at + 1] : arrow === 'ArrowUp' ? cards[at - 1] : undefined
  if (next) return next.focus()
  for (let name = home?.dataset['place'], n = 0; name !== undefined && n < 20; n++) {
    name = beside(name, arrow)
    const first = name === undefined ? null : home?.parentElement?.closest('[data-board]')?.querySelector<HTMLElement>(`[data-place="${CSS.escape(name)}"] [data-card]`)
    if (first) return first.focus()
  }
}
