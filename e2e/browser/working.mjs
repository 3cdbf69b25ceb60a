// A day at work: records, notes, colleagues, and what goes wrong on the way.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { scratch, serve } from './program.mjs'
import { carries, password, story, visit, visitor } from './stories.mjs'

/** One open deal, the n-th by amount. */
async function deal(api, n) {
  const { items } = await api('GET', '/records/deals?' + new URLSearchParams({ filter: 'stage = discover', order: '-amount', fields: 'name,next_step', page_size: String(n + 1) }))
  return items[n]
}

story('an empty workspace is set up by its first visitor, and teaches what to do', { as: null, on: () => serve(join(scratch, 'fresh')) }, async ({ page, id, server, context }) => {
  await page.goto('/')
  await id('setup', 'code').fill('WRONG-CODE-0000')
  for (const [name, value] of [['workspace', '新公司'], ['name', '老板'], ['email', 'boss@example.com'], ['password', password]]) await id('setup', name).fill(value)
  await id('setup', 'submit').click()
  await page.locator('.error-note').waitFor()
  await page.goto(await server.link())
  for (const [name, value] of [['workspace', '新公司'], ['name', '老板'], ['email', 'boss@example.com'], ['password', password]]) await id('setup', name).fill(value)
  await id('setup', 'submit').click()
  await id('list', 'empty').waitFor()
  await page.locator('.rail', { hasText: '新公司' }).waitFor()
  assert.equal(await id('shell', 'demo').count(), 0)
  for (const name of ['deals', 'activities', 'branches', 'imports', 'sql', 'people', 'fields', 'tokens', 'profile', 'accounts']) await visit(page, id, name)
  await id('list', 'create').click()
  await id('record', 'input', 'name').fill('第一个客户')
  await id('record', 'saveNew').click()
  await id('record', 'title').filter({ hasText: '第一个客户' }).waitFor()
  assert.equal((await context.request.post('/api/setup', { data: { code: (await server.link()).split('code=')[1], workspace: 'x', name: 'x', email: 'x@example.com', password } })).status() >= 400, true)
  await server.stop()
})

story('a colleague is invited by a link, and sees only their own', {}, async ({ page, id, server, api }) => {
  await page.goto('/settings/people')
  await id('settings', 'addPerson').click()
  await page.getByTestId('person-name').fill('新来的')
  await page.getByTestId('person-email').fill('newcomer@example.com')
  await id('settings', 'personSubmit').click()
  const link = await id('settings', 'link').inputValue()
  assert.ok(link.startsWith(server.url), link)

  const theirs = await visitor(server)
  try {
    const other = await theirs.newPage()
    await other.goto(link)
    await other.getByTestId('list-empty').waitFor()
    const { items } = await api('GET', '/records/deals?fields=name&page_size=1')
    assert.equal((await theirs.request.get('/api/records/deals/' + items[0].id)).status(), 404)
    const asked = await theirs.request.post('/api/query', { data: { sql: 'SELECT count(*) FROM deals' } })
    assert.equal((await asked.json()).rows[0][0], 0)
    const made = await theirs.request.post('/api/records/deals', { data: { cells: { name: '我的第一单', stage: 'discover' } } })
    assert.equal(made.status(), 201, await made.text())
    await other.goto('/records/deals')
    await carries(other.getByTestId('list-total'), 'data-total', 1)
  } finally {
    await theirs.close()
  }
})

