import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { analyzed, CHANNEL, CHANNEL_NAME, type Spec } from './testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, startFixture } from './testing/fixture.ts'
import { openPage } from './testing/open-page.ts'

const place = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST })
const BEFORE = 900
let fixture: Fixture
let browser: Browser
let said = 0

const message = (text: string, more: Partial<Spec> = {}) => {
  said += 1
  return analyzed({
    id: `c-${said}`,
    at: Date.now(),
    broadcastId: BROADCAST,
    author: '단골손님',
    text,
    mood: 'neutral',
    ...more,
  })
}

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fixture.write({ states: [broadcastState()] })
  const start = Date.now() - BEFORE * 1000
  await fixture.write({
    messages: Array.from({ length: BEFORE }, (_, at) => message(`지난 말 ${at}번`, { at: start + at * 1000 })),
  })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

const open = async (path = place) => {
  const opened = await openPage(browser, fixture.server.url + path)
  await opened.page.waitForSelector('.connection:has-text("연결 정상")')
  return opened
}
const lane = (page: Page, name: string) => page.getByRole('tab', { name }).click()

test('the newest chat is to be read before any script is there, and stays where it is when one comes', async () => {
  const placesOf = async (page: Page) => {
    const log = (await page.locator('#chat-log').boundingBox())!
    const rows = await page.$$eval('#chat-log article', (articles) =>
      articles.map((row) => {
        const { top, bottom } = row.getBoundingClientRect()
        return { text: row.querySelector('.chat-text')?.textContent ?? '', top, bottom }
      }),
    )
    return rows.filter(({ top, bottom }) => top >= log.y && bottom <= log.y + log.height + 1)
  }
  const context = await browser.newContext({
    ...lookOf({ language: 'ko', theme: 'dark', width: 412 }),
    javaScriptEnabled: false,
  })
  const page = await context.newPage()
  await page.goto(fixture.server.url + place)
  const drawn = await placesOf(page)
  assert.match(drawn.at(-1)!.text, new RegExp(`지난 말 ${BEFORE - 1}번`))
  assert.ok(
    drawn.length > 3 && drawn.every(({ top }, at) => at === 0 || top >= drawn[at - 1]!.bottom),
    'none lies over another',
  )
  await context.close()
  const live = await openPage(browser, fixture.server.url + place, { width: 412 })
  assert.deepEqual((await placesOf(live.page)).slice(-drawn.length), drawn)
  await live.close()
})

test('scrolling up goes on into the archive, and what is being read stays where it is', async () => {
  const { page, close } = await open()
  await page.locator('#chat-log').hover()
  await page.waitForSelector('[data-testid=paused]')
  // As a person does it: wheel up until the first message of the broadcast is there.
  while ((await page.locator('text=지난 말 0번').count()) === 0) {
    await page.mouse.wheel(0, -2500)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30))))
  }
  await page.waitForSelector('text=여기가 방송의 처음입니다')
  await page.keyboard.press('End')
  await page.waitForSelector('[data-testid=paused]', { state: 'detached' })
  await page.waitForSelector(`text=지난 말 ${BEFORE - 1}번`)
  await close()
})

test('earlier chat that arrives moves no row that is on the screen', async () => {
  const { page, close } = await open()
  const log = page.locator('#chat-log')
  await log.hover()
  await page.waitForSelector('[data-testid=paused]')
  let hold = () => {}
  const held = new Promise<void>((done) => {
    hold = done
  })
  await page.route('**/older?**', async (route) => {
    await held
    await route.continue()
  })
  await log.evaluate((element) => {
    element.scrollTop = 120
  })
  await page.waitForSelector('text=지난 채팅을 가져오는 중')
  await page.waitForTimeout(400)
  const row = page.locator('.chat-row', { hasText: `지난 말 ${BEFORE - 290}번` })
  const before = await row.boundingBox()
  assert.ok(before)
  hold()
  await page.waitForFunction(() => document.querySelector('#chat-log')!.scrollTop > 2000)
  await page.waitForTimeout(400)
  const after = await row.boundingBox()
  assert.equal(after?.y, before.y)
  await close()
})

test('lanes show first-time chatters and mentions', async () => {
  const { page, close } = await open()
  await fixture.write({
    messages: [
      message('처음 인사드려요', { author: '처음온사람' }),
      message('또 한마디', { author: '처음온사람', at: Date.now() + 5 }),
      message(`${CHANNEL_NAME}님 잘 들려요`),
    ],
  })
  await page.waitForSelector('text=잘 들려요')
  await page.waitForSelector('.badge.first')
  const log = page.locator('#chat-log')
  assert.equal(await log.getAttribute('aria-live'), 'off', 'nobody listens to two hundred a second')
  await lane(page, '검토')
  assert.equal(await log.getAttribute('aria-live'), 'polite', 'what is flagged is read out to whoever wants it')
  await lane(page, '첫 채팅')
  await page.waitForSelector('#chat-log >> text=처음 인사드려요')
  assert.equal(await page.locator('#chat-log >> text=또 한마디').count(), 0)
  await lane(page, '언급')
  await page.waitForSelector('#chat-log >> text=잘 들려요')
  await page.fill('.called-names input', '한마디')
  await page.waitForSelector('#chat-log >> text=또 한마디')
  assert.equal(await page.locator('#chat-log >> text=잘 들려요').count(), 0)
  await close()
})

