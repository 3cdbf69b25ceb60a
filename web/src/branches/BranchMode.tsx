import type { Branch } from '../api/types'
import { ModeBadge } from '../homes/ModeBadge'

/** Whether a branch shows sources as they are now, or frozen; nothing for one without foreign homes. */
export function BranchMode({ branch, bare }: { branch: Branch; bare?: boolean }) {
  if (!branch.mode || branch.mode === 'native') return null
  const times = Object.values(branch.pins ?? {}).map((p) => p.at)
  return <ModeBadge state={{ mode: branch.mode, at: branch.mode === 'pinned' ? times.sort()[0] : undefined }} bare={bare} />
}
