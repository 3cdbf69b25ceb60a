import type { ComponentType } from 'react'
import type { Entity, LakeRecord } from '../../api/types'
import type { TextKey } from '../../i18n'

/** What a tab of a record page is given. */
export interface TabProps {
  entity: Entity
  record: LakeRecord
}

/** A tab beside the record's own timeline; its code and texts come when it is opened. */
export interface RecordTab {
  /** Stands in the address as ?tab=…, and in the test id record-tab-…. */
  key: string
  /** The label's text is in the product's first texts, since the bar shows it at once. */
  label: TextKey
  load: () => Promise<{ default: ComponentType<TabProps> }>
}

/** The tabs of entities that have some, in the order of the work. */
export const tabsOf: Record<string, RecordTab[]> = {
  accounts: [{ key: 'fit', label: 'tab.fit', load: () => import('../../profile/FitTab') }, { key: 'needs', label: 'tab.needs', load: () => import('../../needs/NeedsTab') }, { key: 'recon', label: 'tab.recon', load: () => import('../../recon/ReconTab') }, { key: 'nurture', label: 'tab.nurture', load: () => import('../../nurture/NurtureTab') }],
  deals: [{ key: 'progress', label: 'tab.progress', load: () => import('../../deal/ProgressTab') }, { key: 'qualify', label: 'tab.qualify', load: () => import('../../deal/QualifyTab') }, { key: 'committee', label: 'tab.committee', load: () => import('../../deal/CommitteeTab') }, { key: 'objections', label: 'tab.objections', load: () => import('../../deal/ObjectionsTab') }, { key: 'poc', label: 'tab.poc', load: () => import('../../deal/PocTab') }, { key: 'needs', label: 'tab.needs', load: () => import('../../needs/NeedsTab') }, { key: 'quotes', label: 'tab.quotes', load: () => import('../../offer/QuotesTab') }, { key: 'value', label: 'tab.value', load: () => import('../../value/ValueTab') }, { key: 'documents', label: 'tab.documents', load: () => import('../../offer/DocumentsTab') }, { key: 'promises', label: 'tab.promises', load: () => import('../../offer/PromisesTab') }],
}
