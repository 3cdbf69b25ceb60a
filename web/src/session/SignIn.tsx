import { useMutation } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { Navigate, useNavigate, useSearchParams } from 'react-router'
import { signIn, signInLink } from '../api/session'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import { testid } from '../testids'
import { Door } from './Door'
import { useSessionQuery, useSetSession } from './useSession'

/** An address on this page, never on another site. */
const safe = (next: string | null) => (next && /^\/(?![/\\])/.test(next) ? next : '/')

export function SignIn() {
  const { t } = useI18n()
  const problem = useProblem()
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const session = useSessionQuery()
  const accept = useSetSession()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const code = params.get('code')
  const next = safe(params.get('next'))
  const tried = useRef(false)

  const enter = useMutation({
    networkMode: 'always',
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: async (s) => {
      await accept(s)
      void navigate(next, { replace: true })
    },
  })
  const link = useMutation({
    networkMode: 'always',
    mutationFn: (c: string) => signInLink(c),
    onSuccess: async (s) => {
      await accept(s)
      void navigate(next, { replace: true })
    },
  })
  const { mutate } = link
  useEffect(() => {
    if (!code || tried.current) return
    tried.current = true // the code works once
    mutate(code)
  }, [code, mutate])

  if (session.data?.setup_needed) return <Navigate to="/setup" replace />
  if (session.data?.user && !code) return <Navigate to={next} replace />
  const submit = (e: FormEvent) => {
    e.preventDefault()
    enter.mutate()
  }
  return (
    <Door>
      <form className="door-form" onSubmit={submit}>
        <h1>{session.data?.workspace.name || t('app.name')}</h1>
        {session.data?.workspace.demo && <p className="soft">{t('session.demo')}</p>}
        {link.isPending && <p className="info-note">{t('session.link')}</p>}
        {link.isError && <p className="error-note">{t('session.linkFailed')}</p>}
        <label>
          <span>{t('session.email')}</span>
          <Input autoFocus type="email" autoComplete="username" value={email} onChange={(e) => setEmail(e.target.value)} data-testid={testid.signIn.email} required />
        </label>
        <label>
          <span>{t('session.password')}</span>
          <Input.Password autoComplete="current-password" value={password} onChange={(e) => setPassword(e.target.value)} data-testid={testid.signIn.password} required />
        </label>
        {enter.error && (
          <p className="error-note" role="alert" data-testid={testid.signIn.error}>
            {problem(enter.error)}
          </p>
        )}
        <Button type="primary" htmlType="submit" size="large" block loading={enter.isPending} data-testid={testid.signIn.submit}>
          {t('session.signIn')}
        </Button>
        <p className="faint">{t('session.forgot')}</p>
      </form>
    </Door>
  )
}
