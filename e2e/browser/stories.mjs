// What every story needs: one browser, the demo behind a server, and people to be.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { api, clean, headwater, root, scratch, serve, testid } from './program.mjs'

export const password = 'correct-horse-battery'
export const people = { owner: 'story.owner@example.com', viewer: 'story.viewer@example.com' }
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const results = join(root, 'e2e/test-results')
const patience = 30_000 // a slow machine may take its time

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

/** A browser of somebody who asked for no motion: what a click is meant for stands still. */
export async function visitor(server) {
  const context = await house.browser.newContext({ baseURL: server.url, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: { width: 1440, height: 900 }, acceptDownloads: true, reducedMotion: 'reduce' })
  context.setDefaultTimeout(patience)
  return context
}

/** Tells one story in a browser of its own, signed in as somebody; keeps a picture of a failure. */
export function story(name, { as = 'owner', on } = {}, tell) {
  test(name, { timeout: 240_000 }, async (t) => {
    const server = on ? await on(t) : house.server
    const context = await visitor(server)
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
      throw new Error([e.message, 'page: ' + (await standing(page)), ...faults.map((f) => 'fault: ' + f)].join('\n'), { cause: e })
    } finally {
      await context.close()
    }
  })
}

/** What a page shows, in a line: where nobody keeps the picture of a failure, this is what there is. */
async function standing(page) {
  const words = await page.locator('body').innerText({ timeout: 2_000 }).catch((e) => e.message)
  return decodeURIComponent(page.url()) + ' · ' + words.replaceAll(/\s+/g, ' ').slice(0, 1500)
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

/** Chooses from a drop-down by the words of an option, and sees that it is chosen. */
export async function choose(select, words) {
  await select.click()
  await select.page().locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: words }).first().click()
  await select.filter({ hasText: words }).waitFor()
}

/** Writes a SELECT in the place of what the editor holds; its own keys choose all, as a person would. */
export async function write(editor, sql) {
  const content = editor.locator('.cm-content')
  await content.press('ControlOrMeta+a')
  await content.page().keyboard.insertText(sql)
  assert.equal(await content.innerText(), sql)
}

/** Goes to a page by the rail, and waits until it is the one that shows. */
export async function visit(page, id, name) {
  const item = id('shell', 'nav', name)
  await item.click()
  await carries(item, 'aria-current', 'page')
  await page.locator('main h1').first().waitFor()
}
