/** What has to fit: on a phone, on a tablet, and where lists have many columns. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { channelPath } from './app/channel-path.ts'
import { launchBrowser } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { openPage } from './testing/open-page.ts'

const place = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST })
const LONG_NAME = '이름이 아주 긴 채널에서 밤새 이어지는 방송'
let fixture: Fixture
let browser: Browser

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fillStory(fixture)
  await fixture.write({
    states: [
      broadcastState({ channelId: 'twitch:long', broadcastId: 'long', source: 'twitch', channelName: LONG_NAME }),
      broadcastState({ channelId: 'twitch:ahead', broadcastId: 'ahead', source: 'twitch', state: 'waiting' }),
      broadcastState({ channelId: 'twitch:shut', broadcastId: 'shut', source: 'twitch', state: 'refused' }),
    ],
  })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

const boxOf = async (part: Locator) => {
  // What is on its way is no fault.
  await part.waitFor()
  const box = await part.boundingBox()
  assert.ok(box, 'it is not to be seen')
  return box
}

test('on a phone every place of the menu is under the thumb, without scrolling sideways', async () => {
  for (const language of ['ko', 'en'] as const) {
    const { page, close } = await openPage(browser, `${fixture.server.url}/archive`, { language, width: 360 })
    const places = page.locator('.site-nav a')
    assert.equal(await places.count(), 5)
    for (const link of await places.all()) {
      const box = await boxOf(link)
      assert.ok(box.x >= 0 && box.x + box.width <= 360, `${await link.textContent()} lies beyond the edge`)
      assert.ok(box.y + box.height > 800 && box.height >= 44)
      const isCut = await link.evaluate((element) => element.scrollWidth > element.clientWidth)
      assert.equal(isCut, false, `${await link.textContent()} is cut off in ${language}`)
    }
    await page.locator('.site-nav a[href="/alarms"]').click()
    await page.waitForURL(/\/alarms$/)
    await page.waitForSelector('.contact-link')
    // The foot of a page is not under the menu.
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    const foot = await boxOf(page.locator('.contact-link'))
    assert.ok(foot.y + foot.height <= (await boxOf(places.first())).y)
    await close()
  }
})

test('on a phone three lanes stand beside each other and the others are in a list', async () => {
  for (const language of ['ko', 'en'] as const) {
    const { page, close } = await openPage(browser, fixture.server.url + place, { language, width: 360 })
    await page.waitForSelector(`.connection:has-text("${language === 'ko' ? '연결 정상' : 'Connected'}")`)
    const tabs = page.locator('.tabs [role=tablist]')
    assert.ok(await tabs.evaluate((list) => list.scrollWidth <= list.clientWidth), 'the lanes scroll sideways')
    const more = page.locator('.lane-more')
    const box = await boxOf(more)
    assert.ok(box.x + box.width <= (await boxOf(page.locator('.tab-tools'))).x + 1, 'the list lies under the tools')
    assert.equal(await more.locator('option:not([hidden])').count(), 4)
    await more.selectOption('paid')
    assert.equal(await page.locator('#tab-paid').getAttribute('aria-selected'), 'true')
    assert.ok((await page.locator('.chat-row').count()) > 0)
    assert.equal(await page.locator('.chat-row:not(.paid)').count(), 0)
    await close()
  }
})

test('a long name is cut off and pushes no tool into another line', async () => {
  const path = broadcastPath({ channelId: 'twitch:long', broadcastId: 'long' })
  const { page, close } = await openPage(browser, fixture.server.url + path, { width: 360 })
  const [mark, tools] = [await boxOf(page.locator('.strip .mark')), await boxOf(page.locator('.strip .tools'))]
  assert.equal(tools.y, mark.y)
  assert.ok(tools.x + tools.width <= 360)
  await close()
})

test('on a tablet the chat’s own window is all chat, and a wall shows it beside the words', async () => {
  const chat = await openPage(browser, `${fixture.server.url}${place}?view=chat`, { width: 768 })
  const alone = await boxOf(chat.page.locator('.chat-column'))
  assert.deepEqual([alone.x, alone.width], [0, 768])
  await chat.close()
  for (const width of [360, 768]) {
    const wall = await openPage(browser, `${fixture.server.url}${place}?view=wall`, { width })
    const log = await boxOf(wall.page.locator('#chat-log'))
    const words = await boxOf(wall.page.locator('.words'))
    assert.ok(
      log.x + log.width <= words.x + 1 || log.y + log.height <= words.y + 1,
      `words over the chat at ${width} px`,
    )
    await wall.close()
  }
})

test('with a stretch picked, the way back is on the screen at every width', async () => {
  const minute = Math.floor(Date.now() / 60_000)
  for (const width of [360, 768, 1024])
    for (const language of ['ko', 'en'] as const) {
      const url = `${fixture.server.url}${place}?from=${minute - 4}&to=${minute - 1}`
      const { page, close } = await openPage(browser, url, { width, language })
      await page.locator('.scope-range').waitFor()
      const back = await boxOf(page.locator('.scope > .button').last())
      assert.ok(
        back.x + back.width <= width,
        `${back.x + back.width - width} px beyond the edge at ${width} in ${language}`,
      )
      await close()
    }
})

test('what can be done with a broadcast in the list lies over none of its figures', async () => {
  for (const width of [768, 1181, 1440])
    for (const language of ['ko', 'en'] as const) {
      const { page, close } = await openPage(browser, `${fixture.server.url}/`, { width, language })
      const overlaps = await page.$$eval('.broadcasts > li', (rows) =>
        rows.flatMap((row) => {
          const buttons = [...row.querySelectorAll('.row-buttons :is(a, button)')].map((one) =>
            one.getBoundingClientRect(),
          )
          const figures = [...row.querySelectorAll('.cell')].map((one) => one.getBoundingClientRect())
          return buttons.flatMap((a) =>
            figures.filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
          )
        }),
      )
      assert.deepEqual(overlaps, [], `at ${width} px in ${language}`)
      await close()
    }
})

test('no table is cut off at its side, and no heading of one lies over its neighbour', async () => {
  const paths = ['/models', '/system', channelPath(CHANNEL, '/people'), '/audit']
  for (const width of [360, 768])
    for (const language of ['ko', 'en'] as const)
      for (const path of paths) {
        const { page, close } = await openPage(browser, fixture.server.url + path, { width, language })
        const cut = await page.$$eval('.table-scroll, .confusion', (tables) =>
          tables.filter((table) => table.scrollWidth > table.clientWidth + 1).map((table) => table.textContent),
        )
        const over = await page.$$eval('.table :is(th, td)', (cells) =>
          cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent),
        )
        assert.deepEqual([cut, over], [[], []], `${path} at ${width} px in ${language}`)
        await close()
      }
})

test('the picture of the topology can be read without scrolling sideways', async () => {
  for (const width of [360, 768, 1440]) {
    const { page, close } = await openPage(browser, `${fixture.server.url}/system`, { width })
    const pictures = page.locator(':is(.topology, .topology-column):visible')
    assert.equal(await pictures.count(), 1)
    assert.ok(await pictures.evaluate((picture) => picture.scrollWidth <= picture.clientWidth), `at ${width} px`)
    // Of 12 px where nothing is scaled.
    const letters = await pictures
      .locator('text')
      .first()
      .evaluate((text) => text.getBoundingClientRect().height)
    assert.ok(letters >= 10, `letters of ${letters} px at ${width} px`)
    await close()
  }
})

test('on a tablet the tools stay beside the name whatever the connection says, and the name is whole', async () => {
  for (const id of ['ahead', 'shut'])
    for (const language of ['ko', 'en'] as const) {
      const path = broadcastPath({ channelId: `twitch:${id}`, broadcastId: id })
      const { page, close } = await openPage(browser, fixture.server.url + path, { width: 768, language })
      const [mark, tools] = [await boxOf(page.locator('.strip .mark')), await boxOf(page.locator('.strip .tools'))]
      assert.equal(tools.y, mark.y)
      const isCut = await page.locator('.channel h1').evaluate((name) => name.scrollWidth > name.clientWidth)
      assert.equal(isCut, false, `the name is cut off in ${language}`)
      await close()
    }
})

test('a broadcast that has not begun, or that nobody let in, has no length', async () => {
  for (const id of ['ahead', 'shut']) {
    const path = broadcastPath({ channelId: `twitch:${id}`, broadcastId: id })
    const { page, close } = await openPage(browser, fixture.server.url + path, { width: 768 })
    assert.equal(await page.locator('.metrics dd').first().textContent(), '—')
    await close()
  }
})
