/**
 * A short animated picture of a broadcast for the README: the chat runs, stops under the pointer, shows an original, a
 * person's card, the trend of words, a stretch of the timeline.
 *
 *     npm run screenshots -- --capture [file]     needs img2webp (Debian: webp); default docs/screenshots/broadcast.webp
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, fillStory, startFixture } from './testing/fixture.ts'

const FRAME_MS = 250
const MOST_BYTES = 1_500_000
const QUALITIES = [80, 65, 50, 35]
/** Stands for the pointer, which a screenshot leaves out. */
const POINTER = 'pointer'

const file = process.argv[3] ?? join(import.meta.dirname, '..', 'docs', 'screenshots', 'broadcast.webp')
const fixture = await startFixture({ streamsPerPerson: 100 })
await fillStory(fixture)
const speaking = setInterval(() => void fixture.say('storm'), 350)
const browser = await launchBrowser()
const context = await browser.newContext({
  ...lookOf({ language: 'ko', theme: 'dark', width: 1440 }),
  deviceScaleFactor: 0.75,
})
const page = await context.newPage()
await context.addCookies([{ name: 'javas-hint', value: 'seen', url: fixture.server.url }])
await page.goto(fixture.server.url + broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }))
await page.waitForSelector('.connection:has-text("연결 정상")')
await page.evaluate((id) => {
  const dot = document.createElement('div')
  dot.id = id
  const place = {
    position: 'fixed',
    zIndex: '99',
    width: '18px',
    height: '18px',
    borderRadius: '9px',
    pointerEvents: 'none',
  }
  Object.assign(dot.style, place, { border: '3px solid #fff', background: '#0008', left: '-40px', top: '0' })
  document.body.append(dot)
  addEventListener('pointermove', (event) => {
    dot.style.left = `${event.clientX - 9}px`
    dot.style.top = `${event.clientY - 9}px`
  })
}, POINTER)

const folder = mkdtempSync(join(tmpdir(), 'javas-capture-'))
const frames: string[] = []
/** Takes so many frames; a machine that takes its time over them makes the chat faster, not the picture shorter. */
async function film(count: number): Promise<void> {
  for (let taken = 0; taken < count; taken += 1) {
    const next = Date.now() + FRAME_MS
    const name = join(folder, `${String(frames.length).padStart(4, '0')}.png`)
    writeFileSync(name, await page.screenshot({ animations: 'allow' }))
    frames.push(name)
    await sleep(Math.max(0, next - Date.now()))
  }
}
async function pointAt(target: ReturnType<Page['locator']>): Promise<void> {
  const box = await target.boundingBox()
  if (!box) throw new Error('what is to be pointed at is not on the page')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 })
}
async function press(target: ReturnType<Page['locator']>): Promise<void> {
  await pointAt(target)
  await film(1)
  await target.click()
}

await film(8)
await press(page.locator('.chat .mask-eye, .chat .mask button').last())
await film(8)
await press(page.locator('.chat-row .author-link', { hasText: '민트초코반대' }).last())
await page.waitForSelector('.drawer .figures')
await film(8)
await page.keyboard.press('Escape')
await press(page.locator('.words .segments button').last())
await page.waitForSelector('.trend-bars[d^=M]')
await film(8)
const line = (await page.locator('.timeline-scrubber').boundingBox())!
await page.mouse.move(line.x + line.width * 0.52, line.y + 100)
await page.mouse.down()
await page.mouse.move(line.x + line.width * 0.6, line.y + 100, { steps: 4 })
await film(1)
await page.mouse.up()
await film(8)
await page.keyboard.press('Escape')
await film(6)

clearInterval(speaking)
await browser.close()
await fixture.close()
for (const quality of QUALITIES) {
  execFileSync('img2webp', [
    '-loop',
    '0',
    '-lossy',
    '-q',
    String(quality),
    '-m',
    '4',
    '-d',
    String(FRAME_MS),
    ...frames,
    '-o',
    file,
  ])
  if (statSync(file).size <= MOST_BYTES) break
}
rmSync(folder, { recursive: true })
const { size } = statSync(file)
process.stdout.write(`${file}: ${frames.length} frames, ${size} bytes\n`)
process.exitCode = size <= MOST_BYTES ? 0 : 1
