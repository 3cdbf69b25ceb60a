// What if: a branch beside main, and back together.
import assert from 'node:assert/strict'
import { carries, story } from './stories.mjs'

story('a branch changes three deals and deletes one; main stands still until the merge', {}, async ({ page, id, api }) => {
  const where = new URLSearchParams({ filter: 'stage != won AND stage != lost', order: '-amount', fields: 'name,next_step,amount', page_size: '4', total: 'true' })
  const before = await api('GET', '/records/deals?' + where)
  const [first, second, third, gone] = before.items
  const now = (r, branch = 'main') => api('GET', `/records/deals/${r.id}?branch=${encodeURIComponent(branch)}`)
  const branch = '北区交给二组'

  await page.goto('/records/deals?' + new URLSearchParams({ filter: 'stage != won AND stage != lost', order: '-amount' }))
  await carries(id('list', 'total'), 'data-total', before.total)
  await id('shell', 'branchSwitch').click()
  await id('shell', 'branchCreate').click()
  await id('shell', 'branchName').fill(branch)
  await id('shell', 'branchNote').fill('如果把北区交给二组')
  await id('shell', 'branchSubmit').click()
  await page.locator(`[data-branch="${branch}"]`).waitFor()
  await id('shell', 'branchSwitch').filter({ hasText: branch }).waitFor()

  // Two cells in the list, one on the record's page, one record deleted.
  const row = (r) => page.locator(`[data-testid="grid-row"][data-id="${r.id}"]`)
  for (const [r, words] of [[first, '分支：约决策人'], [second, '分支：重新报价']]) {
    const cell = row(r).getByTestId('cell-next_step')
    await cell.dblclick()
    await cell.locator('input, textarea').fill(words)
    await page.keyboard.press('Enter')
    await cell.filter({ hasText: words }).waitFor()
    await id('shell', 'branchDiffers').waitFor()
  }
  await page.goto(`/records/deals/${third.id}?branch=${encodeURIComponent(branch)}`)
  await id('record', 'field', 'amount').first().click()
  await id('record', 'input', 'amount').fill('765432.10')
  await page.keyboard.press('Enter')
  await id('record', 'field', 'amount').filter({ hasText: '765,432.1' }).first().waitFor()
  await page.goto(`/records/deals/${gone.id}?branch=${encodeURIComponent(branch)}`)
  await id('record', 'delete').click()
  const cascade = id('record', 'deleteMode', 'cascade')
  const confirm = id('record', 'deleteConfirm')
  await confirm.and(page.locator(':not(.ant-btn-loading)')).waitFor()
  if (await cascade.count()) await cascade.click()
  await confirm.click()
  await confirm.waitFor({ state: 'hidden' })

  for (const r of [first, second, third, gone]) {
    const main = await now(r)
    for (const field of ['next_step', 'amount']) assert.deepEqual(main.cells[field] ?? null, r.cells[field] ?? null, 'main changed before the merge')
  }
  await assert.rejects(now(gone, branch), { status: 404 })
  await page.goto('/records/deals?' + where)
  await carries(id('list', 'total'), 'data-total', before.total)
  await row(gone).waitFor()

  // Meanwhile somebody works on the same cell of main, and on another of the same record.
  await api('PATCH', '/records/deals/' + first.id, { cells: { next_step: '主线：等客户回复' } })
  await api('PATCH', '/records/deals/' + second.id, { cells: { probability: 37 } })

  await page.goto(`/branches/${encodeURIComponent(branch)}?branch=${encodeURIComponent(branch)}`)
  const deals = id('branches', 'entity', 'deals')
  await carries(deals, 'data-changed', 3)
  await carries(deals, 'data-deleted', 1)
  const conflict = id('branches', 'conflict')
  await conflict.first().waitFor()
  assert.equal(await conflict.count(), 1)
  assert.equal(await conflict.getAttribute('data-field'), 'next_step')
  for (const words of ['主线：等客户回复', '分支：约决策人']) assert.match(await conflict.innerText(), new RegExp(words))

  await id('branches', 'merge').click()
  assert.ok(await id('branches', 'mergeConfirm').isDisabled(), 'a merge with an open conflict must wait for the choice')
  await page.keyboard.press('Escape')
  await conflict.getByTestId('take-theirs').click()
  await id('branches', 'merge').click()
  await id('branches', 'mergeConfirm').click()
  await page.locator('[data-branch="main"]').waitFor()

  assert.equal((await now(first)).cells.next_step, '分支：约决策人')
  const both = await now(second)
  assert.deepEqual([both.cells.next_step, both.cells.probability], ['分支：重新报价', 37])
  assert.equal((await now(third)).cells.amount.amount, '765432.1')
  await assert.rejects(now(gone), { status: 404 })
  const { items } = await api('GET', '/branches')
  assert.ok(!items.some((b) => b.name === branch), 'the merged branch is still open')

  await page.goto('/records/deals?' + where)
  await carries(id('list', 'total'), 'data-total', before.total - 1)
  await row(first).getByTestId('cell-next_step').filter({ hasText: '分支：约决策人' }).waitFor()
})

story('a branch refreshes from main, keeps its own, and is discarded without a trace', {}, async ({ page, id, api }) => {
  const { items } = await api('GET', '/records/accounts?' + new URLSearchParams({ order: 'name', fields: 'name,city', page_size: '2' }))
  await api('POST', '/branches', { name: 'draft', shared: true })
  await api('PATCH', `/records/accounts/${items[0].id}?branch=draft`, { cells: { city: '拉萨' } })
  await api('PATCH', '/records/accounts/' + items[1].id, { cells: { city: '喀什' } })
  await page.goto('/branches/draft?branch=draft')
  await carries(id('branches', 'entity', 'accounts'), 'data-changed', 1)
  await id('branches', 'refresh').click()
  await id('branches', 'mergeConfirm').click()
  await id('branches', 'mergeConfirm').waitFor({ state: 'hidden' })
  await id('branches', 'refresh').and(page.locator(':disabled')).waitFor()
  assert.equal((await api('GET', `/records/accounts/${items[1].id}?branch=draft`)).cells.city, '喀什')
  assert.equal((await api('GET', `/records/accounts/${items[0].id}?branch=draft`)).cells.city, '拉萨')
  await id('branches', 'discard').click()
  await page.locator('.ant-modal .ant-btn-dangerous').click()
  await page.locator('[data-branch="main"]').waitFor()
  assert.deepEqual((await api('GET', '/records/accounts/' + items[0].id)).cells.city ?? null, items[0].cells.city ?? null)
  assert.ok(!(await api('GET', '/branches')).items.some((b) => b.name === 'draft'))
  await assert.rejects(api('PATCH', `/records/accounts/${items[0].id}?branch=draft`, { cells: { city: 'x' } }), { status: 409 })
})