story('a note lands on the timeline; a field goes back to what it was', {}, async ({ page, id, api }) => {
  const it = await deal(api, 5)
  await page.goto('/records/deals/' + it.id)
  await id('record', 'note').fill('客户希望下周演示联邦查询')
  await id('record', 'noteSave').click()
  await id('record', 'timeline').filter({ hasText: '客户希望下周演示联邦查询' }).waitFor()
  await page.reload()
  await id('record', 'timeline').filter({ hasText: '客户希望下周演示联邦查询' }).waitFor()

  const field = page.locator('aside, [role=complementary]').getByTestId('field-next_step')
  await api('PATCH', '/records/deals/' + it.id, { cells: { next_step: '先前的安排' } })
  await page.reload()
  await field.click()
  await id('record', 'input', 'next_step').fill('改错了')
  await page.keyboard.press('Tab')
  await field.filter({ hasText: '改错了' }).waitFor()
  await id('shell', 'toastUndo').click()
  await field.filter({ hasText: '先前的安排' }).waitFor()

  await api('PATCH', '/records/deals/' + it.id, { cells: { next_step: '再改一次' } })
  await page.reload()
  await field.filter({ hasText: '再改一次' }).hover()
  await id('record', 'fieldHistory', 'next_step').click()
  await page.locator('.field-history-item').filter({ hasText: '先前的安排' }).getByTestId('history-restore').first().click()
  await field.filter({ hasText: '先前的安排' }).waitFor()
  assert.equal((await api('GET', '/records/deals/' + it.id)).cells.next_step, '先前的安排')
})

story('many deals change at once, and come back with one click', {}, async ({ page, id, api }) => {
  const where = { filter: 'stage = prospecting', order: 'name', fields: 'name,next_step' }
  const { items, total } = await api('GET', '/records/deals?' + new URLSearchParams({ ...where, total: 'true', page_size: '3' }))
  await page.goto('/records/deals?' + new URLSearchParams({ filter: where.filter, order: 'name' }))
  await carries(id('list', 'total'), 'data-total', total)
  for (const r of items) await page.locator(`[data-id="${r.id}"]`).getByTestId('row-check').click()
  await id('list', 'bulkBar').filter({ hasText: '3' }).waitFor()
  await id('list', 'bulkEdit').click()
  await page.locator('.ant-modal .ant-select').first().click()
  await page.keyboard.type('下一步')
  await page.keyboard.press('Enter')
  await id('record', 'input', 'next_step').fill('一起改')
  await page.locator('.ant-modal-footer .ant-btn-primary').click()
  const changed = page.getByTestId('cell-next_step').filter({ hasText: '一起改' })
  await changed.nth(2).waitFor()
  await id('shell', 'toastUndo').click()
  await changed.first().waitFor({ state: 'hidden' })
  for (const r of items) assert.equal((await api('GET', '/records/deals/' + r.id)).cells.next_step ?? null, r.cells.next_step ?? null)
})

story('what a list shows is exported and comes back unchanged', {}, async ({ page, id, api }) => {
  const where = new URLSearchParams({ filter: 'stage = won', order: 'name', fields: 'id,name,account,stage,amount,probability,expected_close,owner,product,description' })
  await page.goto('/records/deals?' + where)
  const { total } = await api('GET', '/records/deals?' + where + '&page_size=1&total=true')
  await carries(id('list', 'total'), 'data-total', total)
  for (const kind of ['CSV', 'Excel']) {
    await id('list', 'export').click()
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.ant-dropdown:visible a').filter({ hasText: kind }).click()])
    const path = join(scratch, download.suggestedFilename())
    await writeFile(path, await readFile(await download.path()))
    const res = await page.request.post('/api/uploads', { multipart: { file: { name: download.suggestedFilename(), mimeType: 'application/octet-stream', buffer: await readFile(path) } } })
    const upload = await res.json()
    assert.equal(res.status() < 300, true, JSON.stringify(upload))
    const plan = await (await page.request.post('/api/imports/plan', { data: { upload: upload.upload, entity: 'deals' } })).json()
    Object.assign(plan.plan, { match: 'id', columns: plan.plan.columns.map((c) => (c.column === 'id' ? { ...c, field: 'id' } : c)) })
    const preview = await (await page.request.post('/api/imports/preview', { data: { upload: upload.upload, plan: plan.plan } })).json()
    const { read, inserted, updated, unchanged, rejected } = preview
    assert.deepEqual({ read, inserted, updated, unchanged, rejected }, { read: total, inserted: 0, updated: 0, unchanged: total, rejected: 0 }, kind + JSON.stringify(preview.problems))
  }
})

