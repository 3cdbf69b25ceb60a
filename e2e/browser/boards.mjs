// Deals on their board, and the people of one on their map.
import assert from 'node:assert/strict'
import { choose, story } from './stories.mjs'

story('a deal on the board is moved against what is missing only with a reason; back it goes by keys', {}, async ({ page, id, api }) => {
  const { id: deal } = await api('POST', '/records/deals', { cells: { name: '砚溪测算平台', motion: 'direct', stage: 'discover' } })
  const stage = async () => (await api('GET', '/records/deals/' + deal)).cells.stage
  await page.goto('/pipeline?whose=all')
  await page.locator('.board-find input').fill('砚溪')
  const card = (column) => id('deal', 'column', column).getByTestId('board-card').filter({ hasText: '砚溪测算平台' })
  await card('discover').waitFor()
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=board-card]').length === 1)

  // By the menu: what is missing is listed, and without a reason nothing moves.
  await card('discover').getByTestId('move-menu').click()
  await id('deal', 'moveTo', 'demonstrate').click()
  await id('deal', 'moveSubmit').waitFor()
  assert.ok((await page.locator('.ant-modal .plain-list li').count()) > 0, 'it says what is missing')
  assert.ok(await id('deal', 'moveSubmit').isDisabled())
  assert.equal(await stage(), 'discover')
  await id('deal', 'moveReason').fill('客户下周就要看演示')
  await id('deal', 'moveSubmit').click()
  await card('demonstrate').waitFor()
  assert.equal(await stage(), 'demonstrate')

  // By keys: lifted, carried back, put down; a step back needs no evidence.
  await card('demonstrate').focus()
  for (const key of ['Space', 'ArrowLeft', 'Enter']) await page.keyboard.press(key)
  await card('discover').waitFor()
  await page.waitForFunction(async (d) => (await (await fetch('/api/records/deals/' + d)).json()).cells.stage === 'discover', deal)
})

story('people of a deal are chosen, and one is described beside the map', {}, async ({ page, id, api }) => {
  const account = (await api('POST', '/records/accounts', { cells: { name: '砚溪重工' } })).id
  for (const name of ['程砚秋', '罗霁']) await api('POST', '/records/contacts', { cells: { name, account } })
  const { id: deal } = await api('POST', '/records/deals', { cells: { name: '砚溪数据平台二期', account, motion: 'direct', stage: 'discover' } })
  await page.goto(`/records/deals/${deal}?tab=committee`)
  await choose(id('deal', 'addMembers'), '程砚秋')
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: '罗霁' }).click() // it stays open
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '加入', exact: false }).first().click()
  await id('deal', 'coverage').waitFor()
  await page.locator('.react-flow__node').filter({ hasText: '程砚秋' }).click()
  const panel = id('deal', 'memberPanel')
  await panel.waitFor()
  await panel.getByTestId('member-weight').fill('42')
  await page.keyboard.press('Enter')
  await panel.getByTestId('member-interest').fill('年底前把报表出到集团')
  await page.keyboard.press('Enter')
  await page.waitForFunction(
    async (d) => (await (await fetch(`/api/records/committee?fields=weight,interest&filter=${encodeURIComponent(`deal = "${d}" AND weight = 42`)}`)).json()).items?.[0]?.cells.interest === '年底前把报表出到集团',
    deal,
  )
  await panel.getByRole('button', { name: '关闭' }).click()
  await panel.waitFor({ state: 'detached' })
})
