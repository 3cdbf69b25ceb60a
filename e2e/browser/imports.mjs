// Files with dirt become records, and go away again.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { api, dirtyFiles, headwater, scratch, serve } from './program.mjs'
import { carries, choose, password, people, story } from './stories.mjs'

/** Takes a file through the wizard up to its last step. */
async function check({ page, id }, path, entity, onMap = async () => undefined) {
  await page.goto('/imports')
  await id('imports', 'open').first().click()
  await id('imports', 'file').setInputFiles(path)
  await choose(id('imports', 'entity'), entity)
  await checkChosen({ page, id }, onMap)
}

/** Colleagues aren't offered among the records; the address of the wizard takes them. */
async function checkPeople({ page, id }, path) {
  await page.goto('/imports/new?entity=users')
  await id('imports', 'file').setInputFiles(path)
  await checkChosen({ page, id })
}

async function checkChosen({ id }, onMap = async () => undefined) {
  await id('imports', 'next').click()
  await id('imports', 'match').waitFor()
  await onMap()
  await id('imports', 'next').click()
  await id('imports', 'start').waitFor()
}

/** Starts the import that was checked, waits for its end and reads its numbers from the page. */
async function run({ page, id }) {
  const told = await counts(id)
  await id('imports', 'start').click()
  await page.waitForURL(/imports\/(?!new)/)
  await carries(id('imports', 'state'), 'data-state', 'done')
  const done = await counts(id)
  assert.deepEqual(done, told, 'the import did something else than its preview said')
  assert.equal(done.read, done.inserted + done.updated + done.unchanged + done.rejected)
  return done
}

/** The five numbers as the page shows them. */
async function counts(id) {
  const shown = (await id('imports', 'counts').innerText()).match(/[\d,]+/g).map((n) => Number(n.replaceAll(',', '')))
  const [read, inserted, updated, unchanged, rejected] = shown
  return { read, inserted, updated, unchanged, rejected }
}

/** An empty workspace with one owner. */
async function empty() {
  const data = join(scratch, 'empty')
  await headwater('user', 'add', people.owner, '--role', 'owner', '--password', password, '--data', data)
  const { token } = await headwater('user', 'token', people.owner, '--data', data)
  const server = await serve(data)
  return { ...server, api: api(server.url, token) }
}

story('four related files with dirt come in through the page', { on: empty }, async ({ page, id, server }) => {
  const { dir, files } = await dirtyFiles()
  const file = (name) => files.find((f) => f.name === name)
  const scene = { page, id }
  const byNumber = (label) => () => choose(id('imports', 'match'), label)

  await check(scene, join(dir, 'accounts.csv'), '客户', byNumber('外部编号'))
  await id('imports', 'problem', 'integer_invalid').filter({ hasText: '员工' }).waitFor()
  const accounts = await run(scene)
  assert.equal(accounts.read, file('accounts.csv').rows)
  assert.ok(accounts.rejected >= 3 && accounts.rejected < 10, JSON.stringify(accounts))
  assert.equal(accounts.unchanged + accounts.updated, 2, 'a row that comes again is no second account')

  await check(scene, join(dir, 'products.csv'), '产品')
  assert.deepEqual(await run(scene), { read: 7, inserted: 7, updated: 0, unchanged: 0, rejected: 0 })

  await checkPeople(scene, join(dir, 'sales_team.csv'))
  assert.deepEqual(await run(scene), { read: 8, inserted: 8, updated: 0, unchanged: 0, rejected: 0 })

  // The mistyped products are mapped, and the page says to what; one is no product at all.
  await check(scene, join(dir, 'deals.csv'), '商机', async () => {
    await byNumber('外部编号')()
    await id('imports', 'values', '产品').click()
    for (const [typed, meant] of [['LakePro', 'Lake Pro'], ['Lake Baisc', 'Lake Basic']]) await page.locator('.value-row').filter({ hasText: typed }).filter({ hasText: meant }).waitFor()
    await page.locator('.value-row').filter({ hasText: 'Glacier 9000' }).waitFor()
    await page.locator('.ant-modal-footer .ant-btn-primary').click()
    await page.locator('.value-row').first().waitFor({ state: 'hidden' })
  })
  const unknown = id('imports', 'problem', 'reference_unknown')
  await unknown.filter({ hasText: '产品' }).locator('summary').click()
  await unknown.filter({ hasText: 'Glacier 9000' }).first().waitFor()

  // A company without its legal form is offered its full name, and takes it.
  const before = await counts(id)
  const offer = page.locator('tr').filter({ hasText: '常州梓泊储能设备' }).getByRole('button').filter({ hasText: '常州梓泊储能设备有限公司' })
  await offer.click()
  await offer.waitFor({ state: 'hidden' })
  await page.locator('[aria-busy="false"]').first().waitFor()
  assert.ok((await counts(id)).rejected < before.rejected, 'the accepted company still rejects its row')

  const deals = await run(scene)
  const dealsFile = file('deals.csv')
  assert.equal(deals.read, dealsFile.rows)
  const products = await server.api('GET', '/records/products?fields=name')
  const known = Object.fromEntries(products.items.map((p) => [p.id, p.cells.name]))
  const mistyped = dealsFile.dirt.product_mistyped.map((n) => 'S' + String(n).padStart(6, '0'))
  let mapped = 0
  for (const number of mistyped) {
    const { items } = await server.api('GET', '/records/deals?' + new URLSearchParams({ filter: `external_id = "${number}"`, fields: 'product' }))
    for (const r of items) if (known[r.cells.product]) mapped++
  }
  assert.ok(mapped >= 25, `only ${mapped} of ${mistyped.length} mistyped products were understood`)

  const [download] = await Promise.all([page.waitForEvent('download'), id('imports', 'rejects').click()])
  const rejects = await readFile(await download.path(), 'utf8')
  const row = rejects.split('\n').find((l) => l.includes('Glacier 9000'))
  assert.match(row, /^S000065,.*,70,产品,reference_unknown,.*Glacier 9000/)
  assert.equal((await server.api('GET', '/records/deals?fields=name&page_size=1&total=true')).total, deals.inserted)
  await server.stop()
})

story('an import is undone from the page; what was edited since stays', {}, async ({ page, id, api: call }) => {
  const { dir } = await dirtyFiles()
  const total = async () => (await call('GET', '/records/accounts?fields=name&page_size=1&total=true')).total
  const before = await total()
  await check({ page, id }, join(dir, 'accounts.csv'), '客户', () => choose(id('imports', 'match'), '外部编号'))
  const done = await run({ page, id })
  assert.equal(await total(), before + done.inserted)
  const { items } = await call('GET', '/records/accounts?' + new URLSearchParams({ filter: 'external_id = "K0001"', fields: 'name' }))
  await call('PATCH', '/records/accounts/' + items[0].id, { cells: { city: '我后来改的' } })

  await id('imports', 'undo').click()
  await page.locator('.ant-modal').filter({ hasText: items[0].cells.name }).waitFor()
  await page.keyboard.press('Escape')
  await carries(id('imports', 'state'), 'data-state', 'undone')
  assert.equal(await total(), before + 1)
  assert.equal((await call('GET', '/records/accounts/' + items[0].id)).cells.city, '我后来改的')
  await page.goto('/records/accounts')
  await carries(id('list', 'total'), 'data-total', before + 1)
})
