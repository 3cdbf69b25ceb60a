import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal, Select } from 'antd'
import { Copy, KeyRound, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { createToken, deleteToken, listTokens } from '../api/session'
import { Failure } from '../app/Failure'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import { testid } from '../testids'

const key = ['tokens']

/** Keys for programs; each acts with its owner's rights. */
export default function TokensPage() {
  const { t, format } = useI18n()
  const client = useQueryClient()
  const toasts = useToasts()
  const [creating, setCreating] = useState(false)
  const { data = [], isPending, error, refetch } = useQuery({ queryKey: key, queryFn: listTokens })
  const remove = useMutation({ mutationFn: deleteToken, onSuccess: () => client.invalidateQueries({ queryKey: key }), onError: toasts.fail })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  const create = (
    <Button type="primary" icon={<Plus size={15} />} onClick={() => setCreating(true)} data-testid={testid.settings.addToken}>
      {t('token.add')}
    </Button>
  )
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('nav.tokens')}</h1>
        {create}
      </div>
      <div className="page-body">
        {!isPending && data.length === 0 ? (
          <Teach icon={KeyRound} title={t('token.emptyTitle')} text={t('token.emptyText')}>
            {create}
          </Teach>
        ) : (
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{t('token.name')}</th>
                <th scope="col">{t('token.created')}</th>
                <th scope="col">{t('token.expires')}</th>
                <th scope="col">{t('token.used')}</th>
                <th aria-hidden />
              </tr>
            </thead>
            <tbody>
              {data.map((x) => (
                <tr key={x.id}>
                  <td>
                    <strong>{x.name}</strong>
                  </td>
                  <td>{x.created_at && format.time(x.created_at)}</td>
                  <td>{x.expires_at && format.time(x.expires_at)}</td>
                  <td className="faint">{x.last_used ? format.ago(x.last_used) : t('people.never')}</td>
                  <td className="num">
                    <button type="button" className="icon-button" aria-label={t('token.revoke', { name: x.name })} onClick={() => remove.mutate(x.id)}>
                      <Trash2 size={14} />
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      {creating && <TokenDialog close={() => setCreating(false)} created={() => void client.invalidateQueries({ queryKey: key })} />}
    </div>
  )
}

function TokenDialog({ close, created }: { close: () => void; created: () => void }) {
  const { t } = useI18n()
  const problem = useProblem()
  const toasts = useToasts()
  const [name, setName] = useState('')
  const [days, setDays] = useState(90)
  const make = useMutation({ mutationFn: () => createToken(name.trim(), days), onSuccess: created })
  const token = make.data?.token
  return (
    <Modal open title={t('token.add')} onCancel={close} width={480} footer={token ? <Button onClick={close}>{t('act.done')}</Button> : undefined} onOk={() => make.mutate()} okText={t('act.create')} cancelText={t('act.cancel')} okButtonProps={{ disabled: !name.trim(), loading: make.isPending, 'data-testid': testid.settings.tokenSubmit }}>
      {token ? (
        <div className="stack">
          <p>{t('token.once')}</p>
          <div className="row">
            <Input readOnly value={token} onFocus={(e) => e.target.select()} data-testid={testid.settings.token} />
            <Button icon={<Copy size={14} />} onClick={() => void navigator.clipboard.writeText(token).then(() => toasts.done(t('act.copied')))}>
              {t('act.copy')}
            </Button>
          </div>
        </div>
      ) : (
        <div className="stack" style={{ gap: 12 }}>
          <label className="form-field">
            <span>{t('token.name')}</span>
            <Input autoFocus value={name} placeholder={t('token.nameExample')} onChange={(e) => setName(e.target.value)} data-testid="token-name" />
          </label>
          <label className="form-field">
            <span>{t('token.life')}</span>
            <Select value={days} onChange={setDays} options={[30, 90, 365].map((d) => ({ value: d, label: t('token.days', { n: d }) }))} />
          </label>
          {make.error && (
            <p className="error-note" role="alert">
              {problem(make.error)}
            </p>
          )}
        </div>
      )}
    </Modal>
  )
}
