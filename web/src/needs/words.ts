import type { TextKey } from '../i18n'
import '../i18n/needs'

/** A confidence from 0 to 1 in words. */
export const sureness = (c: number): TextKey => (c >= 0.8 ? 'need.sure4' : c >= 0.6 ? 'need.sure3' : c >= 0.4 ? 'need.sure2' : 'need.sure1')

export const percent = (c: number) => Math.round(c * 100)

export const kindKey = (k: string): TextKey => (k === 'hidden' ? 'need.kind.hidden' : 'need.kind.explicit')

const statuses: Record<string, [TextKey, string]> = {
  found: ['need.status.found', 'warning'],
  confirmed: ['need.status.confirmed', 'success'],
  rejected: ['need.status.rejected', ''],
  supporting: ['need.status.supporting', 'info'],
}

/** The name of a status, and the class of its pill. */
export const statusOf = (s: string): [TextKey, string] => statuses[s] ?? ['need.status.found', 'warning']
