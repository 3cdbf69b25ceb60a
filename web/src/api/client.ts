import { onlineManager } from '@tanstack/react-query'
import createClient from 'openapi-fetch'
import { Disconnected, Problem } from './problem'
import type { paths } from './schema'
import type { ProblemBody } from './types'

/** The API with the paths, parameters and bodies that the server describes. */
export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  credentials: 'same-origin',
  fetch: send,
  querySerializer: { array: { style: 'form', explode: false } },
})

/** Tells when an answer said that nobody is signed in any more. */
export const signedOut = new EventTarget()

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** What was asked for; a refusal is thrown as a Problem. */
export async function answer<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked
  if (response.ok) return data as T
  throw refusal(response, error)
}

/** The items of a list. */
export async function items<T>(asked: Promise<Answer<{ items: T[] }>>): Promise<T[]> {
  return (await answer(asked)).items ?? []
}

function refusal(response: Response, body: unknown): Problem {
  if (response.status === 502 || response.status === 504) lost()
  return new Problem(response.status, typeof body === 'object' && body !== null ? (body as ProblemBody) : { detail: String(body ?? '') })
}

async function send(request: Request): Promise<Response> {
  try {
    const response = await fetch(request)
    if (response.status === 401) signedOut.dispatchEvent(new Event('signed-out'))
    return response
  } catch (e) {
    if (request.signal.aborted) throw e
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

/** The address of an API path, for links that download. */
export function address(path: string, query: Record<string, string | undefined> = {}): string {
  const params = new URLSearchParams()
  for (const [k, v] of Object.entries(query)) if (v) params.set(k, v)
  return '/api' + path + (params.size > 0 ? '?' + params.toString() : '')
}
