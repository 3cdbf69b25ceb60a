// What every story needs: one browser, the demo behind a server, and people to be.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { api, clean, headwater, root, scratch, serve, testid } from './program.mjs'

export const password = 'correct-horse-battery'
export const people = { owner: 'story.owner@example.com', viewer: 'story.viewer@example.com' }
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-prefers-reduced-motion']
const results = join(root, 'e2e/test-results')
const patience = 15_000

/** The house under test; filled before the first story. */
export const house = {}

before(async () => {
  const data = join(scratch, 'demo')
  const first = await serve(data, '--demo')
  await first.link() // the demo is filled
  await first.stop()
  const owner = (await headwater('user', 'list', '--data', data)).items.find((u) => u.role === 'owner')
  const { token } = await headwater('user', 'token', owner.email, '--data', data)
  house.server = await serve(data, '--demo')
  house.api = api(house.server.url, token)
  for (const [role, email] of Object.entries(people)) await house.api('POST', '/users', { name: 'Story ' + role, email, role, scope: 'all', password })
  house.browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: flags })
})

after(async () => {
  await house.browser?.close()
  await house.server?.stop()
  await clean()
})

/** Tells one story in a browser of its own, signed in as somebody; keeps a picture of a failure. */
export function story(name, { as = 'owner', on } = {}, tell) {
  test(name, { timeout: 90_000 }, async (t) => {
    const server = on ? await on(t) : house.server
    const context = await house.browser.newContext({ baseURL: server.url, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: { width: 1440, height: 900 }, acceptDownloads: true })
    context.setDefaultTimeout(patience)
    const page = await context.newPage()
    const faults = []
    page.on('pageerror', (e) => faults.push(e.message))
    page.on('response', (r) => r.status() >= 500 && faults.push(`${r.status()} ${r.url()}`))
    try {
      if (as) await context.request.post('/api/session', { data: { email: people[as], password }, failOnStatusCode: true })
      await tell({ page, context, server, api: house.api, id: (...path) => at(page, path) })
      if (faults.length > 0) throw new Error('the page failed: ' + faults.join('; '))
    } catch (e) {
      await mkdir(results, { recursive: true })
      await page.screenshot({ path: join(results, name.replaceAll(/[^\w]+/g, '-') + '.png') }).catch(() => undefined)
      throw faults.length > 0 ? new Error(e.message + '\nfaults: ' + faults.join('; '), { cause: e }) : e
    } finally {
      await context.close()
    }
  })
}

/** at(page, ['list', 'cell', 'name']) is the control of that name; functions take the rest as arguments. */
function at(page, path) {
  let name = testid
  for (let i = 0; i < path.length; i++) {
    name = name[path[i]]
    if (typeof name === 'function') {
      name = name(path[i + 1])
      break
    }
  }
  if (typeof name !== 'string') throw new Error('no control is named ' + path.join('.'))
  return page.getByTestId(name)
}

/** Waits until a control carries an attribute, as data-total="3". */
export const carries = (control, attribute, value) => control.and(control.page().locator(`[${attribute}="${value}"]`)).first().waitFor()

/** Chooses from a drop-down by the words of an option. */
export async function choose(select, words) {
  const page = select.page()
  await select.click()
  const list = page.locator('.ant-select-dropdown:visible')
  const option = list.locator('.ant-select-item-option').filter({ hasText: words })
  await option.first().click()
}

/** Goes to a page by the rail, and waits until it is the one that shows. */
export async function visit(page, id, name) {
  const item = id('shell', 'nav', name)
  await item.click()
  await carries(item, 'aria-current', 'page')
  await page.locator('main h1').first().waitFor()
}
