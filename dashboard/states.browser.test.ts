import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { launchBrowser } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { openPage } from './testing/open-page.ts'
import { fillStories, stories, storyPath } from './testing/stories.ts'
import { openStoryDoor, type StoryDoor } from './testing/story-door.ts'

const place = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST })
let fixture: Fixture
let browser: Browser
let door: StoryDoor

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fillStory(fixture)
  await fillStories(fixture)
  door = await openStoryDoor(fixture)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await door?.close()
  await fixture?.close()
})

const serious = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)

/** What a state is about is no error of the page. */
const refused = /^Failed to load resource/
/** Remix says so itself of a refresh that a press on a link ended while its answer was being read. */
const ended = /^AbortError: signal is aborted without reason/

for (const { name, path, says, enter } of stories)
  test(`the state "${name}" says what is the matter, in both languages, without accessibility findings`, async () => {
    const korean = await openPage(browser, door.url + path, { width: 1440 })
    await enter?.(korean.page)
    await korean.page.waitForSelector(`text=${says}`)
    assert.deepEqual(await serious(korean.page), [])
    assert.deepEqual(
      korean.errors.filter((error) => !refused.test(error) && !(name === 'page-loading' && ended.test(error))),
      [],
    )
    await korean.close()
    const english = await openPage(browser, door.url + path, { language: 'en', theme: 'light', width: 360 })
    await enter?.(english.page)
    await english.page.waitForSelector('main')
    assert.deepEqual(await serious(english.page), [])
    const overflow = await english.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(overflow <= 0, `${overflow} px too wide`)
    await english.close()
  })

test('a page that may not be seen leads back', async () => {
  const { page, close } = await openPage(browser, `${door.url}/models?as=viewer`)
  await page.getByRole('link', { name: '방송 목록으로' }).click()
  await page.waitForSelector('text=지금 보는 방송')
  await close()
})

test('a broadcast takes the place that was kept for it while it was on its way', async () => {
  const { page, close } = await openPage(browser, `${door.url}/?slow`)
  await page.context().addCookies([{ name: 'javas-hint', value: 'seen', url: door.url }])
  await page
    .locator(`a[href="${storyPath('no-model')}"]`)
    .first()
    .click({ noWaitAfter: true })
  await page.waitForSelector('.app[data-pending]')
  const boxOf = (selector: string) => page.locator(selector).first().boundingBox()
  const spine = await boxOf('.spine')
  await page.waitForSelector('.app:not([data-pending])')
  const banner = (await boxOf('.banner'))!
  assert.deepEqual(await boxOf('.spine'), { ...spine!, y: spine!.y + banner.height })
  await close()
})

test('a page that takes its time is reached, although the one before it reads itself again and again', async () => {
  const { page, close } = await openPage(browser, `${fixture.server.url}/`)
  await page.route('**/archive.data*', async (route) => {
    await new Promise((done) => setTimeout(done, 3000))
    // Asked for anew meanwhile, this one goes nowhere.
    await route.continue().catch(() => {})
  })
  await page.getByRole('link', { name: '기록 찾기', exact: true }).click()
  await page.waitForURL('**/archive')
  await close()
})

test('with the keyboard alone everything is reached, seen, and left again', async () => {
  const { page, close } = await openPage(browser, fixture.server.url + place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const reached = new Set<string>()
  for (let press = 0; press < 2_000 && !reached.has('people'); press += 1) {
    await page.keyboard.press('Tab')
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement
      const style = getComputedStyle(element)
      const before = window as unknown as { focused?: Element }
      const isSame = before.focused === element
      before.focused = element
      return {
        isSame,
        role: element.getAttribute('role') ?? element.tagName.toLowerCase(),
        panel: element.closest<HTMLElement>('[data-panel]')?.dataset.panel ?? '',
        isSeen: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
        html: element.outerHTML.slice(0, 120),
      }
    })
    // Past its end a page begins anew.
    if (focus.role === 'body') continue
    assert.ok(focus.isSeen, `no visible focus: ${focus.html}`)
    assert.equal(focus.isSame, false, `the focus is caught: ${focus.html}`)
    reached.add(focus.role)
    if (focus.panel) reached.add(focus.panel)
  }
  for (const part of ['slider', 'tab', 'log', 'button', 'chat', 'words', 'questions', 'alerts', 'people'])
    assert.ok(reached.has(part), `${part} is not reached: ${[...reached].join()}`)
  await close()
})

test('at 200 % everything is still there, one under the other', async () => {
  for (const path of ['/', place, '/archive', '/system', '/models', '/account']) {
    const context = await browser.newContext({ locale: 'ko-KR', viewport: { width: 720, height: 450 } })
    const page = await context.newPage()
    await page.goto(fixture.server.url + path)
    await page.waitForSelector('main')
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(overflow <= 0, `${path} is ${overflow} px too wide`)
    if (path === place) {
      const log = await page.locator('#chat-log').boundingBox()
      assert.ok(log && log.height > 200, 'the chat keeps its height')
    }
    await context.close()
  }
})

test('whoever asks for less motion sees none', async () => {
  const { page, close } = await openPage(browser, fixture.server.url + place)
  await page.waitForSelector('.cloud .word')
  const moving = await page.evaluate(() => {
    const style = getComputedStyle(document.querySelector('.cloud .word')!)
    return [style.animationName, Number.parseFloat(style.transitionDuration)]
  })
  assert.deepEqual(moving, ['none', 0])
  await close()
})
