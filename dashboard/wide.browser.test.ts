/** What wide screens make of their room, and what a page says of a broadcast in each state. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { channelPath } from './app/channel-path.ts'
import { launchBrowser } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { openPage } from './testing/open-page.ts'
import { fillStories, stories } from './testing/stories.ts'

let fixture: Fixture
let browser: Browser

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fillStory(fixture)
  await fillStories(fixture)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

const pathOf = (story: string) => stories.find(({ name }) => name === story)!.path
const textsOf = (page: Page, selector: string) => page.locator(selector).allTextContents()

test('on a very wide screen what runs and what was stand side by side, and no small chart takes all the room', async () => {
  const { page, close } = await openPage(browser, fixture.server.url, { width: 2560 })
  await page.waitForSelector('.broadcasts.past .sparkline')
  const [running, past] = await Promise.all(['running', 'past'].map((id) => page.locator(`#${id}`).boundingBox()))
  assert.ok(running && past)
  assert.equal(running.y, past.y, 'the lists do not begin at one height')
  assert.ok(past.x > 1280)
  for (const chart of await page.locator('.sparkline').all())
    assert.ok((await chart.boundingBox())!.width < 500, 'a small chart takes the room of words')
  for (const mood of await page.locator('#running .broadcasts .cell b').all())
    assert.ok(
      await mood.evaluate(
        (b) => b.getBoundingClientRect().right <= b.closest('.cell')!.getBoundingClientRect().right + 1,
      ),
      `${await mood.textContent()} is wider than its column`,
    )
  await close()
})

test('no table of figures is cut off at its right on a desk', async () => {
  for (const [width, language] of [
    [1440, 'en'],
    [2560, 'en'],
    [1440, 'ko'],
  ] as const)
    for (const path of [
      '/models',
      '/system',
      '/audit',
      channelPath(CHANNEL, '/people'),
      channelPath(CHANNEL, '/rules'),
    ]) {
      const { page, close } = await openPage(browser, fixture.server.url + path, { width, language })
      const cut = await page.$$eval('.table-scroll', (boxes) =>
        boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.getAttribute('aria-label')),
      )
      assert.deepEqual(cut, [], `cut off on ${path} in ${language} at ${width} px`)
      await close()
    }
})

test('the axis of a young broadcast has its times to its end', async () => {
  const { page, close } = await openPage(browser, fixture.server.url + pathOf('stale'), { width: 1440 })
  const plot = (await page.locator('.timeline').boundingBox())!
  const lasts = await page.$$eval('.timeline svg text', (texts) =>
    texts.filter((text) => /^\d\d:\d\d$/.test(text.textContent ?? '')).map((text) => text.getBoundingClientRect().x),
  )
  assert.ok(Math.max(...lasts) > plot.x + plot.width * 0.75, 'the right half of the axis says no time')
  await close()
})

test('a broadcast that was never seen has no length, and its state looks the same in the list and on its page', async () => {
  for (const [story, icon] of [
    ['waiting', '#icon-clock'],
    ['partial', '#icon-broken'],
    ['refused', '#icon-alert'],
  ] as const) {
    const { page, close } = await openPage(browser, fixture.server.url + pathOf(story), { width: 1440 })
    await page.waitForSelector(`.connection use[href="${icon}"]`)
    const [length] = await textsOf(page, '.metrics dd')
    assert.equal(length === '—', story !== 'partial', `${story}: ${length}`)
    await page.goto(fixture.server.url)
    const row = page.locator('.broadcasts > li', { has: page.locator(`a[href="${pathOf(story)}"]`) })
    if (story !== 'refused') assert.equal(await row.locator('.state-mark use').first().getAttribute('href'), icon)
    await close()
  }
})

test('a broadcast that is over is summed up as a whole, not as it is now', async () => {
  const { page, close } = await openPage(browser, fixture.server.url + pathOf('ended'), { width: 1440 })
  assert.deepEqual(await textsOf(page, '.now-caption span'), ['방송 전체'])
  assert.match((await page.textContent('.now .note'))!, /^160개 중 160개/)
  await close()
})
