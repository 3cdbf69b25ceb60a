// Coming in, finding, filtering, asking.
import assert from 'node:assert/strict'
import { carries, choose, story, visit, write } from './stories.mjs'

story('the one-time link of the demo signs in, once', { as: null }, async ({ page, id, server, context }) => {
  await page.goto('/records/deals')
  await id('signIn', 'submit').waitFor()
  await page.goto(await server.link())
  await id('shell', 'demo').waitFor()
  await id('list', 'row').first().waitFor()
  await id('shell', 'person').click()
  await id('shell', 'signOut').click()
  await id('signIn', 'email').waitFor()
  await page.goto(await server.link())
  await id('signIn', 'submit').waitFor()
  await page.locator('.error-note').waitFor()
  assert.equal((await context.request.get('/api/records/deals')).status(), 401)
})

story('a wrong password is refused beside the form', { as: null }, async ({ page, id }) => {
  await page.goto('/sign-in')
  await id('signIn', 'email').fill('story.owner@example.com')
  await id('signIn', 'password').fill('not the password')
  await id('signIn', 'submit').click()
  await id('signIn', 'error').waitFor()
  await id('signIn', 'password').fill('correct-horse-battery')
  await id('signIn', 'submit').click()
  await id('list', 'row').first().waitFor()
})

story('deals filtered and sorted become a view that a reload keeps', {}, async ({ page, id, api }) => {
  const wanted = await api('GET', '/records/deals?' + new URLSearchParams({ filter: 'stage = won', order: '-amount', fields: 'name,amount', total: 'true', page_size: '3' }))
  assert.ok(wanted.total > 10)
  await page.goto('/records/deals')
  await id('list', 'filterAdd').click()
  await id('list', 'filterField').click()
  await page.keyboard.type('阶段')
  await page.keyboard.press('Enter')
  await choose(id('list', 'filterValue'), '赢单')
  await page.keyboard.press('Escape')
  await id('list', 'filterApply').click()
  await carries(id('list', 'total'), 'data-total', wanted.total)
  await id('list', 'head', 'expected_close').click()
  await page.waitForURL(/order=/)
  const chip = await id('list', 'filterChip').innerText()
  assert.match(chip, /阶段/)

  await id('list', 'viewSave').click()
  await id('list', 'viewName').fill('赢下的商机')
  await id('list', 'viewSubmit').click()
  await carries(id('list', 'viewTab', '赢下的商机'), 'aria-selected', 'true')
  await id('shell', 'nav', 'accounts').click()
  await id('shell', 'nav', 'deals').click()
  await id('list', 'viewTab', '赢下的商机').click()
  await carries(id('list', 'total'), 'data-total', wanted.total)
  await page.reload()
  await carries(id('list', 'viewTab', '赢下的商机'), 'aria-selected', 'true')
  await carries(id('list', 'total'), 'data-total', wanted.total)
  await page.locator('[aria-sort="ascending"]').getByTestId('head-expected_close').waitFor()
})

story('search finds by a part of a Chinese name and by the initials of its pinyin', {}, async ({ page, id, api }) => {
  await api('POST', '/records/accounts', { cells: { name: '杭州鲲鹏智造有限公司' } })
  await page.goto('/records/deals')
  await id('list', 'row').first().waitFor()
  for (const words of ['鲲鹏智', 'hzkpzz', 'kpzz']) {
    await page.keyboard.press('Control+k')
    await id('shell', 'searchInput').fill(words)
    await id('shell', 'searchHit').filter({ hasText: '杭州鲲鹏智造有限公司' }).first().waitFor()
    await page.keyboard.press('Escape')
    await id('shell', 'searchInput').waitFor({ state: 'hidden' })
  }
  await id('shell', 'search').click()
  await id('shell', 'searchInput').fill('鲲鹏智造')
  await id('shell', 'searchHit').filter({ hasText: '杭州鲲鹏' }).first().waitFor()
  await page.keyboard.press('Enter')
  await id('record', 'title').filter({ hasText: '杭州鲲鹏智造有限公司' }).waitFor()
})

