// Rows that live elsewhere: connected, declared, joined, cloned, branched, and written back.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { scratch, sqlite } from './program.mjs'
import { carries, choose, house, password, people, story, visitor, write } from './stories.mjs'

const quoted = (s) => "'" + s.replaceAll("'", "''") + "'"

story('a database is connected, joined, cloned with a mask, edited on a branch, merged and written back', {}, async ({ page, id, api }) => {
  const { items: accounts } = await api('GET', '/records/accounts?' + new URLSearchParams({ order: 'name', fields: 'name', page_size: '6' }))
  const file = join(scratch, 'shop.db')
  const customers = accounts.map((a, i) => `(${i + 1}, ${quoted(a.cells.name)}, '1380000000${i}', 'B')`).join(', ')
  await sqlite(
    file,
    'CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT, level TEXT)',
    'CREATE TABLE bills (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), amount DECIMAL(12,2))',
    'INSERT INTO customers VALUES ' + customers,
    'INSERT INTO bills VALUES ' + accounts.map((_, i) => `(${i + 1}, ${i + 1}, ${(i + 1) * 100})`).join(', '),
    'SELECT 1',
  )
  const row = (key) => page.locator(`[data-testid="grid-row"][data-id="${key}"]`)

  // Connect: a wrong path says at which step it stops; the right one leads to the tables.
  await page.goto('/sources')
  await id('sources', 'add').first().click()
  await id('sources', 'kind', 'sqlite').click()
  await id('sources', 'part', 'path').fill(join(scratch, 'nowhere.db'))
  await id('sources', 'test').click()
  await carries(id('sources', 'steps'), 'data-ok', false)
  await page.locator('.test-steps .failed').waitFor()
  await id('sources', 'part', 'path').fill(file)
  await id('sources', 'test').click()
  await carries(id('sources', 'steps'), 'data-ok', true)
  await id('sources', 'save').click()
  await page.waitForURL(/\/sources\/shop$/)

  // Declare two tables: one gets a Chinese name, the other points to it.
  await id('sources', 'tableCheck', 'customers').check()
  await id('sources', 'tableCheck', 'bills').check()
  await id('sources', 'declare').click()
  const label = id('sources', 'draftLabel')
  await label.waitFor()
  await page.locator('.declare-item').filter({ hasText: 'customers' }).click()
  await label.fill('门店客户')
  await page.locator('.draft-form', { hasText: '没有重复' }).waitFor()
  await page.locator('.declare-item').filter({ hasText: 'bills' }).click()
  await page.locator('.draft-fields tr').filter({ hasText: 'customer_id' }).filter({ hasText: '门店客户' }).waitFor()
  await id('sources', 'declareSubmit').click()
  await id('sources', 'declared').filter({ hasText: '门店客户' }).waitFor()
  const { items: entities } = await api('GET', '/entities')
  const key = entities.find((e) => e.name === 'customers').home.key[0]
  assert.equal(entities.find((e) => e.name === 'bills').fields.find((f) => f.name === 'customer_id').target, 'customers')

  // Ask at once, joined with the lake's own records, and see what was asked of whom.
  await page.goto('/sql')
  await page.locator('.sql-schema', { hasText: 'bills' }).waitFor()
  await write(id('sql', 'editor'), `SELECT a.name, sum(b.amount) AS amount FROM accounts a JOIN customers c ON c.name = a.name JOIN bills b ON b.customer_id = c.${key} WHERE c.level = 'B' GROUP BY a.name`)
  await id('sql', 'run').click()
  await carries(id('sql', 'stats'), 'data-rows', accounts.length)
  await id('sql', 'stats').locator('[data-mode="floating"]').first().waitFor()
  await id('sql', 'explain').click()
  await id('sql', 'plan').filter({ hasText: 'shop' }).waitFor()

  // A clone shows no plain number, by whatever way one asks.
  await page.goto('/catalog?q=' + encodeURIComponent('门店'))
  await id('catalog', 'row', 'customers').getByRole('link').click()
  await id('entity', 'title').filter({ hasText: '门店客户' }).waitFor()
  await id('clone', 'open').click()
  await choose(id('clone', 'mask', 'phone'), '哈希')
  await id('catalog', 'name').fill('customers_masked')
  await id('clone', 'submit').click()
  await id('entity', 'title').filter({ hasText: '副本' }).waitFor()
  await carries(id('list', 'total'), 'data-total', accounts.length)
  assert.doesNotMatch(await id('list', 'grid').innerText(), /1380000000/)
  const asked = await api('POST', '/query', { sql: 'SELECT phone FROM customers_masked' })
  assert.ok(asked.rows.length === accounts.length && asked.rows.every(([p]) => p && !p.startsWith('138')), JSON.stringify(asked.rows))

  // On a branch, which says that it floats, two cells change; the source stays as it is.
  const branch = '客户分级'
  await page.goto('/records/customers')
  await id('shell', 'branchSwitch').click()
  await id('shell', 'branchCreate').click()
  await id('shell', 'branchName').fill(branch)
  await id('shell', 'branchSubmit').click()
  await page.locator(`[data-branch="${branch}"]`).waitFor()
  await page.locator('.top [data-mode="floating"]').waitFor()
  for (const k of ['1', '2']) {
    const cell = row(k).getByTestId('cell-level')
    await cell.dblclick()
    await cell.locator('input').fill('A' + k)
    await page.keyboard.press('Enter')
    await cell.filter({ hasText: 'A' + k }).waitFor()
  }
  assert.deepEqual(await sqlite(file, "SELECT count(*) FROM customers WHERE level <> 'B'"), [[0]])

  // Meanwhile the source changes beneath one of them.
  await sqlite(file, "UPDATE customers SET level = 'C' WHERE id = 1", 'SELECT 1')
  await page.goto(`/branches/${encodeURIComponent(branch)}?branch=${encodeURIComponent(branch)}`)
  await carries(id('branches', 'entity', 'customers'), 'data-changed', 2)
  await carries(id('drift', 'tab'), 'data-count', 1)
  await id('drift', 'tab').click()
  const moved = id('drift', 'row')
  await moved.waitFor()
  assert.match((await moved.innerText()).replaceAll(/\s+/g, ' '), /B C A1/)
  await moved.getByTestId('drift-mine').click()
  await carries(id('drift', 'tab'), 'data-count', 0)

  await page.locator('.ant-segmented-item').filter({ hasText: /^改动$/ }).click()
  await id('branches', 'merge').click()
  await id('branches', 'mergeConfirm').click()
  await page.locator('[data-branch="main"]').waitFor()

  // Main writes both back, after a look at what would be run.
  await id('writeBack', 'tab').click()
  await id('writeBack', 'source', 'shop').click()
  await id('writeBack', 'entity', 'customers').waitFor()
  await id('writeBack', 'row').and(page.locator('[data-id="2"]')).waitFor()
  await id('writeBack', 'row').first().locator('summary').click()
  await id('writeBack', 'row').first().locator('pre').filter({ hasText: 'UPDATE' }).waitFor()
  await id('writeBack', 'apply').click()
  await id('writeBack', 'confirm').click()
  await carries(id('writeBack', 'result'), 'data-written', 2)
  assert.deepEqual(await sqlite(file, 'SELECT id, level FROM customers WHERE id < 4 ORDER BY id'), [[1, 'A1'], [2, 'A2'], [3, 'B']])
  await page.goto('/records/customers')
  await row('2').getByTestId('cell-level').filter({ hasText: 'A2' }).waitFor()
})