test('a click on a word narrows the chat to it, and a second click lets go', async () => {
  await fixture.write({
    messages: [message('고양이 귀엽다'), message('강아지 귀엽다')],
    keywords: [
      {
        channelId: CHANNEL,
        broadcastId: BROADCAST,
        at: Date.now(),
        words: [
          {
            word: '고양이',
            weight: 3,
            count: 3,
            positive: 1,
            negative: 0,
            emote: false,
            burst: 1,
            channelBurst: 12.4,
            fresh: false,
          },
        ],
        coined: [],
        revision: 5,
      },
    ],
  })
  const { page, close } = await open()
  await page.waitForSelector('#chat-log >> text=강아지 귀엽다')
  const word = page.locator('.cloud').getByRole('button', { name: /^고양이/ })
  await word.click()
  await page.waitForSelector('text=‘고양이’ 나온 채팅만')
  await page.waitForSelector('#chat-log >> text=고양이 귀엽다')
  assert.equal(await page.locator('#chat-log >> text=강아지 귀엽다').count(), 0)
  await word.click()
  await page.waitForSelector('#chat-log >> text=강아지 귀엽다')
  // Held against the channel's earlier broadcasts the word is said more than usual.
  await page.locator('.panel.words fieldset').getByRole('button').nth(1).click()
  await page.waitForSelector('.word-list .word-burst >> text=/^채널 평소의 12\\.4배$/')
  await close()
})

test('a broadcast of emotes alone leaves the sentences readable', async () => {
  const { page, close } = await open()
  const heart = message(':하트:')
  const runs = [{ text: ':하트:', emote: { id: 'heart', url: null } }]
  await fixture.write({
    messages: Array.from({ length: 12 }, (_, at) => ({
      ...heart,
      message: { ...heart.message, id: `heart-${at}`, runs, author: { ...heart.message.author, id: `fan-${at}` } },
    })),
  })
  await page.waitForSelector('.emote-strip >> text=×12')
  assert.equal(await page.locator('#chat-log >> text=:하트:').count(), 0)
  await close()
})

test('emotes and badges are pictures, where there is none the code stands, and no row moves meanwhile', async () => {
  const at = (name: string) => `https://static-cdn.jtvnw.net/emoticons/v2/${name}/default/dark/1.0`
  const { page, errors, close } = await open()
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  await page.route('**/pictures/**', async (route) => {
    await held
    await route.continue()
  })
  await fixture.write({
    messages: [
      message('그림 :kappa: 그리고 :gone: 끝', {
        author: '그림쟁이',
        emotes: { ':kappa:': at('kappa'), ':gone:': at('missing') },
        badges: [{ id: 'vip/1', label: 'vip', url: at('vip') }],
      }),
      message('그림 아래의 말', { author: '아래사람' }),
    ],
  })
  const row = page.locator('.chat-row', { hasText: '그림쟁이' })
  const below = page.locator('.chat-row', { hasText: '그림 아래의 말' })
  await below.hover()
  await page.waitForSelector('[data-testid=paused]')
  const before = [await row.boundingBox(), await below.boundingBox()]
  release()
  await page.waitForFunction(() => {
    const picture = document.querySelector<HTMLImageElement>('#chat-log img[alt=":kappa:"]')
    return picture?.complete && picture.naturalWidth > 0
  })
  await row.locator('.emote.boxed[aria-label=":gone:"]').waitFor()
  assert.deepEqual([await row.boundingBox(), await below.boundingBox()], before)
  assert.equal(await row.locator('img[alt="vip"]').count(), 1)
  const shown = (alt: string) =>
    row.locator(`img[alt="${alt}"]`).evaluate((image) => (image as HTMLImageElement).currentSrc)
  assert.match(await shown(':kappa:'), /\/pictures\/still\//, 'the page was opened without motion')
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await page.waitForFunction(
    () => !document.querySelector<HTMLImageElement>('#chat-log img[alt=":kappa:"]')!.currentSrc.includes('/still/'),
  )
  await page.mouse.move(5, 5)
  await row.locator('.emote', { hasText: ':gone:' }).waitFor()
  assert.deepEqual(
    errors.filter((text) => !text.includes('404')),
    [],
  )
  await close()
})

test('a row of repeats says who began and how many more wrote the same', async () => {
  const { page, close } = await open()
  const at = Date.now()
  for (const author of ['달무리', '은하수', '달무리', '노을빛'])
    await fixture.write({ messages: [message('이제 시작하나요 여러분', { author, at })] })
  const row = page.locator('article').filter({ hasText: '이제 시작하나요 여러분' })
  await row.locator('.fold b:text-is("×4")').waitFor()
  assert.equal(await row.count(), 1)
  assert.match((await row.locator('.chat-author').innerText())!, /^달무리 외 2명\s*$/)
  await close()
})
