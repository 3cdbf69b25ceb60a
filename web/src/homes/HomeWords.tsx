import { Copy, Database, Sigma, Table2, type LucideIcon } from 'lucide-react'
import type { HomeKind } from '../api/homeTypes'
import type { Entity } from '../api/types'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import './homes.css'

export const homeIcons: Record<HomeKind, LucideIcon> = { native: Database, foreign: Table2, derived: Sigma, clone: Copy }

/** Where rows live, in a few words: 外部表 · crm.orders */
export function HomeWords({ kind, source, table, of }: { kind: HomeKind; source?: string; table?: string; of?: string }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const Icon = homeIcons[kind]
  const original: Entity | undefined = of ? schema.entity(of) : undefined
  return (
    <span className="home-words">
      <Icon size={13} strokeWidth={1.75} aria-hidden />
      <span>{t(`home.${kind}`)}</span>
      {kind === 'foreign' && source && <code className="clip">{source + (table ? ' · ' + table : '')}</code>}
      {kind === 'clone' && of && <span className="faint clip">{label(original?.plural, of)}</span>}
    </span>
  )
}
