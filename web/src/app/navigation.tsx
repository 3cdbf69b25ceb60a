import { useCallback, useMemo, type ComponentProps } from 'react'
import { Link, useLocation, useNavigate, useSearchParams, type NavigateOptions } from 'react-router'
import type { Place } from '../api/place'
import { inPlace, MAIN, placeOf } from './place'

export { MAIN }

/** The branch that the page shows: it is part of every address. */
export function useBranch(): string {
  const [params] = useSearchParams()
  return params.get('branch') || MAIN
}

/** The branch and the moment that the page shows. */
export function usePlace(): Place {
  const { pathname, search } = useLocation()
  return useMemo(() => placeOf(pathname, search), [pathname, search])
}

/** Puts the branch into an address; main needs no mention. */
export const onBranch = (to: string, branch: string): string => inPlace(to, { branch })

/** Goes to a page on the same branch, at the same moment where the page can show it. */
export function useGo() {
  const navigate = useNavigate()
  const place = usePlace()
  return useCallback((to: string, options?: NavigateOptions) => void navigate(inPlace(to, place), options), [navigate, place])
}

/** A link to a page on the same branch, at the same moment where the page can show it. */
export function Go({ to, ...rest }: Omit<ComponentProps<typeof Link>, 'to'> & { to: string }) {
  return <Link to={inPlace(to, usePlace())} {...rest} />
}

export const paths = {
  list: (entity: string, query: Record<string, string> = {}) => {
    const text = new URLSearchParams(query).toString()
    return '/records/' + encodeURIComponent(entity) + (text ? '?' + text : '')
  },
  record: (entity: string, id: string) => `/records/${encodeURIComponent(entity)}/${encodeURIComponent(id)}`,
  compare: (branch: string) => `/branches/${encodeURIComponent(branch)}`,
  source: (name: string) => '/sources/' + encodeURIComponent(name),
  entity: (name: string, tab = '') => '/entities/' + encodeURIComponent(name) + (tab ? '?tab=' + tab : ''),
  import: (id: string) => '/imports/' + encodeURIComponent(id),
}
