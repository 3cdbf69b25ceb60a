import { Input } from 'antd'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'
import { testid } from '../testids'
import { formOf, kept, usualPorts, type Address } from './address'

/** The parts of an address, as far as its kind has them. */
export function AddressForm({ address: a, change }: { address: Address; change: (a: Address) => void }) {
  const { t } = useI18n()
  const form = formOf(a.scheme)
  const put = (part: Partial<Address>) => change({ ...a, ...part })
  const field = (key: 'host' | 'port' | 'path' | 'user' | 'options', label: TextKey, placeholder = '') => (
    <label className="form-field" key={key}>
      <span>{t(label)}</span>
      <Input value={a[key]} placeholder={placeholder} spellCheck={false} autoComplete="off" onChange={(e) => put({ [key]: e.target.value })} data-testid={testid.sources.part(key)} />
    </label>
  )
  if (form === 'path')
    return (
      <div className="stack">
        {field('path', a.scheme === 'sqlite' ? 'source.filePath' : 'source.dirPath', a.scheme === 'sqlite' ? '/srv/data/crm.db' : '/srv/exports')}
        <small className="faint">{t('source.onServer')}</small>
      </div>
    )
  if (form === 'bucket')
    return (
      <div className="stack">
        <div className="two">
          {field('host', 'source.bucket')}
          {field('path', 'source.prefix', 'exports/2026')}
        </div>
        {field('options', 'source.options', 'region=eu-west-1')}
      </div>
    )
  return (
    <div className="stack">
      <div className="host-port">
        {field('host', 'source.host', 'db.example.com')}
        {field('port', 'source.port', usualPorts[a.scheme])}
      </div>
      {a.scheme !== 'chroma' && field('path', 'source.database')}
      <div className="two">
        {field('user', 'source.user')}
        <label className="form-field">
          <span>{t('session.password')}</span>
          <Input.Password
            value={a.password === kept ? '' : a.password}
            placeholder={a.password === kept ? t('source.secretKept') : ''}
            autoComplete="new-password"
            onChange={(e) => put({ password: e.target.value })}
            data-testid={testid.sources.part('password')}
          />
        </label>
      </div>
      {field('options', 'source.options', a.scheme.startsWith('postgres') ? 'sslmode=require' : '')}
    </div>
  )
}
