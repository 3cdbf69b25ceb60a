import { useEffect, useRef } from 'react'
import { typing, type Keys } from '../app/keys'

/**
 * Keyboard commands of a part of a page that come before the page's own, as long as it is
 * on: Escape leaves the part, not the page. A command that returns false wasn't meant.
 */
export function useOwnKeys(keys: Record<string, (e: KeyboardEvent) => void | false>, on = true) {
  const now = useRef<typeof keys | Keys>(keys)
  now.current = keys
  useEffect(() => {
    if (!on) return
    const listen = (e: KeyboardEvent) => {
      if (e.isComposing || e.defaultPrevented || e.metaKey || e.ctrlKey || e.altKey || typing(e.target)) return
      const name = e.key.length === 1 ? e.key.toLowerCase() : e.key
      if ((name === 'Enter' || name === ' ') && e.target instanceof HTMLElement && e.target.closest('button,a,summary')) return
      const act = now.current[name]
      if (!act || act(e) === false) return
      e.preventDefault()
      e.stopPropagation()
    }
    window.addEventListener('keydown', listen, true)
    return () => window.removeEventListener('keydown', listen, true)
  }, [on])
}
