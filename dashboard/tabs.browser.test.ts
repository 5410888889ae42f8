import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { analyzed, CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, startFixture } from './testing/fixture.ts'

const place = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST })
let fixture: Fixture
let browser: Browser
let said = 0

before(async () => {
  fixture = await startFixture({ streamTiming: { frameMs: 20, hurryMs: 10, heartbeatMs: 300, stallMs: 60_000 } })
  await fixture.write({ states: [broadcastState()] })
  await say()
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

async function say(): Promise<string> {
  said += 1
  const text = `탭마다 보이는 말 ${said}`
  await fixture.write({
    messages: [analyzed({ id: `t-${said}`, at: Date.now(), broadcastId: BROADCAST, text, author: `사람${said}` })],
  })
  return text
}
const streams = () => fixture.server.hub.feed(CHANNEL, BROADCAST)?.listeners ?? 0
/** The test runner's own time limit ends a wait that never comes true. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((done) => setTimeout(done, 20))
}
const idsOf = (page: Page) => page.$$eval('.chat-row', (rows) => rows.map((row) => row.getAttribute('data-id') ?? ''))

test('eight tabs of one browser read one stream, and each shows everything once', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const pages: Page[] = []
  for (let n = 0; n < 8; n += 1) {
    const page = await context.newPage()
    await page.goto(fixture.server.url + place)
    await page.waitForSelector('.connection:has-text("연결 정상")')
    pages.push(page)
    // What is written while tabs come and go is what could be lost.
    await say()
  }
  await until(() => streams() === 1)
  for (let n = 0; n < 10; n += 1) await say()
  const last = await say()
  for (const page of pages) {
    await page.waitForSelector(`text=${last}`)
    const shown = await idsOf(page)
    assert.equal(new Set(shown).size, shown.length, 'no row is there twice')
    assert.deepEqual(
      shown.slice(-12),
      Array.from({ length: 12 }, (_, at) => `t-${said - 11 + at}`),
      'none is missing',
    )
  }
  // Whoever leads is closed, one after the other; the rest go on without a gap.
  for (const [at, page] of pages.slice(0, 7).entries()) {
    await page.close()
    const text = await say()
    for (const other of pages.slice(at + 1)) await other.waitForSelector(`text=${text}`)
  }
  await until(() => streams() === 1)
  const shown = await idsOf(pages[7]!)
  assert.deepEqual(
    shown.slice(-18),
    Array.from({ length: 18 }, (_, at) => `t-${said - 17 + at}`),
  )
  await context.close()
  await until(() => streams() === 0)
})

test('a tab that slept has everything when it is looked at again', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  await page.goto(fixture.server.url + place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const hide = (state: 'hidden' | 'visible') =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { value, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, state)
  await hide('hidden')
  await until(() => streams() === 0)
  for (let n = 0; n < 15; n += 1) await say()
  await hide('visible')
  await page.waitForSelector(`text=탭마다 보이는 말 ${said}`)
  const shown = await idsOf(page)
  assert.deepEqual(
    shown.slice(-15),
    Array.from({ length: 15 }, (_, at) => `t-${said - 14 + at}`),
  )
  await context.close()
})

test('where more was missed than can be brought again, the chat says so between what was and what is', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  await page.goto(fixture.server.url + place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const before = await say()
  await page.waitForSelector(`text=${before}`)
  await fixture.restart(async () => {
    const at = Date.now()
    await fixture.write({
      messages: Array.from({ length: 700 }, (_, n) =>
        analyzed({ id: `gone-${n}`, at: at + n, broadcastId: BROADCAST, text: `못 본 말 ${n}`, author: `손님${n}` }),
      ),
    })
  })
  await page.waitForSelector('text=못 본 말 699')
  await page.locator('#chat-log').hover()
  while (!(await page.locator(`#chat-log >> text=${before}`).isVisible())) {
    await page.mouse.wheel(0, -2000)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30))))
  }
  const gap = page.getByText('연결이 끊긴 사이의 채팅 일부가 여기 없음')
  assert.equal(await gap.count(), 1)
  const after = await page.locator('.chat-place', { has: gap }).locator('article').getAttribute('data-id')
  assert.match(after!, /^gone-[1-9]\d*$/, 'not the first of them: some before it are missing')
  await context.close()
})

test('a server that starts anew finds its pages again, with the old picture kept meanwhile', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  await page.goto(fixture.server.url + place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const before = await idsOf(page)
  let missed = ''
  await fixture.restart(async () => {
    await page.waitForSelector('text=화면이 서버와 끊겼습니다')
    assert.deepEqual(await idsOf(page), before, 'what was there stays')
    missed = await say()
  })
  await page.waitForSelector(`text=${missed}`)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  await context.close()
})
