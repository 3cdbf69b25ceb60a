// RevOps, in Chinese: the profile is changed on a branch, tested on history, and merged.
import assert from 'node:assert/strict'
import { password, story } from './stories.mjs'

story('RevOps changes the profile on a branch, sees the back-test, merges', { as: null }, async ({ page, context, api, id }) => {
  const revops = { name: '周予安', email: 'story.revops@example.com', role: 'admin', scope: 'all', password }
  await api('POST', '/users', revops)
  await context.request.post('/api/session', { data: { email: revops.email, password }, failOnStatusCode: true })

  await page.goto('/profile?tab=build')
  await page.getByRole('button', { name: '开分支试改' }).click()
  await id('shell', 'branchName').fill('profile-3')
  await id('shell', 'branchSubmit').click()
  await page.waitForURL(/branch=profile-3/)

  await page.goto('/profile?tab=build&branch=profile-3')
  const live = id('profile', 'live')
  await live.waitFor()
  const before = await live.innerText()
  await id('profile', 'addCondition').click()
  const row = id('profile', 'condition').last()
  await row.getByTestId('profile-text').fill('region = 华东')
  await row.getByTestId('profile-why').fill('华东的标杆最多')
  await row.getByRole('checkbox').check()
  await page.waitForFunction(([sel, old]) => document.querySelector(sel)?.textContent.slice(0, 30) !== old.slice(0, 30), [`[data-testid="profile-live"]`, before])

  await id('profile', 'run').click()
  await id('profile', 'verdict').waitFor()
  assert.match(await id('profile', 'outcome').innerText(), /精确率/)
  assert.ok(['better', 'no_better', 'worse', 'too_few', 'leaks'].includes(await id('profile', 'verdict').getAttribute('data-code')))

  await id('profile', 'save').click()
  await id('profile', 'name').fill('华东优先')
  await id('profile', 'reason').fill('标杆集中在华东，先打透')
  await id('profile', 'saveConfirm').click()
  await page.getByText('仅在此分支').first().waitFor()
  assert.ok(!(await api('GET', '/profiles')).versions.some((v) => v.name.zh === '华东优先'), 'main has it before the merge')

  await id('profile', 'publish').click()
  await page.waitForURL(/branches\/profile-3/)
  await page.getByText('华东优先').first().waitFor()
  await id('branches', 'merge').click()
  await id('branches', 'mergeConfirm').click()
  await page.waitForURL((u) => !u.search.includes('profile-3'))
  const after = (await api('GET', '/profiles')).versions
  const published = after.find((v) => v.published)
  assert.equal(published.name.zh, '华东优先')
  assert.equal(published.author, '周予安')
  assert.equal(published.reason.zh, '标杆集中在华东，先打透')
})
