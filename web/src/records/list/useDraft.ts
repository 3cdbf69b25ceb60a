import { useRef, useState } from 'react'
import type { Cell } from '../../api/types'
import { sameCell } from '../inputs/cell'

/** A value being edited in place: saved once if it changed, dropped on Escape. */
export function useDraft(cell: Cell, save: (c: Cell) => void, leave: () => void) {
  const [value, set] = useState<Cell>(cell)
  const closed = useRef(false)
  const close = (then?: () => void) => {
    if (closed.current) return
    closed.current = true
    then?.()
    leave()
  }
  return {
    value,
    set,
    commit: (c: Cell) => close(sameCell(c, cell) ? undefined : () => save(c)),
    cancel: () => close(),
  }
}
