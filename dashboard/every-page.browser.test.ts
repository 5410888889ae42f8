/** What holds for every page that there is: a page without a row here fails. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { broadcastPath, broadcastSlug } from './app/broadcast-id.ts'
import { channelPath, personPath } from './app/channel-path.ts'
import pageRoutes from './app/routes.ts'
import { type Look, launchBrowser } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'
import { type OpenedPage, openPage } from './testing/open-page.ts'

const place = { channelId: CHANNEL, broadcastId: BROADCAST }
const slug = encodeURIComponent(broadcastSlug(CHANNEL, BROADCAST))
const other = encodeURIComponent(broadcastSlug('twitch:neurin', 'b7'))
const PERSON = 'author-민트초코반대'
let fixture: Fixture
let browser: Browser
let invitation: string
let session: string

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fillStory(fixture)
  invitation = await fixture.accounts.addInvite('viewer', 'owner')
  await fixture.accounts.add('somebody', 'viewer', 'correct horse battery')
  session = (await fixture.accounts.logIn('somebody', 'correct horse battery'))!.token
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

const minute = Math.floor(Date.now() / 60_000) * 60_000
interface Place {
  readonly path: () => string
  /** Absent: the person at this machine. */
  readonly who?: 'stranger' | 'somebody'
}

/** Where each page stands, and who sees it. */
const pages: Readonly<Record<string, readonly Place[]>> = {
  'routes/home.tsx': [{ path: () => '/' }],
  'routes/broadcast.tsx': ['', '?view=chat', '?view=wall'].map((search) => ({
    path: () => broadcastPath(place, search),
  })),
  'routes/broadcast-report.tsx': [{ path: () => broadcastPath(place, '/report') }],
  'routes/broadcast-replay.tsx': [{ path: () => broadcastPath(place, '/replay') }],
  'routes/person-erase.tsx': [{ path: () => personPath(CHANNEL, PERSON, '/erase') }],
  'routes/channel-rules.tsx': [{ path: () => channelPath(CHANNEL, '/rules') }],
  'routes/channel-overlay.tsx': [{ path: () => channelPath(CHANNEL, '/overlay') }],
  'routes/people.tsx': [{ path: () => channelPath(CHANNEL, '/people') }],
  'routes/person.tsx': [{ path: () => personPath(CHANNEL, PERSON) }],
  'routes/compare.tsx': [{ path: () => `/compare?a=${slug}&b=${other}` }],
  'routes/archive.tsx': ['/archive', `/archive?q=${encodeURIComponent('화면')}&deleted=1`].map((path) => ({
    path: () => path,
  })),
  'routes/alarms.tsx': [{ path: () => '/alarms' }],
  'routes/alarm-runbook.tsx': [{ path: () => '/alarms/runbook' }],
  'routes/moment.tsx': [{ path: () => `/moments/${slug}?from=${minute - 300_000}&to=${minute - 60_000}` }],
  'routes/contact.tsx': [{ path: () => '/contact' }],
  'routes/models.tsx': [{ path: () => '/models' }],
  'routes/system.tsx': [{ path: () => '/system' }],
  'routes/audit.tsx': [{ path: () => '/audit' }],
  'routes/account.tsx': [{ path: () => '/account' }],
  'routes/join.tsx': [{ path: () => `/join/${invitation}`, who: 'stranger' }],
  'routes/login.tsx': [{ path: () => '/login', who: 'stranger' }],
  'routes/login-code.tsx': [{ path: () => '/login/code', who: 'stranger' }],
  'routes/second-factor.tsx': [{ path: () => '/second-factor', who: 'somebody' }],
}

/** From elsewhere, as everybody but the person at this machine comes. */
const elsewhere = { 'X-Forwarded-For': '203.0.113.7' }

async function openAs(who: Place['who'], path: string, look: Partial<Look>): Promise<OpenedPage> {
  const { url } = fixture.server
  if (who === undefined) return openPage(browser, url + path, look)
  if (who === 'stranger') return openPage(browser, url + path, look, elsewhere)
  const opened = await openPage(browser, `${url}/contact`, look, elsewhere)
  await opened.page.context().addCookies([{ name: 'javas-session', value: session, url }])
  await opened.page.goto(url + path)
  await hydrated(opened.page)
  return opened
}

test('every page stands here', () => {
  const drawn = pageRoutes.map(({ file }) => file).filter((file) => file.endsWith('.tsx'))
  assert.deepEqual(
    drawn.filter((file) => !pages[file]),
    [],
  )
})

for (const look of [
  { language: 'ko', theme: 'dark', width: 1440 },
  { language: 'en', theme: 'light', width: 360 },
] as const)
  for (const [file, rows] of Object.entries(pages))
    test(`${file} has no serious finding of axe, a name, one way to its content, and fits (${look.language}, ${look.width} px)`, async () => {
      for (const { path, who } of rows) {
        const { page, errors, close } = await openAs(who, path(), look)
        assert.deepEqual(
          (await new AxeBuilder({ page }).analyze()).violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${path()} ${id}: ${nodes[0]?.html.slice(0, 160)}`),
          [],
        )
        assert.notEqual((await page.title()).trim(), '')
        assert.equal(await page.locator('main').count(), 1)
        assert.equal(await page.getAttribute('html', 'lang'), look.language)
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        assert.ok(overflow <= 0, `${path()} is ${overflow} px too wide`)
        assert.deepEqual(errors, [], path())
        await close()
      }
    })
