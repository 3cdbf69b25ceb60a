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
export async function call<T>(method: Method, path: string, of: Call = {}): Promise<T> {
  return (await ask(method, path, of)) as T
}

/** A request that is answered with a file. */
export async function download(method: Method, path: string, of: Call = {}): Promise<Blob> {
  const response = await request(method, path, of)
  return response.ok ? response.blob() : (refuse(response) as Promise<never>)
}

function request(method: Method, path: string, { query, body, form, headers, signal }: Call): Promise<Response> {
  return send(address(path, query), {
    method,
    signal,
    credentials: 'same-origin',
    headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    body: form ?? (body === undefined ? undefined : JSON.stringify(body)),
  })
}

async function ask(method: Method, path: string, of: Call): Promise<unknown> {
  const response = await request(method, path, of)
  if (!response.ok) return refuse(response)
  return read(response, await response.text())
}

function read(response: Response, text: string): unknown {
  return text && (response.headers.get('Content-Type') ?? '').includes('json') ? JSON.parse(text) : undefined
}

async function refuse(response: Response): Promise<never> {
  const text = await response.text()
  if (response.status === 502 || response.status === 504) lost()
  throw new Problem(response.status, (read(response, text) ?? { detail: text }) as ProblemBody)
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
