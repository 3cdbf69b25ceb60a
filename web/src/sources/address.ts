/** The address of a source, taken apart for a form. Written back, it is the same address. */
export interface Address {
  scheme: string
  user: string
  password: string // *** is the one that is kept
  host: string
  port: string
  path: string // of a database: its name; of files: the path
  options: string // what stands behind the question mark
}

/** What a form asks for: a server, a path on the server's machine, a bucket, or the address itself. */
export type Form = 'server' | 'path' | 'bucket' | 'address'

const forms: Record<string, Form> = { postgres: 'server', postgresql: 'server', mysql: 'server', mariadb: 'server', chroma: 'server', sqlite: 'path', file: 'path', s3: 'bucket', gs: 'bucket', azblob: 'bucket' }

export const formOf = (scheme: string): Form => forms[scheme] ?? 'address'

export const kept = '***'

export const usualPorts: Record<string, string> = { postgres: '5432', postgresql: '5432', mysql: '3306', mariadb: '3306', chroma: '8000' }

export const blank = (scheme: string): Address => ({ scheme, user: '', password: '', host: '', port: '', path: '', options: '' })

const plain = (s: string) => {
  try {
    return decodeURIComponent(s)
  } catch {
    return s
  }
}

/** Takes an address apart; a password may hold any character, as people paste them. */
export function parseAddress(text: string): Address | undefined {
  const m = /^\s*([a-z][a-z0-9+.-]*):\/\/(.*?)\s*$/is.exec(text)
  if (!m) return undefined
  const scheme = (m[1] ?? '').toLowerCase()
  const [body = '', ...rest] = (m[2] ?? '').split('?')
  const options = rest.join('?')
  if (formOf(scheme) === 'path') return { ...blank(scheme), path: plain(body.replace(/^localhost(?=\/)/, '')), options }
  const at = body.lastIndexOf('@')
  const credentials = at < 0 ? '' : body.slice(0, at)
  const place = body.slice(at + 1)
  const slash = place.indexOf('/')
  const authority = slash < 0 ? place : place.slice(0, slash)
  const path = slash < 0 ? '' : place.slice(slash + 1)
  const colon = credentials.indexOf(':')
  const [, host = authority, port = ''] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? []
  return {
    scheme,
    user: plain(colon < 0 ? credentials : credentials.slice(0, colon)),
    password: colon < 0 ? '' : plain(credentials.slice(colon + 1)),
    host,
    port,
    path: formOf(scheme) === 'address' ? path : plain(path),
    options,
  }
}

const word = (s: string) => encodeURIComponent(s)
const segments = (s: string) => s.split('/').map(word).join('/')

export function writeAddress(a: Address): string {
  const query = a.options ? '?' + a.options : ''
  if (formOf(a.scheme) === 'path') return a.scheme + '://' + (a.path.startsWith('/') ? '' : '/') + segments(a.path).replaceAll('%3A', ':') + query
  const password = a.password === kept ? kept : word(a.password)
  const credentials = a.user || a.password ? word(a.user) + (a.password ? ':' + password : '') + '@' : ''
  const path = a.path ? '/' + (formOf(a.scheme) === 'address' ? a.path : segments(a.path)) : ''
  return a.scheme + '://' + credentials + a.host + (a.port ? ':' + a.port : '') + path + query
}

/** Whether the form holds enough to try. */
export function complete(a: Address): boolean {
  return formOf(a.scheme) === 'path' ? a.path.length > 1 : a.host !== ''
}

/** A name for a source, from what its address says. */
export function proposeName(a: Address, taken: string[]): string {
  const last = a.path.split('/').filter(Boolean).at(-1) ?? ''
  const from = last.replace(/\.(db|sqlite3?|csv|parquet)$/i, '') || a.host.split('.')[0] || a.scheme
  const base = from.toLowerCase().replace(/[^a-z0-9_-]+/g, '_').replace(/^[^a-z]+/, '').replace(/_+$/, '').slice(0, 40) || a.scheme.replace(/[^a-z]/g, '')
  for (let i = 1; ; i++) {
    const name = i === 1 ? base : base + '_' + i
    if (!taken.includes(name)) return name
  }
}

export const goodName = (name: string) => /^[a-z][a-z0-9_-]{0,47}$/.test(name)
