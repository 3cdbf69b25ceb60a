import type { ReconMeaning } from '../api/recon'
import type { I18n, Language, TextKey } from '../i18n'
import '../i18n/recon'

/** A text of a pack in the reader's language. */
export const said = (text: { zh: string; en: string }, language: Language) => (language === 'en' ? text.en : text.zh)

interface Seen {
  what: string
  code: string
  value?: string
  count?: string | number
}

/** A result in words: what a code means for its question. */
export function result(t: I18n['t'], { what, code, value, count }: Seen): string {
  const key = `recon.${what}.${code}`
  // Without its count, a listing still names each list with its answers in brackets.
  const text = t(key as TextKey, { n: Number(count ?? (value ?? '').split('(').length - 1) })
  return text === key ? code : text
}

/** Codes whose value says no more than the code does. */
const plain = new Set(['mx none', 'ptr missing', 'spf missing', 'dkim missing', 'dmarc missing', 'dnsbl clear', 'tls missing', 'webmail missing'])

export const rawValue = ({ what, code, value }: Seen): string => (plain.has(what + ' ' + code) ? '' : (value ?? ''))

const good = new Set(['match', 'ok', 'found', 'enforced', 'clear', 'greeting'])
const bad = new Set(['missing', 'mismatch', 'generic', 'permissive', 'invalid', 'listed', 'unreachable', 'weak', 'plain_http', 'expired'])

/** The colour of a result, as it stands for the customer. */
export const tone = ({ what, code }: Seen): string => (good.has(code) ? 'success' : what === 'mx' || what === 'dkim' || what === 'webmail' ? '' : bad.has(code) ? 'danger' : 'warning')

export const strengths = ['strong', 'medium', 'weak', 'against'] as const
export const strengthTone: Record<string, string> = { strong: 'success', medium: 'info', weak: '', against: 'danger' }

/** What can be said, the strongest first; each with what it rests on. */
export function argumentsOf<F extends { meanings: ReconMeaning[] }>(findings: F[]): { finding: F; meaning: ReconMeaning }[] {
  const rank = (m: ReconMeaning) => strengths.indexOf(m.finding.strength as (typeof strengths)[number])
  return findings.flatMap((finding) => finding.meanings.map((meaning) => ({ finding, meaning }))).sort((a, b) => rank(a.meaning) - rank(b.meaning))
}

/** A change without the code: "own_server: 10 mx.kehu.cn" is "own_server" and the rest. */
export function parts(text: string | undefined): { code: string; value: string } {
  const at = text?.indexOf(': ') ?? -1
  return at < 0 ? { code: text ?? '', value: '' } : { code: text!.slice(0, at), value: text!.slice(at + 2) }
}
