import { useMutation } from '@tanstack/react-query'
import { Button, Input, Segmented } from 'antd'
import { useState, type FormEvent } from 'react'
import { updateMe } from '../api/session'
import { Face } from '../app/Face'
import { useToasts } from '../app/Toasts'
import { useProblem } from '../app/useProblem'
import { useI18n, type Language } from '../i18n'
import { useSession, useSetSession } from '../session/useSession'
import { testid } from '../testids'
import { useTheme, type ThemeChoice } from '../theme/ThemeProvider'
import './settings.css'

/** Oneself: name, language, appearance, password. */
export default function ProfilePage() {
  const { t, language, setLanguage } = useI18n()
  const { choice, choose } = useTheme()
  const { user, version } = useSession()
  const accept = useSetSession()
  const toasts = useToasts()
  const [name, setName] = useState(user?.name ?? '')
  const save = useMutation({ mutationFn: updateMe, onSuccess: (s) => accept(s).then(() => toasts.done(t('act.saved'))), onError: toasts.fail })
  const speak = (l: Language) => {
    setLanguage(l)
    save.mutate({ language: l === 'en' ? 'en' : 'zh' })
  }
  if (!user) return null
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('nav.profile')}</h1>
      </div>
      <div className="page-body settings-form">
        <section className="row" style={{ gap: 12 }}>
          <Face name={user.name} />
          <div>
            <strong>{user.email}</strong>
            <p className="faint">
              {t(`people.role.${user.role}`)} · {t(`people.scope.${user.scope}`)}
              {user.team && ' · ' + user.team}
            </p>
          </div>
        </section>
        <section className="form-field">
          <span>{t('session.name')}</span>
          <div className="row">
            <Input value={name} onChange={(e) => setName(e.target.value)} aria-label={t('session.name')} />
            <Button disabled={!name.trim() || name === user.name} onClick={() => save.mutate({ name: name.trim() })}>
              {t('act.save')}
            </Button>
          </div>
        </section>
        <section className="form-field">
          <span>{t('profile.language')}</span>
          <Segmented<Language>
            value={language}
            onChange={speak}
            options={[
              { value: 'zh-CN', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
        </section>
        <section className="form-field">
          <span>{t('top.theme')}</span>
          <Segmented<ThemeChoice>
            value={choice}
            onChange={choose}
            options={[
              { value: 'light', label: t('top.light') },
              { value: 'dark', label: t('top.dark') },
              { value: 'system', label: t('top.system') },
            ]}
          />
        </section>
        <PasswordForm known={user.has_password !== false} />
        <p className="faint">Headwater {version}</p>
      </div>
    </div>
  )
}

function PasswordForm({ known }: { known: boolean }) {
  const { t } = useI18n()
  const problem = useProblem()
  const toasts = useToasts()
  const accept = useSetSession()
  const [old, setOld] = useState('')
  const [fresh, setFresh] = useState('')
  const save = useMutation({
    mutationFn: () => updateMe({ password: fresh, old_password: old || undefined }),
    onSuccess: async (s) => {
      await accept(s)
      setOld('')
      setFresh('')
      toasts.done(t('act.saved'))
    },
  })
  const submit = (e: FormEvent) => {
    e.preventDefault()
    save.mutate()
  }
  return (
    <form className="form-field" onSubmit={submit}>
      <span>{t('session.password')}</span>
      {!known && <p className="info-note">{t('session.passwordAdvice')}</p>}
      {known && <Input.Password value={old} autoComplete="current-password" placeholder={t('session.oldPassword')} aria-label={t('session.oldPassword')} onChange={(e) => setOld(e.target.value)} data-testid="password-old" />}
      <Input.Password value={fresh} autoComplete="new-password" placeholder={t('session.newPassword')} aria-label={t('session.newPassword')} onChange={(e) => setFresh(e.target.value)} data-testid="password-new" />
      {save.error && (
        <p className="error-note" role="alert">
          {problem(save.error)}
        </p>
      )}
      <div>
        <Button htmlType="submit" disabled={fresh.length < 8} loading={save.isPending} data-testid={testid.settings.passwordSubmit}>
          {t('profile.setPassword')}
        </Button>
      </div>
    </form>
  )
}
