import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { channelPath } from './app/channel-path.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { analyzed, CHANNEL, spanOf } from './testing/chat-script.ts'
import { openLine } from './testing/cut-line.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'
import { openPage } from './testing/open-page.ts'

const place = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST })
const rules = channelPath(CHANNEL, '/rules')
const secretWord = '개똥말'
let fixture: Fixture
let browser: Browser
let said = 0

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100, limits: { starts: 100, exports: 100 } })
  await fillStory(fixture)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

async function open(
  path: string,
  look: Partial<Parameters<typeof lookOf>[0]> = {},
): Promise<{ page: Page; errors: string[]; close: () => Promise<void> }> {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440, ...look }))
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(fixture.server.url + path)
  await hydrated(page)
  return { page, errors, close: () => context.close() }
}

/** Writes a message that nothing folds away, and returns its text. */
async function say(text = `새 채팅 ${said}번째 ${Math.random().toString(36).slice(2)}`): Promise<string> {
  said += 1
  await fixture.write({
    messages: [analyzed({ id: `live-${said}`, at: Date.now(), broadcastId: BROADCAST, text, mood: 'neutral' })],
  })
  return text
}

// The other two looks: every-page.browser.test.ts.
for (const [language, theme] of [
  ['ko', 'light'],
  ['en', 'dark'],
] as const)
  test(`every page is free of serious accessibility findings (${language}, ${theme})`, async () => {
    for (const path of ['/', place, rules, '/archive?q=%EB%A0%89&deleted=1', '/system', '/models', '/account']) {
      const { page, errors, close } = await open(path, { language, theme })
      const { violations } = await new AxeBuilder({ page }).analyze()
      const serious = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, nodes }) =>
            `${path} ${id}: ${nodes
              .map(({ html }) => html.slice(0, 160))
              .slice(0, 3)
              .join(' | ')}`,
        )
      assert.deepEqual(serious, [])
      assert.deepEqual(errors, [], path)
      await close()
    }
  })

test('no page is wider than a small phone', async () => {
  for (const language of ['ko', 'en'] as const)
    for (const path of ['/', place, '/archive', '/system', '/models', '/account']) {
      const { page, close } = await open(path, { language, width: 360 })
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      assert.ok(overflow <= 0, `${path} is ${overflow} px too wide in ${language}`)
      await close()
    }
})

