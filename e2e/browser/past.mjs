// Looking at how things were.
import assert from 'node:assert/strict'
import { carries, story, write } from './stories.mjs'

story('a record changed twice is seen as it was at first, can only be read there, and is now again', {}, async ({ page, id, api, context }) => {
  const made = await api('POST', '/records/accounts', { cells: { name: '时光精密仪器有限公司', description: '初稿' } })
  const path = '/records/accounts/' + made.id
  for (const description of ['第二稿', '第三稿']) await api('PATCH', path, { cells: { description } })
  const shown = (text) => id('record', 'field', 'description').filter({ hasText: text }).first().waitFor()

  // From the record's history to its first moment.
  await page.goto(path)
  await shown('第三稿')
  await id('record', 'timeline').getByTestId('asof-look').and(page.locator(`[data-rev="${made.rev}"]`)).click()
  await carries(id('asof', 'bar'), 'data-rev', made.rev)
  await id('asof', 'bar').filter({ hasText: `主线 在版本 ${made.rev}（` }).waitFor()
  await page.waitForURL(new RegExp('at=' + made.rev + '$'))
  await shown('初稿')
  const closed = async () => {
    for (const control of [['record', 'note'], ['record', 'noteSave']]) assert.equal(await id(...control).count(), 0, control.join('.'))
    assert.equal(await page.locator('.editable').count(), 0)
    assert.ok(await id('record', 'delete').isDisabled())
  }
  await closed()
  await page.reload()
  await shown('初稿')
  await closed()

  // The list keeps the moment: its rows, its total, its file, and no way to change them.
  await id('shell', 'nav', 'accounts').click()
  await page.waitForURL(new RegExp('/records/accounts\\?at=' + made.rev))
  const then = await api('GET', `/records/accounts?fields=name&page_size=1&total=true&at=${made.rev}`)
  await carries(id('list', 'total'), 'data-total', then.total)
  assert.ok(await id('list', 'create').isDisabled())
  assert.equal(await id('list', 'rowCheck').count(), 0)
  await id('list', 'export').click()
  const file = await page.getByRole('link', { name: /CSV/ }).getAttribute('href')
  assert.match(file, new RegExp('at=' + made.rev + '(&|$)'))
  assert.equal((await context.request.get(file)).status(), 200)
  await page.keyboard.press('Escape')

  // SQL asks the same moment; a revision chosen from the log is another.
  await page.goto('/sql?at=' + made.rev)
  const ask = async (answer) => {
    await write(id('sql', 'editor'), `SELECT description FROM accounts WHERE id = '${made.id}'`)
    await id('sql', 'run').click()
    await id('sql', 'grid').filter({ hasText: answer }).waitFor()
  }
  await ask('初稿')
  await id('asof', 'open').click()
  await id('asof', 'find').fill('#' + (made.rev + 1))
  await id('asof', 'revision').first().click()
  await carries(id('asof', 'bar'), 'data-rev', made.rev + 1)
  await ask('第二稿')

  // And back.
  await page.goto(path + '?at=' + made.rev)
  await shown('初稿')
  await id('asof', 'back').click()
  await shown('第三稿')
  await id('asof', 'bar').waitFor({ state: 'detached' })
  assert.doesNotMatch(page.url(), /at=/)
  await id('record', 'note').waitFor()
})
