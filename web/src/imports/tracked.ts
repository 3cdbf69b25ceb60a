import { useSyncExternalStore } from 'react'

/** The imports that this browser started and has not put away; they survive a reload. */
const key = 'headwater.imports'
let cache: string[] = read()
const listeners = new Set<() => void>()

function read(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []
  } catch {
    return []
  }
}

function write(ids: string[]) {
  cache = ids.slice(-10)
  localStorage.setItem(key, JSON.stringify(cache))
  listeners.forEach((l) => l())
}

export const track = (id: string) => write([...cache.filter((i) => i !== id), id])
export const untrack = (id: string) => write(cache.filter((i) => i !== id))

export function useTracked(): string[] {
  return useSyncExternalStore(
    (l) => {
      listeners.add(l)
      return () => listeners.delete(l)
    },
    () => cache,
  )
}
