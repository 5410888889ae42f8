import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Locator, Page } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { launchBrowser } from './testing/browser.ts'
import { analyzed, CHANNEL, spanOf } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'
import { openPage } from './testing/open-page.ts'

const place = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST })
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

const open = async (path = place, width = 1440) => {
  const opened = await openPage(browser, fixture.server.url + path, { width })
  await opened.page.waitForSelector('.connection:has-text("연결 정상")')
  await hydrated(opened.page, '.timeline-scrubber')
  return opened
}
/** By pointer, once the timeline stands still and answers to it. */
async function pickStretch(page: Page, timeline: Locator): Promise<void> {
  // In the page, not seen: the first minute may be one in which nobody wrote.
  await timeline.locator('.tl-volume').first().waitFor({ state: 'attached' })
  const box = (await timeline.boundingBox())!
  const at = (share: number) => ({ position: { x: box.width * share, y: box.height * 0.4 } })
  await timeline.hover(at(0.4))
  await timeline.locator('.tl-hover').waitFor()
  await page.mouse.down()
  await timeline.hover(at(0.6))
  await timeline.locator('.tl-selection').waitFor()
  await page.mouse.up()
}
const columns = (page: Page) =>
  page.$$eval('[data-column]', (found) =>
    found.map((column) =>
      [...column.querySelectorAll<HTMLElement>('[data-panel]')].map((panel) => panel.dataset.panel),
    ),
  )
const toolbar = (page: Page, name: string) => page.getByRole('toolbar', { name, exact: true })
/** The layout goes to the server a moment after the last change. */
const kept = (page: Page) => page.waitForResponse((response) => response.url().endsWith('/layout') && response.ok())

/** What a panel's download menu gives. */
async function saved(page: Page, panel: string, kind: 'CSV' | 'PNG'): Promise<Buffer> {
  const menu = page.locator(panel)
  await menu.locator('summary[aria-label="파일로 받기"]').click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    menu.getByRole('button', { name: kind, exact: true }).click(),
  ])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

test('panels move, hide, come back, and are kept for the person', async () => {
  const { page, close } = await open()
  assert.equal(await page.locator('.panel-handle').count(), 0, 'a locked layout shows nothing to move')
  await page.getByRole('button', { name: '칸 옮기기' }).click()
  await toolbar(page, '단어').getByRole('button', { name: '왼쪽 칸으로' }).click()
  await toolbar(page, '알림').getByRole('button', { name: '숨기기' }).click()
  assert.deepEqual(await columns(page), [['chat', 'words'], ['questions'], ['highlights', 'people']])
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id),
    [],
  )
  await page.getByRole('button', { name: '이대로 잠그기' }).click()
  // At once: what was changed last is kept all the same.
  await page.reload()
  await page.waitForSelector('.connection:has-text("연결 정상")')
  await page.reload()
  assert.deepEqual(await columns(page), [['chat', 'words'], ['questions'], ['highlights', 'people']])
  await page.waitForSelector('.connection:has-text("연결 정상")')
  await page.getByRole('button', { name: '칸 옮기기' }).click()
  const saved = kept(page)
  await page.getByRole('button', { name: '처음 배치로' }).click()
  await page.getByRole('button', { name: '이대로 잠그기' }).click()
  await saved
  assert.deepEqual(await columns(page), [['chat'], ['words', 'questions'], ['alerts', 'highlights', 'people']])
  await close()
})