test('chat appears without a refresh, and is followed at its end', async () => {
  const { page, close } = await open(place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const text = await say()
  await page.waitForSelector(`text=${text}`)
  const distance = await page.$eval('#chat-log', (log) => log.scrollHeight - log.scrollTop - log.clientHeight)
  assert.ok(distance < 4, `${distance} px from the end`)
  await close()
})

test('a pointer stops the chat, nothing under it moves, and the unseen are counted exactly', async () => {
  const { page, close } = await open(place)
  await page.waitForSelector(`text=${await say()}`)
  const row = page.locator('.chat-place').last()
  await row.hover()
  await page.waitForSelector('[data-testid=paused]')
  const before = await row.boundingBox()
  for (let n = 0; n < 120; n += 1) await say()
  await page.waitForSelector('[data-unseen="120"]')
  assert.deepEqual((await row.boundingBox())?.y, before?.y)
  assert.ok((await page.textContent('[data-testid=paused]'))?.includes('120'))
  // It never goes on by itself.
  await page.mouse.move(5, 5)
  await say()
  await page.waitForSelector('[data-unseen="121"]')
  await page.keyboard.press('End')
  await page.waitForSelector('[data-testid=paused]', { state: 'detached' })
  await page.waitForSelector(`text=${await say()}`)
  await close()
})

test('a browser that was cut off gets everything once it is back', async () => {
  const line = await openLine(fixture.server.url)
  const { page, close } = await openPage(browser, line.url + place)
  await page.waitForSelector(`text=${await say()}`)
  line.cut()
  await page.waitForSelector('text=화면이 서버와 끊겼습니다')
  const missed: string[] = []
  for (let n = 0; n < 30; n += 1) missed.push(await say())
  line.mend()
  const last = await say()
  await page.waitForSelector(`text=${last}`)
  const shown = await page.$$eval('.chat-row[data-id^=live-]', (rows) => rows.map((row) => row.getAttribute('data-id')))
  assert.equal(new Set(shown).size, shown.length, 'no row is there twice')
  const texts = await page.$$eval('.chat-text', (rows) => rows.map((row) => row.textContent ?? ''))
  const visible = missed.slice(-10)
  assert.deepEqual(
    visible.filter((text) => !texts.some((row) => row.includes(text))),
    [],
  )
  assert.equal(await page.getByText('여기 없음').count(), 0, 'nothing is missing, and nothing says so')
  await page.waitForSelector('.connection:has-text("연결 정상")')
  await close()
  await line.close()
})

test('pages that read themselves again keep their picture while the server is away, and go on when it is back', async () => {
  for (const path of ['/', '/alarms']) {
    const line = await openLine(fixture.server.url)
    const { page, close } = await openPage(browser, line.url + path)
    const heading = await page.locator('h1').first().textContent()
    const answers = () => page.waitForResponse((response) => /\.data/.test(response.url()) && response.ok())
    await answers()
    line.cut()
    await page.waitForEvent('requestfailed', (request) => /\.data/.test(request.url()))
    await page.waitForEvent('requestfailed', (request) => /\.data/.test(request.url()))
    assert.equal(await page.locator('h1').first().textContent(), heading, path)
    const again = answers()
    line.mend()
    await again
    assert.equal(await page.locator('h1').first().textContent(), heading, path)
    await close()
    await line.close()
  }
})

test('an original is shown on request alone, and hides itself when the tab is left', async () => {
  const text = `이건 ${secretWord} 이다`
  said += 1
  await fixture.write({
    messages: [
      analyzed({
        id: `live-${said}`,
        at: Date.now(),
        broadcastId: BROADCAST,
        text,
        mood: 'negative',
        profanity: [spanOf(text, { piece: secretWord, severity: 2, category: 'vulgar' })],
      }),
    ],
  })
  const { page, close } = await open(place)
  const row = page.locator(`[data-id=live-${said}]`)
  await row.waitFor()
  assert.equal((await page.content()).includes(secretWord), false)
  await row.locator('button').click()
  await row.locator(`text=${secretWord}`).waitFor()
  await page.evaluate(() => window.dispatchEvent(new Event('blur')))
  await row.locator(`text=${secretWord}`).waitFor({ state: 'detached' })
  assert.equal((await page.content()).includes(secretWord), false)
  await page.keyboard.press('Shift+R')
  await page.waitForSelector('.reveal-warning')
  await row.locator(`text=${secretWord}`).waitFor()
  await page.keyboard.press('Shift+R')
  await page.waitForSelector('.reveal-warning', { state: 'detached' })
  assert.equal((await page.content()).includes(secretWord), false)
  await close()
})

test('an original hides itself: one row after ten seconds, all of them after a minute, all at once when the window is gone', async () => {
  said += 1
  const text = `다시 ${secretWord} 이다`
  await fixture.write({
    messages: [
      analyzed({
        id: `live-${said}`,
        at: Date.now(),
        broadcastId: BROADCAST,
        text,
        profanity: [spanOf(text, { piece: secretWord, severity: 2, category: 'vulgar' })],
      }),
    ],
  })
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  await page.clock.install()
  await page.goto(fixture.server.url + place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const row = page.locator(`[data-id=live-${said}]`)
  const original = row.locator(`text=${secretWord}`)
  // From here on no time goes by in the page but what is said here.
  await page.clock.pauseAt(Date.now() + 2_000)
  await row.getByRole('button', { name: '가린 말 보기' }).click()
  await original.waitFor()
  await page.clock.runFor(9_500)
  assert.equal(await original.count(), 1)
  await page.clock.runFor(600)
  await original.waitFor({ state: 'detached' })

  await page.keyboard.press('Shift+R')
  await original.waitFor()
  const frame = page.getByRole('button', { name: /원문 표시 중 – 방송 화면 주의/ })
  await frame.waitFor()
  assert.match(await page.$eval('.columns', (columns) => getComputedStyle(columns).boxShadow), /inset/)
  await page.clock.runFor(59_000)
  assert.equal(await original.count(), 1)
  await page.clock.runFor(1_100)
  await original.waitFor({ state: 'detached' })
  await frame.waitFor({ state: 'detached' })

  await row.getByRole('button', { name: '가린 말 보기' }).click()
  await original.waitFor()
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await original.waitFor({ state: 'detached' })
  assert.equal((await page.content()).includes(secretWord), false)
  await context.close()
})

test('Space stops the chat and lets it go, and so does what the focus does to it', async () => {
  const { page, close } = await open(place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const bar = page.locator('[data-testid=paused]')
  await page.keyboard.press('Space')
  await bar.waitFor()
  const held = await say()
  await page.waitForSelector('[data-unseen="1"]')
  assert.equal(await page.locator(`text=${held}`).count(), 0)
  await page.keyboard.press('Space')
  await bar.waitFor({ state: 'detached' })
  await page.waitForSelector(`text=${held}`)
  await page.locator('#chat-log').focus()
  await bar.waitFor()
  const later = await say()
  await page.waitForSelector('[data-unseen="1"]')
  // What is being read stays, also when the focus goes elsewhere.
  await page.locator('.timeline-scrubber').focus()
  await say()
  await page.waitForSelector('[data-unseen="2"]')
  assert.equal(await page.locator(`text=${later}`).count(), 0)
  await bar.click()
  await page.waitForSelector(`text=${later}`)
  await close()
})

test('the letters of the chat are made larger in the help, and stay so', async () => {
  const { page, errors, close } = await open(place)
  const size = () => page.$eval('#chat-log .chat-row', (row) => getComputedStyle(row).fontSize)
  assert.equal(await size(), '15px')
  await page.keyboard.press('?')
  await page.getByRole('slider', { name: '채팅 글자 크기' }).press('End')
  await page.getByRole('button', { name: '닫기' }).click()
  assert.equal(await size(), '24px')
  await page.reload()
  assert.match((await page.getAttribute('html', 'style'))!, /--chat-size:\s*24px/, 'as the server draws it')
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const text = await say()
  await page.waitForSelector(`text=${text}`)
  assert.equal(await size(), '24px')
  const distance = await page.$eval('#chat-log', (log) => log.scrollHeight - log.scrollTop - log.clientHeight)
  assert.ok(distance < 4, `${distance} px from the end`)
  assert.deepEqual(errors, [])
  await close()
})

test('hostile text is text: in messages, names, words, the archive and alerts', async () => {
  const hostile = [
    '<script>window.hacked=1</script>',
    '<img src=x onerror="window.hacked=1">',
    '"><svg onload=window.hacked=1>',
    "javascript:window.hacked=1//'",
    '</title><script>window.hacked=1</script>',
    '{{constructor.constructor("window.hacked=1")()}}',
    '\u202e<b>뒤집힌 이름</b>',
  ]
  const at = Date.now()
  await fixture.write({
    messages: hostile.map((text, index) =>
      analyzed({
        id: `live-x${index}`,
        at,
        broadcastId: BROADCAST,
        text,
        author: text,
        mood: 'neutral',
        question: true,
      }),
    ),
    keywords: [
      {
        channelId: CHANNEL,
        broadcastId: BROADCAST,
        at,
        words: hostile.map((word) => ({
          word: word.slice(0, 30),
          weight: 5,
          count: 5,
          positive: 0,
          negative: 0,
          emote: false,
          burst: 1,
          channelBurst: 1,
          fresh: false,
        })),
        coined: [hostile[0]!.slice(0, 30)],
        revision: 1_000_000,
      },
    ],
    alerts: [
      {
        id: 'hostile',
        channelId: CHANNEL,
        broadcastId: BROADCAST,
        kind: hostile[1]!,
        state: 'firing',
        since: at,
        at,
        value: 0.5,
        lower: 0.4,
        upper: 0.6,
        threshold: 0.3,
        baseline: 0.1,
        peak: 0.5,
        messages: 60,
        words: [hostile[0]!],
        samples: [hostile[2]!],
        reason: hostile[3]!,
        subject: '',
        subjectName: '',
        channelName: '',
        authors: 0,
        loudest: 0,
        revision: 1,
      },
    ],
  })
  for (const path of [place, '/archive?q=hacked', '/']) {
    const { page, close } = await open(path)
    if (path !== '/') await page.waitForSelector('text=<script>window.hacked=1</script>')
    assert.equal(await page.evaluate(() => 'hacked' in window), false, path)
    assert.equal(
      await page.$$eval('.chat img, .chat script, .chat-row svg[onload], .results img', (found) => found.length),
      0,
    )
    await close()
  }
})

test('a stretch picked on the timeline shows that stretch, by pointer and by keyboard', async () => {
  const { page, close } = await open(place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  await hydrated(page, '.timeline-scrubber')
  const scrubber = page.locator('.timeline-scrubber')
  const box = (await scrubber.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.5, box.y + 100)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.55, box.y + 100, { steps: 4 })
  await page.mouse.up()
  await page.waitForSelector('.scope-range')
  assert.match(page.url(), /from=\d+&to=\d+/)
  const before = await page.textContent('.scope-range')
  await scrubber.press('ArrowLeft')
  await page.waitForFunction((text) => document.querySelector('.scope-range')?.textContent !== text, before)
  await page.keyboard.press('Escape')
  await page.waitForSelector('.scope-live')
  await close()
})

test('language and brightness change with a click and stay', async () => {
  const { page, close } = await open('/')
  await page.click('[aria-label="영어로 보기"]')
  await page.waitForSelector('text=Paste a broadcast')
  await page.click('[aria-label="Change brightness"]')
  await page.waitForSelector('html[data-theme=light]')
  await page.reload()
  assert.equal(await page.getAttribute('html', 'lang'), 'en')
  assert.equal(await page.getAttribute('html', 'data-theme'), 'light')
  await close()
})

test('the first load is at most 150 kB of script', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  const scripts = new Set<string>()
  page.on('response', (response) => /\/assets\/.*\.js$/.test(response.url()) && scripts.add(response.url()))
  await page.goto(fixture.server.url + place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const { gzipSync } = await import('node:zlib')
  let bytes = 0
  for (const url of scripts) bytes += gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length
  assert.ok(bytes <= 150_000, `${bytes} bytes gzipped`)
  process.stdout.write(`first load: ${bytes} bytes of script\n`)
  await context.close()
})

test('three steps help a newcomer until they are put away, and then stay away, on every broadcast', async () => {
  const { page, errors, close } = await open(place)
  const hint = page.locator('.first-hint')
  assert.equal(await hint.locator('li').count(), 3)
  await page.reload()
  await hydrated(page)
  assert.equal(await hint.count(), 1, 'nobody put it away')
  await hint.getByRole('button').click()
  await hint.waitFor({ state: 'detached' })
  for (const path of [place, broadcastPath({ channelId: 'twitch:neurin', broadcastId: 'b7' })]) {
    const answer = await page.goto(fixture.server.url + path)
    assert.ok(!(await answer!.text()).includes('first-hint'), `${path}: the server draws it`)
    await hydrated(page)
    assert.equal(await hint.count(), 0, path)
  }
  assert.deepEqual(errors, [])
  await close()
})

test('the letters come from this server, and are what the page is written in', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  const fonts: { readonly origin: string; readonly status: number; readonly type: string | undefined }[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'font') return
    const { origin } = new URL(response.url())
    fonts.push({ origin, status: response.status(), type: response.headers()['content-type'] })
  })
  await page.goto(`${fixture.server.url}/`)
  await hydrated(page)
  await page.evaluate(() => document.fonts.ready)
  assert.ok(fonts.length > 1, 'a piece with Latin letters, and pieces with Korean ones')
  for (const font of fonts) assert.deepEqual(font, { origin: fixture.server.url, status: 200, type: 'font/woff2' })
  const developer = await context.newCDPSession(page)
  await developer.send('DOM.enable')
  await developer.send('CSS.enable')
  const { root } = await developer.send('DOM.getDocument')
  const { nodeId } = await developer.send('DOM.querySelector', { nodeId: root.nodeId, selector: 'h1' })
  const { fonts: used } = await developer.send('CSS.getPlatformFontsForNode', { nodeId })
  assert.deepEqual(
    used.map(({ familyName, isCustomFont }) => [familyName, isCustomFont]),
    [['Pretendard Variable', true]],
  )
  await context.close()
})
