import { useCallback, type ComponentProps } from 'react'
import { Link, useNavigate, useSearchParams, type NavigateOptions } from 'react-router'

export const MAIN = 'main'

/** The branch that the page shows: it is part of every address. */
export function useBranch(): string {
  const [params] = useSearchParams()
  return params.get('branch') || MAIN
}

/** Puts the branch into an address; main needs no mention. */
export function onBranch(to: string, branch: string): string {
  if (branch === MAIN) return to
  const [path = '', query = ''] = to.split('?')
  const params = new URLSearchParams(query)
  if (!params.has('branch')) params.set('branch', branch)
  return path + '?' + params.toString()
}

/** Goes to a page on the same branch. */
export function useGo() {
  const navigate = useNavigate()
  const branch = useBranch()
  return useCallback((to: string, options?: NavigateOptions) => void navigate(onBranch(to, branch), options), [navigate, branch])
}

/** A link to a page on the same branch. */
export function Go({ to, ...rest }: Omit<ComponentProps<typeof Link>, 'to'> & { to: string }) {
  return <Link to={onBranch(to, useBranch())} {...rest} />
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
