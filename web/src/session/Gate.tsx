import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Navigate, Outlet, useLocation } from 'react-router'
import { signedOut } from '../api/client'
import { Failure } from '../app/Failure'
import { useI18n } from '../i18n'
import { updateMe } from '../api/session'
import { sessionKey, useSessionQuery } from './useSession'

/** Lets only signed-in people through, and new workspaces to their setup. */
export function Gate() {
  const { data, error, isPending, refetch } = useSessionQuery()
  const client = useQueryClient()
  const { setLanguage } = useI18n()
  const here = useLocation()
  const wish = data?.user?.language
  const signedIn = !!data?.user

  useEffect(() => {
    const chosen = localStorage.getItem('headwater.language')
    if (!chosen) {
      if (wish) setLanguage(wish.startsWith('en') ? 'en' : 'zh-CN')
      return
    }
    // Chosen before the sign-in: the server must speak it, too, in documents, tasks and quotes.
    const code = chosen === 'en' ? 'en' : 'zh'
    if (signedIn && wish !== code) void updateMe({ language: code }).catch(() => undefined)
  }, [wish, signedIn, setLanguage])

  useEffect(() => {
    // A session that ends in the middle leads back to the sign-in, and from there to the same page.
    const ended = () => void client.invalidateQueries({ queryKey: sessionKey })
    signedOut.addEventListener('signed-out', ended)
    return () => signedOut.removeEventListener('signed-out', ended)
  }, [client])

  if (isPending) return null
  if (error || !data) return <Failure error={error} retry={() => void refetch()} />
  if (data.setup_needed) return <Navigate to="/setup" replace />
  if (!data.user) return <Navigate to={'/sign-in?next=' + encodeURIComponent(here.pathname + here.search)} replace />
  return <Outlet />
}
