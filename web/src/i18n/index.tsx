import { createContext, useCallback, useContext, useLayoutEffect, useMemo, useState, type ReactNode } from 'react'
import type { Label } from '../api/types'
import { en } from './en'
import { fill, type Params } from './fill'
import { formatter, type Formatter } from './format'
import type { asofZh } from './asof.zh-CN'
import type { dealZh } from './deal.zh-CN'
import type { homesZh } from './homes.zh-CN'
import type { needsZh } from './needs.zh-CN'
import type { packsZh } from './packs.zh-CN'
import type { profileZh } from './profile.zh-CN'
import type { nurtureZh } from './nurture.zh-CN'
import type { reconZh } from './recon.zh-CN'
import type { valueZh } from './value.zh-CN'
import { zh } from './zh-CN'

export type Language = 'zh-CN' | 'en'
export type { Params }
export type TextKey = keyof typeof zh | keyof typeof dealZh | keyof typeof homesZh | keyof typeof needsZh | keyof typeof packsZh | keyof typeof profileZh | keyof typeof reconZh | keyof typeof nurtureZh | keyof typeof asofZh | keyof typeof valueZh

export interface I18n {
  language: Language
  /** The text of a key with its {params} filled in. */
  t: (key: TextKey, params?: Params) => string
  /** The label of an entity, field or option in the reader's language. */
  label: (l: Label | undefined, fallback?: string) => string
  format: Formatter
  setLanguage: (l: Language) => void
}

const texts: Record<Language, Record<string, string>> = { 'zh-CN': { ...zh }, en: { ...en } }

/** Adds the texts of pages that come later than the first. */
export function addTexts(more: Record<Language, Record<string, string>>) {
  Object.assign(texts['zh-CN'], more['zh-CN'])
  Object.assign(texts.en, more.en)
}
const key = 'headwater.language'
const Context = createContext<I18n | null>(null)

/** What this browser chose before, else what it prefers, else Chinese. */
export function firstLanguage(): Language {
  const saved = localStorage.getItem(key)
  if (saved === 'zh-CN' || saved === 'en') return saved
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, set] = useState<Language>(firstLanguage)
  useLayoutEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const setLanguage = useCallback((l: Language) => {
    localStorage.setItem(key, l)
    set(l)
  }, [])
  const value = useMemo<I18n>(
    () => ({
      language,
      setLanguage,
      t: (k, params) => fill(texts[language][k] ?? k, params),
      label: (l, fallback = '') => (l && (language === 'en' ? l.en || l.zh : l.zh || l.en)) || fallback,
      format: formatter(language),
    }),
    [language, setLanguage],
  )
  return <Context value={value}>{children}</Context>
}

export function useI18n(): I18n {
  const value = useContext(Context)
  if (!value) throw new Error('no I18nProvider')
  return value
}