story('files without a key are read, profiled, kept as a copy and traced; their state is always said', {}, async ({ page, id, api }) => {
  const dir = join(scratch, 'exports')
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'visits.csv'), 'day,page,seconds\n' + Array.from({ length: 40 }, (_, i) => `2026-10-${String((i % 28) + 1).padStart(2, '0')},/p${i % 3},${i * 7}`).join('\n') + '\n')
  await page.goto('/sources')
  await id('sources', 'add').first().click()
  await id('sources', 'kind', 'file').click()
  await id('sources', 'byUrl').click()
  await id('sources', 'url').fill('file://' + dir)
  await id('sources', 'name').fill('exports')
  await id('sources', 'save').click()
  await page.waitForURL(/\/sources\/exports$/)
  await id('sources', 'tableCheck', 'visits.csv').check()
  await id('sources', 'declare').click()
  await id('sources', 'draftName').fill('visits')
  await id('sources', 'declareSubmit').click()
  await id('sources', 'declared').waitFor()

  await page.goto('/entities/visits')
  await carries(id('list', 'total'), 'data-total', 40)
  await page.locator('.home-note').filter({ hasText: '没有主键' }).waitFor()
  assert.equal(await id('list', 'create').count(), 0)

  await id('entity', 'tab', 'fields').click()
  await id('entity', 'field', 'seconds').click()
  await id('entity', 'profile').filter({ hasText: '273' }).waitFor()
  await page.locator('.histogram svg').waitFor()

  await id('entity', 'tab', 'definition').click()
  await id('entity', 'keep').locator('.ant-segmented-item').filter({ hasText: '手动' }).click()
  await id('entity', 'save').click()
  await id('entity', 'refresh').click()
  await carries(page.locator('.entity-head').getByTestId('mode-badge'), 'data-mode', 'kept')

  await id('entity', 'tab', 'lineage').click()
  await id('entity', 'lineage').locator('.react-flow__node').filter({ hasText: 'exports' }).first().waitFor()

  // Somebody who sees all records but manages nothing meets the catalog, not the sources.
  const theirs = await visitor(house.server)
  try {
    await theirs.request.post('/api/session', { data: { email: people.viewer, password }, failOnStatusCode: true })
    const other = await theirs.newPage()
    await other.goto('/catalog')
    await other.getByTestId('catalog-visits').waitFor()
    assert.equal(await other.getByTestId('nav-sources').count(), 0)
    assert.equal(await other.getByTestId('catalog-new').count(), 0)
  } finally {
    await theirs.close()
  }
})
