/** What stands on a page stays where it is while the rest of the page comes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Route } from 'playwright-core'
import { broadcastPath, broadcastSlug } from './app/broadcast-id.ts'
import { channelPath, personPath } from './app/channel-path.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'

/** Of the sum over the load of a page: beyond it a page is no longer called steady (web.dev/cls). */
const STEADY = 0.1
const FIRST_PIECE = /subset\.91\b/
const place = { channelId: CHANNEL, broadcastId: BROADCAST }
const pages = [
  '/',
  broadcastPath(place),
  broadcastPath(place, '?view=wall'),
  `/compare?a=${encodeURIComponent(broadcastSlug(CHANNEL, BROADCAST))}`,
  '/archive',
  '/alarms',
  broadcastPath(place, '/report'),
  channelPath(CHANNEL, '/rules'),
  personPath(CHANNEL, 'author-민트초코반대'),
]
let fixture: Fixture
let browser: Browser

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fillStory(fixture)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

/** Runs in the page, before its own scripts. Self-contained: it is sent there as source text. */
function watchShifts(): void {
  const shifts: string[] = []
  let sum = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number
      sources: readonly { readonly node: Node | null }[]
    })[]) {
      sum += entry.value
      const moved = entry.sources.map(({ node }) =>
        node instanceof Element ? `${node.tagName}.${node.className}` : '',
      )
      shifts.push(`${entry.value.toFixed(3)} ${moved.join(', ')}`)
    }
  }).observe({ type: 'layout-shift', buffered: true })
  Object.assign(window, { shiftsOf: () => ({ sum, shifts }) })
}

for (const language of ['ko', 'en'] as const)
  test(`on a phone nothing jumps while a page loads, however late its Korean letters are (${language})`, async () => {
    for (const path of pages) {
      const context = await browser.newContext(lookOf({ language, theme: 'dark', width: 412 }))
      const page = await context.newPage()
      await page.addInitScript(watchShifts)
      // The piece with figures is asked for first and comes before the page is drawn; the others when everything stands.
      const first = page.waitForResponse(FIRST_PIECE, { timeout: 20_000 })
      const late: Route[] = []
      let areLate = true
      await page.route(/\.woff2/, (route) => {
        if (areLate && !FIRST_PIECE.test(route.request().url())) late.push(route)
        else return route.continue()
      })
      await page.route(/\.css/, async (route) => {
        await (await first).finished()
        await route.continue()
      })
      await page.goto(fixture.server.url + path, { waitUntil: 'domcontentloaded' })
      await hydrated(page)
      areLate = false
      await Promise.all(late.map((route) => route.continue()))
      await page.evaluate(() => document.fonts.ready)
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
      const { sum, shifts } = await page.evaluate(() =>
        (window as unknown as { shiftsOf(): { sum: number; shifts: string[] } }).shiftsOf(),
      )
      assert.ok(sum < STEADY, `${path}: ${shifts.join('; ')}`)
      await context.close()
    }
  })
