import { onlineManager } from '@tanstack/react-query'
import { Disconnected, Problem, type ProblemBody } from './problem'

type Query = Record<string, string | number | boolean | undefined | null>

export interface Call {
  query?: Query
  body?: unknown
  form?: FormData
  headers?: Record<string, string>
  signal?: AbortSignal
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** The address of an API path, for links that download. */
export function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [k, v] of Object.entries(query)) if (v !== undefined && v !== null && v !== '') params.set(k, String(v))
  const text = params.toString()
  return '/api' + path + (text ? '?' + text : '')
}

/** One request; throws Problem when it is refused and Disconnected when nobody answers. */
export async function call<T>(method: Method, path: string, { query, body, form, headers, signal }: Call = {}): Promise<T> {
  const response = await send(address(path, query), {
    method,
    signal,
    credentials: 'same-origin',
    headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    body: form ?? (body === undefined ? undefined : JSON.stringify(body)),
  })
  const text = await response.text()
  const data: unknown = text && (response.headers.get('Content-Type') ?? '').includes('json') ? JSON.parse(text) : undefined
  if (!response.ok) {
    if (response.status === 502 || response.status === 504) lost()
    throw new Problem(response.status, (data ?? { detail: text }) as ProblemBody)
  }
  return data as T
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (e) {
    if (init.signal?.aborted) throw e
    lost()
    throw new Disconnected('no answer')
  }
}

let watching = false

/** Marks the connection as lost, and looks every two seconds whether it is back. */
function lost() {
  onlineManager.setOnline(false)
  if (watching) return
  watching = true
  const look = async () => {
    try {
      const r = await fetch('/healthz', { cache: 'no-store' })
      if (r.ok) {
        watching = false
        onlineManager.setOnline(true)
        return
      }
    } catch {
      // still away
    }
    setTimeout(() => void look(), 2000)
  }
  setTimeout(() => void look(), 1000)
}

/** Path segments made safe. */
export const segment = encodeURIComponent
