import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'

const path = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }, '/report')
let fixture: Fixture
let browser: Browser

before(async () => {
  fixture = await startFixture()
  await fillStory(fixture)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

for (const { language, make, heading, download } of [
  { language: 'ko', make: '보고서 만들기', heading: '분위기의 흐름', download: 'CSV 내려받기' },
  { language: 'en', make: 'Make it again', heading: 'How the mood went', download: 'Download CSV' },
] as const)
  test(`a report is made, looked at and downloaded (${language})`, async () => {
    const context = await browser.newContext(lookOf({ language, theme: 'dark', width: 1440 }))
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(fixture.server.url + path, { waitUntil: 'networkidle' })
    await hydrated(page)
    await page.getByRole('button', { name: make }).click()
    const report = page.frameLocator('iframe')
    await report.getByRole('heading', { name: heading }).waitFor()
    assert.ok((await report.locator('.peak').count()) > 0)
    assert.equal(await report.locator('html').getAttribute('lang'), language)

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: download }).click(),
    ])
    assert.equal(file.suggestedFilename(), 'report.csv')
    assert.deepEqual(errors, [])
    await context.close()
  })

test('report and page have no finding of axe', async () => {
  const context = await browser.newContext({
    ...lookOf({ language: 'ko', theme: 'light', width: 1440 }),
    bypassCSP: true,
  })
  const page = await context.newPage()
  const findings = async () => {
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze()
    return violations.map(({ id, nodes }) => [id, nodes[0]?.html])
  }
  const text = await (await fetch(`${fixture.server.url}${path}/file?format=html`)).text()
  // axe runs scripts, which the report's own address allows nobody.
  await page.setContent(text)
  assert.deepEqual(await findings(), [])
  await page.goto(`${fixture.server.url}${path}?people=1`, { waitUntil: 'networkidle' })
  assert.deepEqual(await findings(), [])
  await context.close()
})

test('the page by itself runs no script, asks for nothing, and fits on a narrow screen', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'light', width: 390 }))
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const url = `${fixture.server.url}${path}/file?format=html`
  const answer = await page.goto(url)
  assert.match(answer!.headers()['content-security-policy']!, /default-src 'none'.*sandbox/)
  assert.deepEqual(asked, [url])
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth).catch(() => 0)
  assert.ok(overflow <= 0, `${overflow} px too wide`)
  await context.close()
})

test('names are in the report for moderators alone, and that it was opened is written down', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  await page.goto(`${fixture.server.url}${path}?people=1`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: '보고서 만들기' }).click()
  await page.frameLocator('iframe').getByRole('heading', { name: '욕설을 쓴 사람' }).waitFor()
  const written = fixture.asked.filter((line) => line.startsWith('act ')).map((line) => JSON.parse(line.slice(4)))
  assert.ok(written.some(({ kind, details }) => kind === 'export' && details?.what === 'report'))
  await context.close()
})
