import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown, Input, Modal, Select } from 'antd'
import { Copy, MoreHorizontal, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { createTeam, createUser, listTeams, listUsers, updateUser, type PersonInput } from '../api/session'
import type { Person, PersonSaved, Role, Scope } from '../api/types'
import { Face } from '../app/Face'
import { Failure } from '../app/Failure'
import { useToasts } from '../app/Toasts'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import { useRights, useSession } from '../session/useSession'
import { testid } from '../testids'
import './settings.css'

const roles: Role[] = ['owner', 'admin', 'manager', 'seller', 'viewer']
const scopes: Scope[] = ['own', 'team', 'all']
const usual: Record<Role, Scope> = { owner: 'all', admin: 'all', manager: 'team', seller: 'own', viewer: 'all' }

/** Who works here, and what each may see and do. */
export default function PeoplePage() {
  const { t, format } = useI18n()
  const rights = useRights()
  const { user } = useSession()
  const client = useQueryClient()
  const toasts = useToasts()
  const { data = [], error, refetch } = useQuery({ queryKey: ['people'], queryFn: listUsers })
  // Those who can sign in come first; the directory only follows.
  const people = [...data].sort((a, b) => Number(!a.role) - Number(!b.role) || Number(a.active === false) - Number(b.active === false))
  const [dialog, setDialog] = useState<Person | 'new' | null>(null)
  const [link, setLink] = useState<PersonSaved | null>(null)
  const saved = (s: PersonSaved) => {
    void client.invalidateQueries({ queryKey: ['people'] })
    setDialog(null)
    if (s.link) setLink(s)
  }
  const change = useMutation({ mutationFn: ({ id, body }: { id: string; body: PersonInput }) => updateUser(id, body), onSuccess: saved, onError: toasts.fail })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('nav.people')}</h1>
        {rights.admin && (
          <Button type="primary" icon={<UserPlus size={15} />} onClick={() => setDialog('new')} data-testid={testid.settings.addPerson}>
            {t('people.add')}
          </Button>
        )}
      </div>
      <div className="page-body">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('session.name')}</th>
              <th scope="col">{t('people.team')}</th>
              {rights.admin && <th scope="col">{t('people.role')}</th>}
              {rights.admin && <th scope="col">{t('people.scope')}</th>}
              {rights.admin && <th scope="col">{t('people.seen')}</th>}
              {rights.admin && <th aria-hidden />}
            </tr>
          </thead>
          <tbody>
            {people.map((p) => (
              <tr key={p.id} className={p.active === false ? 'inactive' : ''}>
                <td>
                  <span className="row">
                    <Face name={p.name} />
                    <span>
                      <strong>{p.name}</strong>
                      <small className="faint" style={{ display: 'block' }}>
                        {p.email}
                      </small>
                    </span>
                  </span>
                </td>
                <td>{p.team}</td>
                {rights.admin && <td>{p.role ? t(`people.role.${p.role}`) : <span className="faint">{t('people.directoryOnly')}</span>}</td>}
                {rights.admin && <td>{p.scope && t(`people.scope.${p.scope}`)}</td>}
                {rights.admin && <td className="faint">{p.active === false ? <span className="pill">{t('people.inactive')}</span> : p.last_seen ? <time title={format.time(p.last_seen)}>{format.ago(p.last_seen)}</time> : t('people.never')}</td>}
                {rights.admin && (
                  <td className="num">
                    <Dropdown
                      trigger={['click']}
                      placement="bottomRight"
                      menu={{
                        items: [
                          { key: 'edit', label: t('act.edit'), onClick: () => setDialog(p) },
                          { key: 'link', label: t('people.newLink'), disabled: !p.role || p.active === false, onClick: () => change.mutate({ id: p.id, body: { reset: true } }) },
                          { type: 'divider' },
                          p.active === false ? { key: 'on', label: t('people.activate'), onClick: () => change.mutate({ id: p.id, body: { active: true } }) } : { key: 'off', danger: true, disabled: p.id === user?.id, label: t('people.deactivate'), onClick: () => change.mutate({ id: p.id, body: { active: false } }) },
                        ],
                      }}
                    >
                      <button type="button" className="icon-button" aria-label={t('people.actions', { name: p.name })}>
                        <MoreHorizontal size={16} />
                      </button>
                    </Dropdown>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {dialog && <PersonDialog person={dialog === 'new' ? undefined : dialog} close={() => setDialog(null)} saved={saved} />}
      {link?.link && <LinkDialog name={link.user.name} link={link.link} close={() => setLink(null)} />}
    </div>
  )
}

function PersonDialog({ person, close, saved }: { person?: Person; close: () => void; saved: (s: PersonSaved) => void }) {
  const { t } = useI18n()
  const problem = useProblem()
  const { user } = useSession()
  const client = useQueryClient()
  const teams = useQuery({ queryKey: ['teams'], queryFn: listTeams })
  const [v, setV] = useState<PersonInput>(() => (person ? { name: person.name, email: person.email, role: person.role ?? 'seller', scope: person.scope, team: person.team } : { name: '', email: '', role: 'seller', scope: 'own', team: '' }))
  const [newTeam, setNewTeam] = useState('')
  const save = useMutation({ mutationFn: () => (person ? updateUser(person.id, v) : createUser({ ...v, name: v.name ?? '', email: v.email ?? '', role: v.role ?? 'seller' })), onSuccess: saved })
  const addTeam = useMutation({
    mutationFn: () => createTeam(newTeam.trim()),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['teams'] })
      setV({ ...v, team: made.name })
      setNewTeam('')
    },
  })
  const error = save.error ?? addTeam.error
  return (
    <Modal open title={person ? t('people.edit') : t('people.add')} onCancel={close} onOk={() => save.mutate()} okText={person ? t('act.save') : t('people.add')} cancelText={t('act.cancel')} okButtonProps={{ loading: save.isPending, disabled: !v.name?.trim(), 'data-testid': testid.settings.personSubmit }} width={440}>
      <div className="stack" style={{ gap: 12 }}>
        <label className="form-field">
          <span>{t('session.name')}</span>
          <Input autoFocus value={v.name} onChange={(e) => setV({ ...v, name: e.target.value })} data-testid="person-name" />
        </label>
        <label className="form-field">
          <span>{t('session.email')}</span>
          <Input type="email" value={v.email} onChange={(e) => setV({ ...v, email: e.target.value })} data-testid="person-email" />
        </label>
        <label className="form-field">
          <span>{t('people.role')}</span>
          <Select value={v.role} onChange={(role: Role) => setV({ ...v, role, scope: usual[role] })} options={roles.filter((r) => r !== 'owner' || user?.role === 'owner').map((r) => ({ value: r, label: `${t(`people.role.${r}`)} — ${t(`people.can.${r}`)}` }))} data-testid="person-role" />
        </label>
        <label className="form-field">
          <span>{t('people.scope')}</span>
          <Select value={v.scope} onChange={(scope: Scope) => setV({ ...v, scope })} options={scopes.map((s) => ({ value: s, label: t(`people.scope.${s}`) }))} />
        </label>
        <div className="form-field">
          <span>{t('people.team')}</span>
          <Select
            value={v.team || undefined}
            allowClear
            placeholder={t('people.noTeam')}
            aria-label={t('people.team')}
            options={(teams.data ?? []).map((x) => ({ value: x.name, label: x.name }))}
            onChange={(team: string | undefined) => setV({ ...v, team: team ?? '' })}
            popupRender={(menu) => (
              <>
                {menu}
                <div className="row" style={{ padding: 6, borderTop: '1px solid var(--line)' }}>
                  <Input size="small" value={newTeam} placeholder={t('people.newTeam')} onChange={(e) => setNewTeam(e.target.value)} onKeyDown={(e) => e.stopPropagation()} />
                  <Button size="small" disabled={!newTeam.trim()} onClick={() => addTeam.mutate()}>
                    {t('act.add')}
                  </Button>
                </div>
              </>
            )}
          />
        </div>
        {!person && <p className="faint">{t('people.linkHint')}</p>}
        {error && (
          <p className="error-note" role="alert">
            {problem(error)}
          </p>
        )}
      </div>
    </Modal>
  )
}

function LinkDialog({ name, link, close }: { name: string; link: string; close: () => void }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const url = new URL(link, location.origin).toString()
  return (
    <Modal open title={t('people.linkTitle', { name })} onCancel={close} footer={<Button onClick={close}>{t('act.done')}</Button>} width={520}>
      <p className="soft">{t('people.linkText')}</p>
      <div className="row" style={{ marginTop: 8 }}>
        <Input readOnly value={url} onFocus={(e) => e.target.select()} data-testid={testid.settings.link} />
        <Button icon={<Copy size={14} />} onClick={() => void navigator.clipboard.writeText(url).then(() => toasts.done(t('act.copied')))}>
          {t('act.copy')}
        </Button>
      </div>
    </Modal>
  )
}
