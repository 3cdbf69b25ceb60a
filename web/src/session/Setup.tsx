import { useMutation } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState, type FormEvent } from 'react'
import { Navigate, useNavigate, useSearchParams } from 'react-router'
import { setup } from '../api/session'
import { useProblem } from '../app/useProblem'
import { useI18n, type TextKey } from '../i18n'
import { testid } from '../testids'
import { Door } from './Door'
import { useSessionQuery, useSetSession } from './useSession'

const empty = { code: '', workspace: '', name: '', email: '', password: '' }
type Name = keyof typeof empty

const inputs: { name: Name; label: TextKey; type: string; complete: string; hint?: TextKey }[] = [
  { name: 'code', label: 'session.code', type: 'text', complete: 'one-time-code' },
  { name: 'workspace', label: 'session.workspace', type: 'text', complete: 'organization' },
  { name: 'name', label: 'session.name', type: 'text', complete: 'name' },
  { name: 'email', label: 'session.email', type: 'email', complete: 'username' },
  { name: 'password', label: 'session.password', type: 'password', complete: 'new-password', hint: 'session.passwordRule' },
]

/** The first visit to an empty workspace. */
export function Setup() {
  const { t } = useI18n()
  const problem = useProblem()
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const session = useSessionQuery()
  const accept = useSetSession()
  const [values, setValues] = useState({ ...empty, code: params.get('code') ?? '' })
  const start = useMutation({
    networkMode: 'always',
    mutationFn: () => setup(values),
    onSuccess: async (s) => {
      await accept(s)
      void navigate('/', { replace: true })
    },
  })
  if (session.data && !session.data.setup_needed) return <Navigate to="/" replace />
  const submit = (e: FormEvent) => {
    e.preventDefault()
    start.mutate()
  }
  return (
    <Door>
      <form className="door-form" onSubmit={submit}>
        <h1>{t('session.setup')}</h1>
        <p className="soft">{t('session.setupIntro')}</p>
        {inputs.map((i) => (
          <label key={i.name}>
            <span>{t(i.label)}</span>
            <Input
              type={i.type}
              autoComplete={i.complete}
              value={values[i.name]}
              onChange={(e) => setValues({ ...values, [i.name]: e.target.value })}
              data-testid={testid.setup[i.name]}
              autoFocus={i.name === (values.code ? 'workspace' : 'code')}
              required
            />
            {i.hint && <small className="faint">{t(i.hint)}</small>}
          </label>
        ))}
        {start.error && (
          <p className="error-note" role="alert">
            {problem(start.error)}
          </p>
        )}
        <Button type="primary" htmlType="submit" size="large" block loading={start.isPending} data-testid={testid.setup.submit}>
          {t('session.start')}
        </Button>
      </form>
    </Door>
  )
}
