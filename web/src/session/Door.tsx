import type { ReactNode } from 'react'
import { useI18n } from '../i18n'
import './door.css'

/** The frame around the pages before sign-in. */
export function Door({ children }: { children: ReactNode }) {
  const { t, language, setLanguage } = useI18n()
  return (
    <div className="door">
      <header>
        <img src="/icon.svg" alt="" width={28} height={28} />
        <strong>{t('app.name')}</strong>
        <span className="faint">{t('app.tagline')}</span>
        <button type="button" className="plain soft language" onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}>
          {language === 'en' ? '中文' : 'English'}
        </button>
      </header>
      <main>{children}</main>
    </div>
  )
}