test('parts whose scripts are late are taken over quietly, whatever changes meanwhile', async () => {
  const first = await open()
  await first.page.getByRole('button', { name: '칸 옮기기' }).click()
  const stored = kept(first.page)
  await toolbar(first.page, '칸 배치').getByRole('button', { name: '단어 추이' }).click()
  await stored
  let release = () => {}
  const held = new Promise<void>((done) => {
    release = done
  })
  const page = await first.page.context().newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  await page.route(/assets\/(layout-bar|word-trends)/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto(fixture.server.url + place)
  await page.waitForSelector('.connection:has-text("연결 정상")')
  const elapsed = await page.locator('.metrics dd').first().textContent()
  await page.waitForFunction((before) => document.querySelector('.metrics dd')?.textContent !== before, elapsed)
  await page.getByRole('button', { name: '목록' }).click()
  release()
  await page.waitForSelector('.trend-bars')
  await toolbar(page, '칸 배치').getByRole('button', { name: '처음 배치로' }).click()
  assert.deepEqual(errors, [])
  const restored = kept(page)
  await page.getByRole('button', { name: '이대로 잠그기' }).click()
  await restored
  await first.close()
})

test('a panel is dragged to another column, and borders move by pointer and by keyboard', async () => {
  const { page, close } = await open()
  await page.getByRole('button', { name: '칸 옮기기' }).click()
  const grip = (await toolbar(page, '질문').locator('.panel-grip').boundingBox())!
  const target = (await page.locator('[data-panel=people]').boundingBox())!
  await page.mouse.move(grip.x + 10, grip.y + 10)
  await page.mouse.down()
  await page.mouse.move(target.x + 60, target.y + target.height - 8, { steps: 5 })
  await page.mouse.up()
  await page.waitForFunction(() => document.querySelectorAll('[data-column="1"] [data-panel]').length === 1)
  assert.deepEqual((await columns(page))[2], ['alerts', 'highlights', 'people', 'questions'])

  const width = async () => (await page.locator('[data-column="0"]').boundingBox())!.width
  const before = await width()
  const border = page.getByRole('separator').first()
  await border.focus()
  await page.keyboard.press('ArrowRight')
  const byKey = await width()
  assert.ok(byKey > before)
  const box = (await border.boundingBox())!
  await page.mouse.move(box.x + 5, box.y + 50)
  await page.mouse.down()
  await page.mouse.move(box.x - 95, box.y + 50, { steps: 5 })
  await page.mouse.up()
  assert.ok((await width()) < byKey - 80)
  await page.getByRole('button', { name: '처음 배치로' }).click()
  await close()
})

test('a question that one moderator answers is answered for everybody, and the tick outlives a reload', async () => {
  const [mine, theirs] = [await open(), await open()]
  const ticks = (page: Page) => page.locator('.questions .done').count()
  assert.equal(await ticks(theirs.page), 0)
  await mine.page.locator('.questions button').first().click()
  await theirs.page.waitForSelector('.questions .done')
  await theirs.page.reload()
  await hydrated(theirs.page)
  await theirs.page.waitForSelector('.questions .done')
  await theirs.page.locator('.questions .done button').click()
  await mine.page.waitForSelector('.questions .done', { state: 'detached' })
  await mine.close()
  await theirs.close()
})

test('highlights say when, how much livelier than usual, with words and messages', async () => {
  const { page, close } = await open()
  const first = page.locator('.highlights > li').first()
  await first.waitFor()
  assert.match((await first.textContent()) ?? '', /분당 \d+개 · 평소의 \d\.\d배/)
  await first.locator('.alert-words').waitFor()
  await first.locator('summary').click()
  assert.ok((await first.locator('details p').count()) > 0)
  await first.getByRole('button', { name: '구간 보기' }).click()
  await page.waitForSelector('.scope-range')
  await close()
})

test('a peak of people who came for it is told apart from one of those who were there', async () => {
  const { page, close } = await open()
  const rows = page.locator('.highlights > li')
  await rows.first().locator('.alert-words').waitFor()
  const raids = page.getByText(/쓴 사람의 \d+ %가 처음 온 사람/)
  assert.equal(await raids.count(), 0)
  const from = Math.floor(Date.now() / 60_000) * 60_000 - 8 * 60_000
  const guests = Array.from({ length: 45 }, (_, n) =>
    analyzed({
      id: `raid-${n}`,
      at: from + n * 1000,
      broadcastId: BROADCAST,
      text: '레이드 왔어요',
      author: `손님${n}`,
      words: ['레이드'],
    }),
  )
  const minutes = await fixture.archive.windows(CHANNEL, BROADCAST, 60_000)
  const calm = minutes.find(({ windowStart }) => windowStart === from)!
  await fixture.write({ messages: guests, windows: [{ ...calm, messages: 400, authors: 45, revision: 1_000_000 }] })
  await raids.waitFor()
  await close()
})

test('what hangs on a wall shows no way to an original, and nobody’s history', async () => {
  const text = '이런 개똥말 진짜'
  await fixture.write({
    messages: [
      analyzed({
        id: 'wall-1',
        at: Date.now(),
        broadcastId: BROADCAST,
        text,
        mood: 'negative',
        profanity: [spanOf(text, { piece: '개똥말', severity: 2, category: 'vulgar' })],
      }),
    ],
  })
  const { page, close } = await open(`${place}?view=wall`)
  await page.waitForSelector('[data-id=wall-1]')
  assert.equal(await page.locator('.mask button').count(), 0)
  assert.equal(await page.locator('text=살펴볼 사람').count(), 0)
  await page.keyboard.press('Shift+R')
  assert.equal(await page.locator('.reveal-warning').count(), 0)
  assert.equal((await page.content()).includes('개똥말'), false)
  await close()
})

test('the chat opens in a window of its own', async () => {
  const { page, close } = await open()
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: '채팅을 새 창으로' }).click(),
  ])
  await popup.waitForSelector('#chat-log .chat-row')
  assert.equal(await popup.locator('.timeline').count(), 0)
  await close()
})

