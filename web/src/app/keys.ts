import { useEffect, useRef } from 'react'

const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

/** The name of the command key on this machine. */
export const keyName = (k: 'mod') => (k === 'mod' ? (apple ? '⌘' : 'Ctrl ') : k)

/** Whether the person is typing somewhere, so that letters aren't commands. */
export function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('[role=dialog],[role=menu],[role=listbox],.cm-editor') !== null
}

export type Keys = Record<string, (e: KeyboardEvent) => void>

/**
 * Keyboard commands of a page. Names are those of KeyboardEvent.key; "mod+k" means
 * ⌘ or Ctrl, and "g d" two keys one after the other. Plain keys rest while somebody types.
 */
export function useKeys(keys: Keys) {
  const now = useRef(keys)
  now.current = keys
  const first = useRef<{ key: string; at: number } | null>(null)
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      if (e.isComposing || e.defaultPrevented) return
      const mod = e.metaKey || e.ctrlKey
      const name = e.key.length === 1 ? e.key.toLowerCase() : e.key
      const run = (k: string) => {
        const act = now.current[k]
        if (!act) return false
        e.preventDefault()
        act(e)
        return true
      }
      if (mod) {
        run('mod+' + name)
        return
      }
      if (e.altKey || typing(e.target)) return
      const before = first.current
      first.current = null
      if (before && Date.now() - before.at < 1200 && run(before.key + ' ' + name)) return
      if (run(name)) return
      if (Object.keys(now.current).some((k) => k.startsWith(name + ' '))) first.current = { key: name, at: Date.now() }
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
