import { createContext, useCallback, useContext, useLayoutEffect, useMemo, useState, type ReactNode } from 'react'
import { branchColors, fonts, palettes, sizes, type ThemeName } from './tokens'

export type ThemeChoice = ThemeName | 'system'

interface ThemeState {
  name: ThemeName
  choice: ThemeChoice
  choose: (c: ThemeChoice) => void
}

const Context = createContext<ThemeState | null>(null)
const key = 'headwater.theme'
const dark = () => window.matchMedia('(prefers-color-scheme: dark)')

/** Publishes the tokens as CSS variables on the root element. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>(() => (localStorage.getItem(key) as ThemeChoice | null) ?? 'system')
  const [system, setSystem] = useState<ThemeName>(() => (dark().matches ? 'dark' : 'light'))
  const name = choice === 'system' ? system : choice

  useLayoutEffect(() => {
    const query = dark()
    const listen = () => setSystem(query.matches ? 'dark' : 'light')
    query.addEventListener('change', listen)
    return () => query.removeEventListener('change', listen)
  }, [])
  useLayoutEffect(() => publish(name), [name])

  const choose = useCallback((c: ThemeChoice) => {
    localStorage.setItem(key, c)
    setChoice(c)
  }, [])
  const state = useMemo(() => ({ name, choice, choose }), [name, choice, choose])
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