test('a narrow page shows a part at a time, and a tablet nothing over something else', async () => {
  const phone = await open(place, 360)
  assert.ok(await phone.page.locator('[data-panel=chat]').isVisible())
  assert.equal(await phone.page.locator('[data-panel=words]').isVisible(), false)
  await phone.page.locator('.section-nav button').nth(1).click()
  assert.ok(await phone.page.locator('[data-panel=words]').isVisible())
  assert.equal(await phone.page.locator('[data-panel=chat]').isVisible(), false)
  await phone.close()
  const tablet = await open(place, 768)
  const boxes = await tablet.page.$$eval('[data-panel]', (panels) =>
    panels.map((panel) => {
      const { left, right, top, bottom } = panel.getBoundingClientRect()
      return { left, right, top, bottom }
    }),
  )
  for (const one of boxes)
    for (const other of boxes)
      if (one !== other)
        assert.ok(
          one.right <= other.left + 1 ||
            other.right <= one.left + 1 ||
            one.bottom <= other.top + 1 ||
            other.bottom <= one.top + 1,
          JSON.stringify([one, other]),
        )
  await tablet.close()
})

test('the question mark shows what keys do, and the timeline is there as a table with its uncertainty', async () => {
  const { page, close } = await open()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: '도움말과 단축키' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '표로 보기' }).click()
  const row = page.locator('.timeline-table tbody tr').nth(1)
  assert.match((await row.textContent()) ?? '', /% ±\d+/)
  await page.getByRole('button', { name: '표로 보기' }).click()
  await page.locator('.timeline-scrubber').waitFor()
  await close()
})

