import { useQuery } from '@tanstack/react-query'
import { listBranches } from '../api/branches'
import type { Branch } from '../api/types'
import { MAIN, useBranch } from '../app/navigation'

export function useBranches() {
  return useQuery({ queryKey: ['branches'], queryFn: () => listBranches(), staleTime: 10_000, refetchInterval: 60_000 })
}

export function useClosedBranches(enabled: boolean) {
  return useQuery({ queryKey: ['branches', 'closed'], queryFn: () => listBranches(true), enabled })
}

/** The branch that the page shows; undefined on main, and while the list loads. */
export function useBranchInfo(): Branch | undefined {
  const name = useBranch()
  const { data } = useBranches()
  return name === MAIN ? undefined : data?.find((b) => b.name === name)
}

export const branchColor = (index: number) => `var(--branch-${((index % 8) + 8) % 8})`

export function useBranchColor(name: string): string {
  const { data } = useBranches()
  return branchColor(data?.find((b) => b.name === name)?.color ?? 0)
}
