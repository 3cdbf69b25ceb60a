// From a note to needs that a playbook counts: pasted, found, decided on with keys.
import assert from 'node:assert/strict'
import { carries, story } from './stories.mjs'

const note = [
  '拜访数据平台部，谈了五十分钟。',
  '客户抱怨每个分析师都把订单大表拷一份到自己库里，同一份数据存了七八遍，存储年年扩容。',
  '开发测试没有独立环境，改脚本都在生产库上跑。',
  '出一张跨系统的报表，要从三个系统各导一份再手工拼。',
  '领导问数从来都是第二天才拿到，等看到已经晚了。',
  '下一步：约架构组。',
].join('\n')

/** A deal in discovery whose notes nobody has mined. */
async function freshDeal(api) {
  const { items: needs } = await api('GET', '/records/needs?fields=deal&page_size=1000')
  const had = new Set(needs.map((n) => n.cells.deal))
  const { items } = await api('GET', '/records/deals?' + new URLSearchParams({ filter: 'stage = discover', order: 'name', fields: 'name,account', page_size: '50' }))
  return items.find((d) => !had.has(d.id))
}

/** The findings on the page, by code and what was decided about them. */
const findings = (page) => page.locator('article.finding').evaluateAll((list) => list.map((x) => ({ code: x.dataset.testid.replace('finding-', ''), status: x.dataset.status })))

story('a pasted note becomes needs: accepted and corrected with two keys at most, and counted', {}, async ({ page, id, api }) => {
  const deal = await freshDeal(api)
  await page.goto('/records/deals/' + deal.id + '?tab=needs')
  await id('needs', 'empty').waitFor()
  await id('needs', 'paste').fill(note)
  await id('needs', 'mine').click()
  await id('needs', 'workbench').waitFor({ timeout: 60_000 }) // the first model is trained
  const found = await findings(page)
  assert.ok(found.length >= 4, JSON.stringify(found))
  assert.ok(found.every((f) => f.status === 'open'))
  await page.locator('.note-text mark.here').first().waitFor()

  // c: the customer said so; the next finding is at hand by itself
  const first = page.locator('article.finding').first()
  await page.keyboard.press((await first.locator('.kind-hidden').count()) > 0 ? 'c' : 'a')
  await carries(first, 'data-status', 'confirmed')
  await carries(page.locator('article.finding').nth(1), 'aria-current', 'true')

  // e 1: it was the first of the needs that it is easily taken for
  await page.keyboard.press('e')
  await id('needs', 'correctPanel').waitFor()
  const near = (await id('needs', 'correctPanel').locator('button.near code').first().innerText()).trim()
  await page.keyboard.press('1')
  await page.locator('article.finding').nth(1).and(page.locator('[data-status="confirmed"],[data-status="found"],[data-status="supporting"]')).waitFor()

  // x, and u takes it back; then the rest is accepted, one key each
  const third = page.locator('article.finding').nth(2)
  await page.keyboard.press('x')
  await carries(third, 'data-status', 'rejected')
  await third.click()
  await page.keyboard.press('u')
  await carries(third, 'data-status', 'open')
  for (let n = 2; n < found.length; n++) {
    await carries(page.locator('article.finding').nth(n), 'aria-current', 'true')
    await page.keyboard.press('a')
    await page.locator('article.finding').nth(n).and(page.locator('[data-status="confirmed"],[data-status="found"],[data-status="supporting"]')).waitFor()
  }
  await carries(id('needs', 'count'), 'data-open', 0)
  await id('needs', 'close').click()
  await id('needs', 'summary').waitFor()
  await id('needs', 'kept', found[0].code).waitFor()
  await id('needs', 'kept', near).first().waitFor()
  const { items } = await api('GET', '/records/needs?' + new URLSearchParams({ filter: `deal = "${deal.id}"`, fields: 'code,found_code,status,kind,evidence,account,activity', page_size: '50' }))
  const corrected = items.find((n) => n.cells.found_code === found[1].code)
  assert.equal(corrected?.cells.code, near, JSON.stringify(items))
  assert.ok(items.every((n) => n.cells.account === deal.cells.account && note.includes(n.cells.evidence)))

  // the customer nods to what facts implied; the playbook's criteria see it
  for (let waiting = items.filter((n) => n.cells.status === 'found').length; waiting > 0; waiting--) {
    const kept = page.locator('article.kept[data-status="found"]')
    await kept.first().locator('[data-testid^="need-confirm-"]').click()
    await page.waitForFunction((n) => document.querySelectorAll('article.kept[data-status="found"]').length === n, waiting - 1)
  }
  const confirmed = Number(await id('needs', 'summary').getAttribute('data-confirmed'))
  const hidden = Number(await id('needs', 'summary').getAttribute('data-hidden'))
  assert.ok(confirmed >= 3 && hidden >= 1, `${confirmed} confirmed, ${hidden} hidden`)
  await id('record', 'tab', 'progress').click()
  for (const criterion of ['three-needs', 'hidden-need']) await page.locator('.criterion.holds').and(id('deal', 'criterion', criterion)).waitFor()
})

story('what customers need leads from a cell to their words, and an industry can be walked', { as: 'viewer' }, async ({ page, id }) => {
  await page.goto('/needs')
  await page.locator('.heat-cell').first().click()
  await id('needs', 'sentences').locator('li').first().waitFor()
  assert.match(page.url(), /need=L\d\d/)
  await id('needs', 'view', 'graph').click()
  const signals = id('needs', 'column', 'signal')
  await signals.waitFor()
  const all = Number(await signals.getAttribute('data-count'))
  await signals.locator('button').first().click()
  await carries(signals, 'data-count', 1)
  assert.ok(all > 1)
  await id('needs', 'column', 'metric').locator('button').first().waitFor()
})
