// One seller's day, from a customer nobody knew to a quote that is sent.
import assert from 'node:assert/strict'
import { choose, story } from './stories.mjs'

const note = '上午去客户那里，见了数据平台部。\n订单大表营销、风控、财务各拷了一份，每晚互相同步，存储今年又要扩容。\n开发测试没有独立环境，改脚本都在生产库上跑，上个月误删过一张表，恢复了两天。\n领导要的数从来都是第二天才拿到。\n下一步：约架构组谈价值测算。'

/** Makes a record by the form of its list, and returns its id. */
async function make(page, id, entity, cells) {
  await page.goto('/records/' + entity)
  await id('list', 'create').click()
  for (const [field, value] of Object.entries(cells)) await id('record', 'input', field).fill(value)
  await id('record', 'saveNew').click()
  await id('record', 'title').filter({ hasText: cells.name }).waitFor()
  return new URL(page.url()).pathname.split('/').at(-1)
}

story('one seller’s day: a new customer, what it needs, what that is worth, and a quote that is sent', {}, async ({ page, id, api }) => {
  const account = await make(page, id, 'accounts', { name: '澜川装备集团' })
  await api('PATCH', '/records/accounts/' + account, { cells: { segment: 'large', industry: 'manufacturing', employees: 4200 } })
  const contact = (await api('POST', '/records/contacts', { cells: { name: '沈知行', account } })).id
  const deal = (await api('POST', '/records/deals', { cells: { name: '澜川数据底座一期', account, contact, motion: 'direct', stage: 'discover' } })).id
  const tab = async (name) => {
    await id('record', 'tab', name).click()
    await page.waitForURL(new RegExp('tab=' + name))
  }

  // What was said becomes needs; the first is accepted and confirmed.
  await page.goto('/records/deals/' + deal + '?tab=needs')
  await id('needs', 'paste').fill(note)
  await id('needs', 'mine').click()
  await id('needs', 'workbench').waitFor()
  await id('needs', 'workbench').getByTestId('finding-confirm').or(id('needs', 'workbench').getByTestId('finding-accept')).first().click()
  await id('needs', 'close').click()
  await id('needs', 'summary').waitFor()
  const needs = await api('GET', '/records/needs?' + new URLSearchParams({ filter: `deal = "${deal}"`, fields: 'code,evidence,status' }))
  assert.ok(needs.items.some((n) => note.includes(n.cells.evidence)), 'a need keeps the customer’s own words: ' + JSON.stringify(needs.items))

  // What it is worth, with a number of the customer's.
  await tab('value')
  await id('value', 'begin', 'benefits').click()
  await id('value', 'case').waitFor()
  const first = await id('value', 'figures').innerText()
  for (const [part, n] of [['high', '14'], ['likely', '12'], ['low', '11']]) await page.getByTestId('value-people-' + part).fill(n)
  await page.waitForFunction(([sel, was]) => document.querySelector(sel)?.innerText !== was, ['[data-testid=value-figures]', first])
  await id('value', 'save').click()
  await id('value', 'save').waitFor({ state: 'detached' })
  const cases = await api('GET', '/records/value_cases?' + new URLSearchParams({ filter: `deal = "${deal}"`, fields: 'yearly_benefit,currency' }))
  assert.equal(cases.items.length, 1)

  // A quote with the gain beside it: too many sources for the first edition, then a
  // discount that the seller may give.
  await tab('quotes')
  await id('offer', 'new').click()
  await id('offer', 'live').getByTestId('quote-gain').waitFor()
  await id('offer', 'ask', 'sources').fill('15')
  await id('offer', 'take').click()
  await id('offer', 'take').waitFor({ state: 'detached' })
  await id('offer', 'ask', 'discount').fill('5')
  await id('offer', 'approval').waitFor()
  const total = (await id('offer', 'total').innerText()).replaceAll(/[^\d.]/g, '')
  await choose(id('offer', 'contact'), '沈知行')
  await id('offer', 'save').click()
  await id('offer', 'quote').waitFor()
  for (const [step, status] of [['submit', 'approved'], ['send', 'sent']]) {
    await id('offer', 'step', step).click()
    await page.locator(`[data-testid=quote][data-status=${status}]`).waitFor()
  }
  const quotes = await api('GET', '/records/quotes?' + new URLSearchParams({ filter: `deal = "${deal}"`, fields: 'status,edition,amount,sent_on,value_case,contact' }))
  const q = quotes.items[0].cells
  assert.deepEqual([quotes.items.length, q.status, q.edition, Number(q.amount), q.value_case, q.contact], [1, 'sent', 'large-professional', Number(total), cases.items[0].id, contact])
  assert.ok(q.sent_on)

  // The quotation for the customer, as a page and with the price in it.
  await tab('documents')
  await id('offer', 'template', 'quotation').getByTestId('document-make').click()
  await id('offer', 'makeSubmit').click()
  await id('offer', 'view').waitFor()
  const sheet = page.frameLocator('iframe.document-page')
  await sheet.getByText('大型企业专业版').first().waitFor()

  // Before it is sent, its words are changed: the preview shows them, a changed number is
  // marked with what it was, and the files have the new text.
  const parts = id('offer', 'viewPart')
  await parts.getByText('修改文字').click()
  const summary = id('offer', 'part', 'summary')
  const before = await summary.inputValue()
  const gain = /每年收益约([\d,.]+) 美元/.exec(before)[1]
  await summary.fill(before.replace(gain, '1,234,567') + '\n\n**附言** 周五当面说明。')
  await id('offer', 'own').getByText('1,234,567*').waitFor()
  await id('offer', 'own').getByText(gain).waitFor()
  await parts.getByText('预览').click()
  await sheet.getByText('周五当面说明').waitFor()
  await parts.getByText('修改文字').click()
  await id('offer', 'saveText').click()
  await id('offer', 'editor').waitFor({ state: 'detached' })
  await sheet.getByText('周五当面说明').waitFor()
  const kept = await api('GET', '/records/documents?' + new URLSearchParams({ filter: `deal = "${deal}"`, fields: 'template' }))
  const past = await api('GET', `/records/documents/${kept.items[0].id}/history`)
  assert.equal(past.items.length, 2, 'both texts are in the history')
  await id('offer', 'send').click()
  await id('offer', 'send').waitFor({ state: 'detached' })

  // What goes too far is said while it is typed.
  await tab('promises')
  await id('offer', 'promiseText').fill('我们保证100%不丢数据，永不宕机。')
  await page.locator('.found-promises .over').first().waitFor()
  await id('offer', 'promiseAdd').click()
  await page.locator('[data-testid=promise][data-status=over]').first().waitFor()
})
