import { createContext, useCallback, useContext, useLayoutEffect, useMemo, useState, type ReactNode } from 'react'
import { branchColors, fonts, palettes, sizes, type ThemeName } from './tokens'

export type ThemeChoice = ThemeName | 'system'

interface ThemeState {
  name: ThemeName
  choice: ThemeChoice
  /** The person asked their system for less motion. */
  still: boolean
  choose: (c: ThemeChoice) => void
}

const Context = createContext<ThemeState | null>(null)
const key = 'headwater.theme'
const darkness = '(prefers-color-scheme: dark)'
const stillness = '(prefers-reduced-motion: reduce)'

/** Whether a media query holds, now and when it changes. */
function useMedia(query: string): boolean {
  const [holds, set] = useState(() => window.matchMedia(query).matches)
  useLayoutEffect(() => {
    const media = window.matchMedia(query)
    const listen = () => set(media.matches)
    media.addEventListener('change', listen)
    return () => media.removeEventListener('change', listen)
  }, [query])
  return holds
}

/** Publishes the tokens as CSS variables on the root element. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>(() => (localStorage.getItem(key) as ThemeChoice | null) ?? 'system')
  const system: ThemeName = useMedia(darkness) ? 'dark' : 'light'
  const still = useMedia(stillness)
  const name = choice === 'system' ? system : choice
  useLayoutEffect(() => publish(name), [name])

  const choose = useCallback((c: ThemeChoice) => {
    localStorage.setItem(key, c)
    setChoice(c)
  }, [])
  const state = useMemo(() => ({ name, choice, still, choose }), [name, choice, still, choose])
  return <Context value={state}>{children}</Context>
}

export function useTheme(): ThemeState {
  const state = useContext(Context)
  if (!state) throw new Error('no ThemeProvider')
  return state
}

function publish(name: ThemeName) {
  const root = document.documentElement
  root.dataset.theme = name
  root.style.colorScheme = name
  for (const [k, v] of Object.entries(palettes[name])) root.style.setProperty('--' + kebab(k), v)
  for (const [i, c] of branchColors[name].entries()) root.style.setProperty('--branch-' + i, c)
  for (const [k, v] of Object.entries(sizes)) root.style.setProperty('--size-' + kebab(k), v + 'px')
  root.style.setProperty('--font-zh', fonts.text)
  root.style.setProperty('--font-latin', fonts.latin)
  root.style.setProperty('--font-code', fonts.code)
}

const kebab = (s: string) => s.replace(/[A-Z]/g, (c) => '-' + c.toLowerCase())
