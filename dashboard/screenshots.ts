/**
 * Takes every page in both languages, both brightnesses and four widths, to be judged by eye.
 *
 *     node dashboard/screenshots.ts [folder] [address of a running JAVAS, or -] [parts of names, such as broadcast-ko-dark-1440,home]
 *         each page to its end, and not only what a screen shows at first: [folder] [address or -] [names, or '']  --whole
 *     node dashboard/screenshots.ts --capture [file]          the animated picture of the README instead
 *
 * Without an address it shows the scripted fixture. Default folder: test/screenshots.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { channelPath, personPath } from './app/channel-path.ts'
import { makeThings, type Pictured } from './screenshots-made.ts'
import { type Look, launchBrowser, lookOf } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { PARTS_PATH } from './testing/parts-page.ts'
import { fillStories, stories } from './testing/stories.ts'
import { openStoryDoor, type StoryDoor } from './testing/story-door.ts'

if (process.argv[2] === '--capture') {
  await import('./screenshots-capture.ts')
  process.exit()
}

const SETTLE_MS = 1200
/** Of a whole page, px. */
const TALLEST = 12_000
const folder = process.argv[2] ?? join(import.meta.dirname, '..', 'test', 'screenshots')
mkdirSync(folder, { recursive: true })

let fixture: Fixture | null = null
let door: StoryDoor | null = null
const begun = Date.now() - 90 * 60_000
let timer: NodeJS.Timeout | undefined
let address = process.argv[3]
const wanted = process.argv[4]?.split(',') ?? ['']
const isWhole = process.argv.includes('--whole')
const isWanted = (name: string) => wanted.some((part) => name.includes(part))
const looks: readonly Look[] = [360, 768, 1440, 2560].flatMap((width) =>
  (['ko', 'en'] as const).flatMap((language) =>
    (['dark', 'light'] as const).map((theme) => ({ language, theme, width })),
  ),
)
const nameOf = (page: string, { language, theme, width }: Look) => `${page}-${language}-${theme}-${width}`
if (!address || address === '-') {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fillStory(fixture)
  // Without a picture of them they would only fill the lists of broadcasts.
  if (stories.some(({ name }) => looks.some((look) => isWanted(nameOf(`state-${name}`, look)))))
    await fillStories(fixture)
  let said = 0
  timer = setInterval(() => {
    // Now and then, or the figures would turn as old as the state says.
    if (said++ % 25 === 0) void fixture?.write({ states: [broadcastState({ startedAt: begun })] })
    void fixture?.say('calm')
  }, 2_500)
  door = await openStoryDoor(fixture)
  address = door.url
}
const browser = await launchBrowser()
const page = await browser.newPage()
await page.goto(address)
const found = await page.$$eval('.broadcast-name a', (links) => links.map((link) => link.getAttribute('href')))
await page.close()
const broadcast = fixture ? broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }) : (found[0] ?? '/')
const minute = Math.floor(Date.now() / 60_000)
const person = `/archive?deleted=1&person=${encodeURIComponent(`${CHANNEL}~author-민트초코반대`)}`
const other = found.find((path) => path !== broadcast) ?? broadcast
const slugOf = (path: string) => path.slice('/broadcasts/'.length)
/** By keyboard: chat that runs would slip away from a pointer. @param tab of a narrow page, from the left */
const show = (selector: string, then: string, tab: number) => async (view: Page) => {
  const part = view.locator('.section-nav button').nth(tab)
  if (await part.isVisible()) await part.click()
  await view.locator(selector).last().focus()
  await view.keyboard.press('Enter')
  await view.waitForSelector(then, { timeout: 5000 })
}
const made = fixture ? await makeThings(browser, address, broadcast, fixture) : []
/** Name, path, and what is done once the page is open. */
const pages: readonly Pictured[] = [
  ['home', '/'],
  ['broadcast', broadcast],
  ['first', broadcast],
  ['trends', broadcast, show('.words .segments button', '.trend-bars[d^=M]', 1)],
  ['card', broadcast, show('.chat-row .author-link', '.drawer .figures', 0)],
  ['settings', broadcast, (view) => view.locator('.tools > button').last().click()],
  [
    'help',
    broadcast,
    (view) =>
      view
        .waitForSelector('.connection')
        .then(() => view.waitForTimeout(SETTLE_MS))
        .then(() => view.keyboard.press('?')),
  ],
  ['compare', `/compare?a=${slugOf(broadcast)}&b=${slugOf(other)}`],
  ['alarms', '/alarms'],
  ['runbook', '/alarms/runbook'],
  ['moment', `/moments/${slugOf(broadcast)}?from=${(minute - 4) * 60_000}&to=${minute * 60_000}`],
  ['chat', `${broadcast}?view=chat`],
  ['wall', `${broadcast}?view=wall`],
  ['stretch', `${broadcast}?from=${minute - 4}&to=${minute - 1}`],
  ['archive', '/archive?q=%ED%99%94%EB%A9%B4&deleted=1'],
  ['archive-start', '/archive'],
  ['archive-nothing', '/archive?q=%EC%97%86%EB%8A%94%EB%A7%90'],
  ...(fixture ? [['person', person] as const] : []),
  ...(fixture ? stories.map(({ name, path, enter }) => [`state-${name}`, path, enter] as const) : []),
  ...(fixture
    ? [
        ['components', PARTS_PATH, (view: Page) => view.locator('[data-opens=dialog]').waitFor()] as const,
        ['components-dialog', PARTS_PATH, (view: Page) => view.locator('[data-opens=dialog]').click()] as const,
      ]
    : []),
  ['overlay', channelPath(CHANNEL, '/overlay')],
  ['rules', channelPath(CHANNEL, '/rules')],
  ['people', channelPath(CHANNEL, '/people')],
  ['one-person', personPath(CHANNEL, 'author-민트초코반대')],
  ['erase', personPath(CHANNEL, 'author-민트초코반대', '/erase')],
  ['audit', '/audit'],
  ['report', `${broadcast}/report`],
  ['replay', `${broadcast}/replay`],
  ['models', '/models'],
  ['system', '/system'],
  ['account', '/account'],
  ['second-factor', '/second-factor?as=viewer'],
  ['contact', '/contact'],
  ...made,
]
await Promise.all(
  [...Map.groupBy(looks, ({ width }) => width).values()].map(async (ofOneWidth) => {
    for (const look of ofOneWidth) await takeAll(look)
  }),
)

async function takeAll(look: Look): Promise<void> {
  const context = await browser.newContext(lookOf(look))
  for (const [page, path, enter] of pages) {
    const name = nameOf(page, look)
    if (!isWanted(name)) continue
    const view = await context.newPage()
    await context.clearCookies({ name: 'javas-hint' })
    if (page !== 'first') await context.addCookies([{ name: 'javas-hint', value: 'seen', url: address! }])
    if (page.startsWith('file')) await view.emulateMedia({ media: page === 'file-printed' ? 'print' : 'screen' })
    await view.goto(address + path.replace('LANGUAGE', look.language))
    await enter?.(view).catch((cause) => process.stderr.write(`${name}: not entered: ${cause.message}\n`))
    await view.waitForTimeout(SETTLE_MS)
    if (isWhole) {
      const height = await view.evaluate(() => document.documentElement.scrollHeight)
      await view.setViewportSize({ width: look.width, height: Math.min(height, TALLEST) })
    }
    await view.screenshot({ path: join(folder, `${name}.png`) })
    await view.close()
  }
  await context.close()
  process.stderr.write(`${look.language} ${look.theme} ${look.width}\n`)
}
clearInterval(timer)
await browser.close()
await door?.close()
await fixture?.close()
