/** Whose clock the pages go by: a channel's own where it set one, else that of whoever reads them. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { personPath } from './app/channel-path.ts'
import { launchBrowser } from './testing/browser.ts'
import { analyzed, CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, defaultSettings, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { openPage } from './testing/open-page.ts'

const ZONE = 'America/New_York'
/** The zone of the test's browser (testing/browser.ts). */
const OWN = 'Asia/Seoul'
const place = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST })
const person = personPath(CHANNEL, 'author-시계공')
const shots = process.env.SHOTS
let fixture: Fixture
let browser: Browser

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fillStory(fixture)
  const at = Date.now()
  await fixture.write({
    messages: [
      analyzed({ id: 'clock', at, broadcastId: BROADCAST, text: '지금 몇 시계야', author: '시계공', mood: 'neutral' }),
    ],
  })
  browser = await launchBrowser()
})
afterEach(() => fixture.write({ settings: [{ ...defaultSettings(CHANNEL), updatedAt: 2 }] }))
after(async () => {
  await browser?.close()
  await fixture?.close()
})

const setZone = (timeZone: string) =>
  fixture.write({ settings: [{ ...defaultSettings(CHANNEL), timeZone, updatedAt: 1 }] })

/** Opens it as somebody whose zone the server knows from an earlier visit. */
const open = (path: string) => openPage(browser, fixture.server.url + path, {}, { Cookie: `javas-zone=${OWN}` })

const clockIn = (timeZone: string, at: number) =>
  new Intl.DateTimeFormat('ko-KR', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(at)

/** Holds each time of the page's messages against its moment. */
async function assertTimes(page: Page, zone: string): Promise<void> {
  await page.locator('time[datetime]').first().waitFor()
  const times = await page.$$eval('time[datetime]', (found) =>
    found.map((time) => [time.getAttribute('datetime')!, time.textContent!] as const),
  )
  for (const [moment, shown] of times) assert.equal(shown, clockIn(zone, Date.parse(moment)), page.url())
}

/** The hours at the timeline's foot. */
async function hoursOf(page: Page): Promise<readonly string[]> {
  const texts = await page.locator('.spine svg text').allTextContents()
  return [...new Set(texts.filter((text) => /^\d\d:\d\d$/.test(text)).map((text) => text.slice(0, 2)))]
}

const hoursIn = (zone: string) => [0, 1, 2, 3].map((hours) => clockIn(zone, Date.now() - hours * 3_600_000).slice(0, 2))

test("a channel's own pages show its zone's times, pages over channels the reader's, drawn alike by server and browser", async () => {
  await setZone(ZONE)
  for (const path of [place, `${place}?view=chat`, `${place}?view=wall`, person]) {
    const { page, errors, close } = await open(path)
    await assertTimes(page, ZONE)
    const named = page.locator(`[title="시각은 ${ZONE} 기준"]`).or(page.getByText(`시각은 ${ZONE} 기준`))
    assert.equal(await named.count(), 1, `${path} says once whose clock it goes by`)
    if (shots) await page.screenshot({ path: `${shots}/zone-${path === person ? 'person' : 'broadcast'}.png` })
    assert.deepEqual(errors, [])
    await close()
  }
  const { page, errors, close } = await open(place)
  const hours = await hoursOf(page)
  assert.ok(hours.length > 0)
  for (const hour of hours) assert.ok(hoursIn(ZONE).includes(hour), `${hour} is no hour of ${ZONE}`)
  // The same document goes on to other pages, and back.
  await page.locator('a.mark').click()
  await page.locator('.site-nav a[href="/archive"]').click()
  await page.waitForURL('**/archive')
  assert.equal(await page.getByText(ZONE).count(), 0)
  await page.goto(`${fixture.server.url}/archive?q=${encodeURIComponent('시계야')}`)
  await assertTimes(page, OWN)
  assert.deepEqual(errors, [])
  await close()
})

test("a channel's zone is chosen in its settings, holds at once on the page under them, and is written down", async () => {
  const { page, errors, close } = await open(place)
  await assertTimes(page, OWN)
  assert.equal(await page.locator('[title^="시각은"]').count(), 0)
  await page.getByRole('button', { name: '채널 설정 · OBS 오버레이' }).click()
  const dialog = page.getByRole('dialog')
  const choice = dialog.getByLabel('이 채널 화면의 시각')
  assert.equal(await choice.inputValue(), '')
  assert.deepEqual((await choice.locator('option').allTextContents()).slice(0, 2), ['보는 사람의 시간대', OWN])
  await choice.selectOption(ZONE)
  if (shots) {
    await choice.scrollIntoViewIfNeeded()
    await page.screenshot({ path: `${shots}/zone-settings.png` })
  }
  await dialog.getByRole('button', { name: '저장' }).click()
  await dialog.getByText('저장했습니다').waitFor()
  await page.locator(`[title="시각은 ${ZONE} 기준"]`).waitFor()
  await assertTimes(page, ZONE)
  assert.equal(await choice.inputValue(), ZONE)
  const did = fixture.archive.operatorActions.filter(({ kind }) => kind === 'settings-changed').at(-1)
  assert.equal(did?.details.timeZone, `— → ${ZONE}`)
  assert.deepEqual(errors, [])
  await close()
})

test("a report's file is in the channel's zone unless another is asked for", async () => {
  await setZone(ZONE)
  const { page, errors, close } = await open(`${place}/report`)
  await page.getByRole('button', { name: '보고서 만들기' }).click()
  const file = page.locator('.report-files a').first()
  await file.waitFor({ timeout: 30_000 })
  const address = new URL((await file.getAttribute('href'))!, fixture.server.url)
  assert.equal(address.searchParams.get('zone'), ZONE)
  const read = async (zone: string | null) => {
    if (zone === null) address.searchParams.delete('zone')
    else address.searchParams.set('zone', zone)
    return (await page.request.get(address.href)).text()
  }
  const unasked = await read(null)
  assert.equal(unasked, await read(ZONE))
  assert.notEqual(unasked, await read(OWN))
  assert.deepEqual(errors, [])
  await close()
})
