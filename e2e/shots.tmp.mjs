import { chromium } from 'playwright-core'
const link = process.argv[2], base = new URL(link).origin
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const page = await (await b.newContext({ viewport: { width: 1400, height: 900 }, locale: 'zh-CN' })).newPage()
const bad = []
page.on('console', m => { if (m.type() === 'error') bad.push(m.text()) })
page.on('response', r => { if (r.status() >= 400) bad.push(r.status() + ' ' + r.url()) })
await page.goto(link); await page.waitForTimeout(4000)
const shot = async (name, path, act) => {
  if (path) { await page.goto(base + path); await page.waitForTimeout(2500) }
  if (act) { try { await act() } catch (e) { console.log(name, 'act', String(e).split('\n')[0]) } await page.waitForTimeout(2500) }
  await page.screenshot({ path: `/tmp/hw-demo/${name}.png`, fullPage: false })
  if (bad.length) console.log(name, bad.splice(0).join('\n  '))
}
await shot('01sources', '/sources')
await shot('02billing', '/sources/billing')
await shot('03usage', '/sources/usage')
await shot('04catalog', '/catalog')
await shot('05invoices', '/entities/invoices')
const tabs = await page.locator('[role=tab]').allInnerTexts(); console.log(tabs)
for (const [i, t] of tabs.entries()) await shot('06tab' + i, null, () => page.locator('[role=tab]').nth(i).click())
await shot('07branches', '/branches')
await shot('08compare', '/branches/' + encodeURIComponent('续约谈判'))
const t2 = await page.locator('[role=tab]').allInnerTexts(); console.log(t2)
for (const [i, t] of t2.entries()) await shot('09tab' + i, null, () => page.locator('[role=tab]').nth(i).click())
await shot('10risk', '/records/renewal_risk')
await shot('11contracts', '/records/contracts')
await shot('12riskentity', '/entities/renewal_risk')
await shot('13masked', '/records/contacts_masked')
await shot('14usagerec', '/records/usage_monthly')
await b.close()