test('a panel is saved as a table and as a picture, and nothing masked is in it', async () => {
  const { page, close } = await open()
  const save = (panel: string, kind: 'CSV' | 'PNG') => saved(page, panel, kind)
  const minutes = (await save('.scope', 'CSV')).toString()
  assert.equal(minutes.split('\r\n')[0], '\ufeff분,채팅,쓴 사람,긍정,중립,부정,욕설')
  assert.ok(minutes.split('\r\n').length > 60)
  const isPng = (bytes: Buffer) => bytes.subarray(1, 4).toString() === 'PNG' && bytes.length > 5000
  assert.ok(isPng(await save('.scope', 'PNG')))
  assert.ok(isPng(await save('[data-panel=questions]', 'PNG')))
  const words = (await save('[data-panel=words]', 'CSV')).toString()
  assert.ok(words.includes('화면'))
  assert.equal(words.includes('시발'), false)
  const chat = (await save('.chat-column', 'CSV')).toString()
  assert.ok(chat.includes('▒') && chat.split('\r\n').length > 100)
  assert.doesNotMatch(chat, /시발|병신/)
  const alerts = (await save('[data-panel=alerts]', 'CSV')).toString()
  assert.match(alerts, /부정 급증,울리는 중/)
  const people = (await save('[data-panel=people]', 'CSV')).toString()
  assert.match(people, /author-민트초코반대/)
  assert.match((await save('[data-panel=highlights]', 'CSV')).toString(), /\r\n/)
  await close()
})

test('how often words are said, by minute: drawn, read by keyboard, as a table, saved, and a click narrows the chat', async () => {
  const { page, errors, close } = await open()
  await page.getByRole('button', { name: '추이', exact: true }).click()
  await page.waitForSelector('.trend-bars[d^=M]')
  const scrubber = page.locator('.trend-scrubber')
  await scrubber.focus()
  await page.keyboard.press('Home')
  const said = await scrubber.getAttribute('aria-valuetext')
  assert.match(said!, /^\d\d:\d\d.*개/)
  await page.keyboard.press('ArrowRight')
  assert.notEqual(await scrubber.getAttribute('aria-valuetext'), said)
  const csv = (await saved(page, '.trends', 'CSV')).toString().trim().split('\r\n')
  const word = csv[0]!.split(',')[1]!
  const sum = csv.slice(1).reduce((total, row) => total + Number(row.split(',')[1]), 0)
  const ref = { channelId: CHANNEL, broadcastIds: [BROADCAST], text: word }
  const { total } = await fixture.archive.search(ref)
  assert.ok(sum > 0 && sum <= total, `${word}: ${sum} of ${total}`)
  await page.locator('.trends').getByRole('button', { name: '표로 보기' }).click()
  assert.equal(await page.locator('.trend-table tbody tr').count(), csv.length, 'a row a minute, and the sums')
  const { violations } = await new AxeBuilder({ page }).include('.words').analyze()
  assert.deepEqual(
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id),
    [],
  )
  await page.locator('.trends').getByRole('button', { name: '표로 보기' }).click()
  await page.locator('.trend-names button').first().click()
  await page.waitForSelector(`.word-filter:has-text("${word}")`)
  assert.deepEqual(errors, [])
  await close()
})

test('a stretch is zoomed into and out of', async () => {
  const { page, close } = await open()
  await pickStretch(page, page.locator('.timeline-scrubber'))
  await page.waitForSelector('.scope-range')
  const bars = () => page.locator('.tl-volume').count()
  const before = await bars()
  await page.getByRole('button', { name: '이 구간 확대' }).click()
  await page.waitForFunction((most) => document.querySelectorAll('.tl-volume').length < most / 2, before)
  await page.getByRole('button', { name: '확대 풀기' }).click()
  await page.waitForFunction((least) => document.querySelectorAll('.tl-volume').length >= least, before)
  await close()
})

test('what the pointer is over on the timeline is told in figures, with how sure they are', async () => {
  const { page, close } = await open()
  const box = (await page.locator('.timeline-scrubber').boundingBox())!
  assert.equal(await page.locator('.tl-hover').count(), 0)
  await page.mouse.move(box.x + box.width * 0.5, box.y + 100)
  const told = page.locator('.tl-hover')
  await told.waitFor()
  const text = (await told.textContent())!
  assert.match(text, /\+\d+ ±\d+/, 'positive')
  assert.match(text, /−\d+ ±\d+/, 'negative')
  assert.match(text, /\d\d:\d\d · \d+개 · \d+명/)
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height + 200)
  await told.waitFor({ state: 'detached' })
  await close()
})

