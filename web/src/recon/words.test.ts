import { expect, test } from 'vitest'
import type { ReconMeaning } from '../api/recon'
import { reconEn } from '../i18n/recon.en'
import { reconZh } from '../i18n/recon.zh-CN'
import { fill } from '../i18n/fill'
import { argumentsOf, parts, rawValue, result, tone } from './words'

const t = ((key: string, params?: object) => fill((reconEn as Record<string, string>)[key] ?? key, params as never)) as never

test('a result is told in words, an unknown code as it is', () => {
  expect(result(t, { what: 'dnsbl', code: 'listed', count: '2' })).toBe('On 2 lists')
  expect(result(t, { what: 'dnsbl', code: 'listed', count: 1 })).toBe('On 1 list')
  expect(result(t, { what: 'dnsbl', code: 'listed', value: 'Zen (127.0.0.2, 127.0.0.4), PSBL (127.0.0.2)' })).toBe('On 2 lists')
  expect(result(t, { what: 'mx', code: 'brand_new' })).toBe('brand_new')
})

test('our own sentence isn’t shown twice, what the other side said always', () => {
  expect(rawValue({ what: 'ptr', code: 'missing', value: 'no PTR record' })).toBe('')
  expect(rawValue({ what: 'ptr', code: 'mismatch', value: 'x.isp.cn' })).toBe('x.isp.cn')
})

test('every code of the guide has words in both languages', () => {
  const codes = { mx: 'own_server hosted gateway none', ptr: 'match missing mismatch generic', spf: 'ok missing permissive invalid', dkim: 'found missing', dmarc: 'enforced none missing', dnsbl: 'clear listed', smtp: 'greeting unreachable', tls: 'ok weak missing', webmail: 'found plain_http missing', certificate: 'ok expired mismatch', dns: 'ok missing unanswered' }
  for (const [what, list] of Object.entries(codes))
    for (const code of list.split(' ')) {
      expect(reconEn, what + code).toHaveProperty([`recon.${what}.${code}`])
      expect(reconZh, what + code).toHaveProperty([`recon.${what}.${code}`])
    }
})

test('the strongest argument comes first', () => {
  const meaning = (id: string, strength: string) => ({ pack: 'p', pack_name: { zh: '', en: '' }, finding: { id, strength } }) as unknown as ReconMeaning
  const list = argumentsOf([{ meanings: [meaning('a', 'weak'), meaning('b', 'strong')] }, { meanings: [meaning('c', 'against')] }, { meanings: [meaning('d', 'strong')] }])
  expect(list.map((x) => x.meaning.finding.id)).toEqual(['b', 'd', 'a', 'c'])
})

test('a kept sentence comes apart again', () => {
  expect(parts('own_server: 10 mx.kehu.cn (1.2.3.4)')).toEqual({ code: 'own_server', value: '10 mx.kehu.cn (1.2.3.4)' })
  expect(parts('clear: ')).toEqual({ code: 'clear', value: '' })
  expect(parts(undefined)).toEqual({ code: '', value: '' })
})

test('good is green, bad is red, who takes the mail is neither', () => {
  expect(tone({ what: 'tls', code: 'ok' })).toBe('success')
  expect(tone({ what: 'tls', code: 'missing' })).toBe('danger')
  expect(tone({ what: 'mx', code: 'hosted' })).toBe('')
})
