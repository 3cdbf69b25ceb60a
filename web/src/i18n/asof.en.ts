import type { asofZh } from './asof.zh-CN'

export const asofEn: Record<keyof typeof asofZh, string> = {
  'asof.time': 'Date and time',
  'asof.goTime': 'Look',
  'asof.find': 'Find a revision: number, who, why, entity',
  'asof.noneFound': 'No such revision found.',
  'asof.bar': '{branch} as of revision {rev}',
  'asof.barMoment': '{branch} as of revision {rev} ({time}, {who})',
  'asof.why': 'The past is read-only, so editing, imports and bulk actions are off.',
  'asof.back': 'Back to now',
  'asof.floatingTitle': '“{entity}” has no past to look at',
  'asof.floatingText': '“{entity}” is read from its source as it is now each time; nothing of how it was before is kept here. A pinned branch keeps a copy from now on, to compare with later.',
  'asof.pin': 'Make a pinned branch',
}
