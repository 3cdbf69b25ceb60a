import { useSyncExternalStore } from 'react'

const query = typeof window === 'undefined' ? undefined : window.matchMedia('(max-width: 640px)')

/** Whether the page is as narrow as a phone. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (tell) => {
      query?.addEventListener('change', tell)
      return () => query?.removeEventListener('change', tell)
    },
    () => query?.matches ?? false,
  )
}