test('another broadcast is two clicks away, and stands beside this one on request', async () => {
  const { page, errors, close } = await open()
  await page.locator('summary[aria-label="다른 방송으로"]').click()
  await page.getByRole('link', { name: '나란히 보기: 느린산책' }).click()
  await page.waitForSelector('.compare-side >> nth=1')
  await hydrated(page, '.compare-side .timeline-scrubber')
  assert.deepEqual(
    await page.$$eval('.compare-side > .panel-head:first-child h2', (names) => names.map((name) => name.textContent)),
    ['온새벽', '느린산책'],
  )
  const [busy] = await page.locator('.compare-side').all()
  assert.ok((await busy!.locator('.tl-flag').count()) > 0, 'alarms are marked in its chart')
  assert.ok((await busy!.locator('.tl-star').count()) > 0, 'and so are highlights')
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id),
    [],
  )
  await busy!.locator('.highlights').getByRole('button', { name: '구간 보기' }).first().click()
  await page.waitForSelector('.scope-range')
  assert.deepEqual(errors, [])
  await close()
})

test('side by side a stretch is picked on one side alone, and what is saved there stands in its audit', async () => {
  const { page, errors, close } = await open()
  await page.locator('summary[aria-label="다른 방송으로"]').click()
  await page.getByRole('link', { name: '나란히 보기: 느린산책' }).click()
  await page.waitForSelector('.compare-side >> nth=1')
  const [left, right] = await page.locator('.compare-side').all()
  await left!.locator('.timeline-scrubber .tl-volume').first().waitFor()
  await hydrated(page, '.compare-side .timeline-scrubber')
  await pickStretch(page, left!.locator('.timeline-scrubber'))
  await left!.locator('.scope-range').waitFor()
  assert.match(page.url(), /[?&]a=.*&b=.*&a-from=\d+&a-to=\d+$/)
  assert.equal(await right!.locator('.scope-range').count(), 0)
  assert.equal(await page.evaluate(() => String(getSelection())), '', 'a drag marks no letters')
  await left!.locator('.words .word').first().waitFor()
  const before = fixture.asked.length
  const csv = (await saved(page, '.compare-side >> nth=0 >> .words', 'CSV')).toString()
  const [, first] = csv.split('\r\n')
  const { searchParams } = new URL(page.url())
  const view = await fetch(
    `${fixture.server.url}${place}/range?from=${Number(searchParams.get('a-from')) * 60_000}&to=${Number(searchParams.get('a-to')) * 60_000}`,
  )
  const { words } = (await view.json()) as { words: { word: string; count: number }[] }
  assert.ok(first!.startsWith(`${words[0]!.word},${words[0]!.count},`), 'the words of the stretch')
  const written = fixture.asked.slice(before).filter((line) => line.startsWith('act '))
  assert.deepEqual(
    written.map((line) => JSON.parse(line.slice(4))).map(({ kind, channelId, details }) => [kind, channelId, details]),
    [['export', CHANNEL, { what: 'words', format: 'csv' }]],
  )
  await page.keyboard.press('Escape')
  await left!.locator('.scope-live').waitFor()
  assert.match(page.url(), /[?&]a=.*&b=[^&]*$/, 'both broadcasts are still there')
  assert.deepEqual(errors, [])
  await close()
})

test('a stretch that is picked on a wall leaves it a wall', async () => {
  const { page, close } = await open(`${place}?view=wall`)
  await pickStretch(page, page.locator('.timeline-scrubber'))
  await page.waitForURL(/from=\d+/)
  await page.locator('.tl-selection').waitFor()
  assert.equal(await page.locator('.app').getAttribute('data-view'), 'wall')
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => !url.search.includes('from='))
  await page.locator('.tl-selection').waitFor({ state: 'detached' })
  assert.equal(await page.locator('.app').getAttribute('data-view'), 'wall')
  await close()
})
