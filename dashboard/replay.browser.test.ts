import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { analyzed, CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'

const path = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }, '/replay')
let fixture: Fixture
let browser: Browser

before(async () => {
  fixture = await startFixture()
  const at = Date.now() - 60_000
  const said = (id: string, text: string, more: object = {}) =>
    analyzed({ id, at: at + Number(id.slice(1)), broadcastId: BROADCAST, text, ...more })
  await fixture.write({
    states: [broadcastState({ state: 'ended', reason: 'stopped' })],
    messages: [said('m1', '시발 뭐야 이거'), said('m2', '안녕하세요'), said('m3', '오늘 재밌다')],
  })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

for (const { language, start, changes, kind, csv } of [
  { language: 'ko', start: '시작', changes: '달라진 판정', kind: '이제 욕설로 봄', csv: 'CSV 내려받기' },
  {
    language: 'en',
    start: 'Start again',
    changes: 'What is judged otherwise',
    kind: 'profanity now',
    csv: 'Download CSV',
  },
] as const)
  test(`an archived broadcast is judged again, shown, saved, and axe finds nothing (${language})`, async () => {
    const theme = language === 'ko' ? 'dark' : 'light'
    const context = await browser.newContext({ ...lookOf({ language, theme, width: 1440 }), bypassCSP: true })
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    const asked = fixture.asked.length
    await page.goto(fixture.server.url + path, { waitUntil: 'networkidle' })
    await hydrated(page)
    await page.getByRole('button', { name: start }).click()
    const table = page.getByRole('region', { name: changes })
    await table.getByRole('cell', { name: kind }).waitFor()
    // The original stays out of what a moderator has not asked to see.
    assert.equal(await page.getByText('시발').count(), 0)
    const written = fixture.asked.slice(asked).filter((line) => line.startsWith('act '))
    assert.ok(written.some((line) => JSON.parse(line.slice(4)).details?.what === 'compared verdicts'))

    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: csv }).click()])
    assert.match(
      readFileSync((await file.path())!, 'utf8'),
      /^\uFEFFsection,kind,before,after[\s\S]*\nchange,profanity-found,0,/,
    )
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
      [],
    )
    assert.deepEqual(errors, [])
    await context.close()
  })

test('the page fits on a narrow screen', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'light', width: 360 }))
  const page = await context.newPage()
  await page.goto(fixture.server.url + path, { waitUntil: 'networkidle' })
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  assert.ok(overflow <= 0, `${overflow} px too wide`)
  await context.close()
})

test('a replay at the speed of the chat shows how far it is and can be stopped', async () => {
  const slow = { channelId: CHANNEL, broadcastId: 'slow' }
  const at = Date.now() - 3_600_000
  await fixture.write({
    states: [broadcastState({ broadcastId: 'slow', state: 'ended' })],
    messages: [0, 1, 2].map((n) =>
      analyzed({ id: `s${n}`, at: at + n * 600_000, broadcastId: 'slow', text: `안녕 ${n}` }),
    ),
  })
  const context = await browser.newContext(lookOf({ language: 'en', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  await page.goto(fixture.server.url + broadcastPath(slow, '/replay'), { waitUntil: 'networkidle' })
  await hydrated(page)
  await page.getByLabel('Speed').selectOption('1')
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByText(/^1 of 3 messages compared · 1x$/).waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('It has not been judged again yet.').waitFor()
  await page.getByRole('button', { name: 'Start' }).waitFor()
  await context.close()
})
