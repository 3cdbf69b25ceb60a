import { useMemo } from 'react'
import type { Branch } from '../api/types'
import { MAIN, paths } from '../app/navigation'
import { useI18n } from '../i18n'
import { branchColor } from './useBranches'
import { useSwitchBranch } from './BranchSwitch'

interface Lane {
  branch: Branch
  x: number
  y: number
  parentY: number
}

const lane = 26
const left = 64
const right = 900

/** Lays branches out: time from left to right, a lane each, parents above their children. */
export function layOut(branches: Branch[], now: number): Lane[] {
  const times = branches.map((b) => Date.parse(b.created_at))
  const from = Math.min(...times, now - 1)
  const at = (time: number) => left + 30 + ((time - from) / Math.max(1, now - from)) * (right - left - 190)
  const sorted = [...branches].sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at))
  const rows = new Map<string, number>([[MAIN, 18]])
  return sorted.map((branch, i) => {
    const y = 18 + (i + 1) * lane
    const parentY = rows.get(branch.parent ?? MAIN) ?? 18
    if (branch.state === 'open') rows.set(branch.name, y)
    return { branch, x: at(Date.parse(branch.created_at)), y, parentY }
  })
}

/** A small picture of what comes from what; the list below says the same. */
export function BranchGraph({ branches }: { branches: Branch[] }) {
  const { t } = useI18n()
  const switchTo = useSwitchBranch()
  const lanes = useMemo(() => layOut(branches.slice(-12), Date.now()), [branches])
  if (lanes.length === 0) return null
  const height = 36 + lanes.length * lane
  return (
    <svg className="branch-graph" viewBox={`0 0 ${right + 10} ${height}`} role="img" aria-label={t('branch.graph')}>
      <line x1={left} y1={18} x2={right} y2={18} className="trunk" />
      <text x={8} y={22}>
        {t('branch.main')}
      </text>
      {lanes.map(({ branch, x, y, parentY }) => {
        const color = branch.state === 'open' ? branchColor(branch.color) : 'var(--line-strong)'
        const end = branch.state === 'open' ? right - 150 : Math.min(right - 150, x + 70)
        const from = Math.min(x + 16, end)
        return (
          <g key={branch.id} style={{ color }} className="lane" onClick={() => branch.state === 'open' && switchTo(branch.name, paths.compare(branch.name))}>
            <circle cx={x} cy={parentY} r={3.5} fill="currentColor" />
            <path d={`M ${x} ${parentY} C ${x + 10} ${parentY} ${x} ${y} ${from} ${y} H ${end}`} />
            {branch.state === 'merged' && <path d={`M ${end} ${y} C ${end + 16} ${y} ${end + 6} ${parentY} ${end + 22} ${parentY}`} />}
            {branch.state === 'discarded' ? (
              <text x={end - 4} y={y + 4} fill="currentColor">
                ×
              </text>
            ) : (
              <circle cx={end} cy={y} r={4} fill="currentColor" />
            )}
            <text x={end + (branch.state === 'merged' ? 28 : 10)} y={y + 4}>
              {branch.name.length > 18 ? branch.name.slice(0, 17) + '…' : branch.name}
            </text>
          </g>
        )
      })}
    </svg>
  )
}
