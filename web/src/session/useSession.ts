import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getSession } from '../api/session'
import type { Rights, Session } from '../api/types'
import { usePlace } from '../app/navigation'

const key = ['session']
const none: Rights = { write: false, branch: false, merge: false, schema: false, admin: false }

export function useSessionQuery() {
  return useQuery({ queryKey: key, queryFn: getSession, staleTime: 60_000, retry: false })
}

/** The signed-in person's session; only below the gate. */
export function useSession(): Session {
  const { data } = useSessionQuery()
  if (!data) throw new Error('no session')
  return data
}

/** What the person may do; controls for anything else aren't shown. */
export function useRights(): Rights {
  return useSessionQuery().data?.rights ?? none
}

/** The same on the page that is shown: in the past nothing is written. */
export function useRightsHere(): Rights {
  const rights = useRights()
  const past = usePlace().at !== undefined
  return useMemo(() => (past ? { ...rights, write: false } : rights), [rights, past])
}

export function useSetSession() {
  const client = useQueryClient()
  return async (s: Session) => {
    // An answer still on its way was asked for before the sign-in; it must not win.
    await client.cancelQueries({ queryKey: key })
    client.setQueryData(key, s)
  }
}

export const sessionKey = key