story('the SQL page answers a SELECT, and refuses a write and a file', {}, async ({ page, id, api }) => {
  const ask = async (sql) => {
    await write(id('sql', 'editor'), sql)
    await id('sql', 'run').click()
  }
  await page.goto('/sql')
  await ask("SELECT stage, count(*) AS n FROM deals GROUP BY stage ORDER BY n DESC")
  await id('sql', 'stats').waitFor()
  const { groups } = await api('GET', '/records/deals/groups?by=stage')
  await carries(id('sql', 'stats'), 'data-rows', groups.length)
  for (const wrong of ['DELETE FROM deals', "SELECT * FROM read_csv('/etc/hostname')", "COPY deals TO '/tmp/deals.csv'", 'SELECT * FROM no_such_table']) {
    await ask(wrong)
    await id('sql', 'error').waitFor()
    await ask('SELECT 40 + 2 AS answer')
    await id('sql', 'error').waitFor({ state: 'hidden' })
    await id('sql', 'grid').or(page.locator('.sql-result')).filter({ hasText: '42' }).first().waitFor()
  }
  await ask('SELECT name FROM accounts ORDER BY name')
  await carries(id('sql', 'stats'), 'data-rows', (await api('GET', '/records/accounts?fields=name&total=true&page_size=1')).total)
  const [download] = await Promise.all([page.waitForEvent('download'), id('sql', 'export').click()])
  assert.match(download.suggestedFilename(), /\.csv$/)
})

story('the page speaks English, and Chinese again', {}, async ({ page, id }) => {
  await page.goto('/records/deals')
  await page.locator('h1', { hasText: '商机' }).waitFor()
  await id('shell', 'language').click()
  await page.locator('h1', { hasText: 'Deals' }).waitFor()
  await id('shell', 'nav', 'accounts').filter({ hasText: 'Accounts' }).waitFor()
  for (const name of ['accounts', 'branches', 'sql', 'imports', 'people', 'fields', 'tokens', 'profile']) {
    await visit(page, id, name)
    const frame = await page.locator('.rail nav, .page-head, .top').allInnerTexts()
    assert.doesNotMatch(frame.join(' ').replace('澄湖数据', ''), /[\u4e00-\u9fff]{2,}/, name + ' has Chinese left in its frame')
  }
  await page.reload()
  await id('shell', 'language').click()
  await id('shell', 'nav', 'accounts').filter({ hasText: '客户' }).waitFor()
})

story('a viewer sees no edit control and the API refuses', { as: 'viewer' }, async ({ page, id, context, api }) => {
  await page.goto('/records/deals')
  await id('list', 'row').first().waitFor()
  for (const control of [['list', 'create'], ['list', 'rowCheck'], ['shell', 'nav', 'imports']]) assert.equal(await id(...control).count(), 0, control.join('.'))
  await id('list', 'cell', 'next_step').first().dblclick()
  await id('list', 'preview').waitFor()
  assert.equal(await page.locator('[data-testid^="input-"]').count(), 0)
  assert.equal(await page.locator('.editable').count(), 0)
  const { items } = await api('GET', '/records/deals?fields=name&page_size=1')
  await page.goto('/records/deals/' + items[0].id)
  await id('record', 'title').waitFor()
  for (const control of [['record', 'delete'], ['record', 'note'], ['record', 'noteSave']]) assert.equal(await id(...control).count(), 0, control.join('.'))
  assert.equal(await page.locator('.editable').count(), 0)
  await page.keyboard.press('n')
  await page.keyboard.press('e')
  assert.equal(await page.locator('[data-testid^="input-"]').count(), 0)
  await id('shell', 'branchSwitch').click()
  await id('shell', 'branchItem', 'main').waitFor()
  assert.equal(await id('shell', 'branchCreate').count(), 0)

  const tries = [
    ['POST', '/api/records/deals', { cells: { name: 'x' } }],
    ['PATCH', '/api/records/deals/' + items[0].id, { cells: { name: 'x' } }],
    ['DELETE', '/api/records/deals/' + items[0].id],
    ['POST', '/api/records/deals/bulk', { filter: 'stage = won', set: { next_step: 'x' } }],
    ['POST', '/api/records/deals/batch', { records: [{ cells: { name: 'x' } }] }],
    ['POST', '/api/branches', { name: 'mine' }],
    ['POST', '/api/revisions/5/undo', {}],
    ['POST', '/api/users', { name: 'x', email: 'x@example.com', role: 'owner' }],
    ['POST', '/api/entities/deals/fields', { name: 'x', kind: 'text', label: { zh: 'x', en: 'x' } }],
  ]
  for (const [method, path, data] of tries) {
    const res = await context.request.fetch(path, { method, data })
    assert.equal(res.status(), 403, `${method} ${path}: ${await res.text()}`)
  }
  const pages = ['/imports/new', '/settings/people', '/settings/fields', '/settings/tokens']
  for (const path of pages) {
    await page.goto(path)
    await id('shell', 'person').waitFor()
  }
})