story('a session that ends leads to the sign-in and back to the same page', {}, async ({ page, id, context, api }) => {
  const it = await deal(api, 6)
  await page.goto('/records/deals/' + it.id)
  await id('record', 'note').fill('还没写完的一句')
  await context.clearCookies()
  await page.keyboard.press('Control+Enter')
  await id('signIn', 'email').or(page.locator('.composer .danger')).first().waitFor()
  await page.reload()
  await id('signIn', 'email').fill('story.owner@example.com')
  await id('signIn', 'password').fill(password)
  await id('signIn', 'submit').click()
  await page.waitForURL('**/records/deals/' + it.id)
  assert.equal(await id('record', 'note').inputValue(), '还没写完的一句', 'what was written is lost')
})

story('a lost connection is said, and what was written is sent when it is back', {}, async ({ page, id, context, api }) => {
  const it = await deal(api, 7)
  await page.goto('/records/deals/' + it.id)
  const field = page.locator('aside, [role=complementary]').getByTestId('field-next_step')
  await field.waitFor()
  await context.setOffline(true)
  await id('shell', 'offline').waitFor()
  await field.click()
  await id('record', 'input', 'next_step').fill('离线时写的')
  await page.keyboard.press('Tab')
  await field.filter({ hasText: '离线时写的' }).waitFor()
  await context.setOffline(false)
  await id('shell', 'offline').waitFor({ state: 'hidden' })
  await id('shell', 'toastUndo').waitFor()
  assert.equal((await api('GET', '/records/deals/' + it.id)).cells.next_step, '离线时写的')
})

story('a branch that is discarded while one works on it says so and keeps main', {}, async ({ page, id, api }) => {
  const it = await deal(api, 8)
  await api('POST', '/branches', { name: '会消失', shared: true })
  await page.goto(`/records/deals/${it.id}?branch=${encodeURIComponent('会消失')}`)
  const field = page.locator('aside, [role=complementary]').getByTestId('field-next_step')
  await field.waitFor()
  await api('DELETE', '/branches/' + encodeURIComponent('会消失'))
  await field.click()
  await id('record', 'input', 'next_step').fill('写不进去')
  await page.keyboard.press('Tab')
  await page.locator('.ant-message-error, [role=alert]').filter({ hasText: '会消失' }).first().waitFor()
  assert.equal((await api('GET', '/records/deals/' + it.id)).cells.next_step ?? null, it.cells.next_step ?? null)
})

story('a merge while main moves on stops at the new conflict', {}, async ({ page, id, api }) => {
  const it = await deal(api, 9)
  await api('POST', '/branches', { name: '赛跑', shared: true })
  await api('PATCH', `/records/deals/${it.id}?branch=${encodeURIComponent('赛跑')}`, { cells: { next_step: '分支的' } })
  await page.goto(`/branches/${encodeURIComponent('赛跑')}?branch=${encodeURIComponent('赛跑')}`)
  await carries(id('branches', 'entity', 'deals'), 'data-changed', 1)
  assert.equal(await id('branches', 'conflict').count(), 0)
  await api('PATCH', '/records/deals/' + it.id, { cells: { next_step: '主线抢先' } })
  await id('branches', 'merge').click()
  await id('branches', 'mergeConfirm').click()
  await id('branches', 'conflict').waitFor()
  assert.equal((await api('GET', '/records/deals/' + it.id)).cells.next_step, '主线抢先')
  await id('branches', 'conflict').getByTestId('take-ours').click()
  await id('branches', 'merge').click()
  await id('branches', 'mergeConfirm').click()
  await page.locator('[data-branch="main"]').waitFor()
  assert.equal((await api('GET', '/records/deals/' + it.id)).cells.next_step, '主线抢先')
})

story('files that are no tables are refused beside the button', {}, async ({ page, id }) => {
  const bad = { 'picture.csv': Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'), 'empty.csv': Buffer.alloc(0), 'broken.xlsx': Buffer.from('PK\x03\x04 not really a zip file') }
  for (const [name, buffer] of Object.entries(bad)) {
    await page.goto('/imports/new')
    await id('imports', 'file').setInputFiles({ name, mimeType: 'text/csv', buffer })
    const said = await page.locator('.error-note').innerText()
    assert.match(said, /[\u4e00-\u9fff]/, `${name}: the error isn't in Chinese: ${said}`)
    assert.equal(await id('imports', 'next').count(), 0)
  }
})
