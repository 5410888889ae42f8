/** Pages that are there only once somebody made something: a report, an overlay's address, an invitation, a replay. */
import type { Browser, Page } from 'playwright-core'
import { channelPath } from './app/channel-path.ts'
import { CHANNEL } from './testing/chat-script.ts'
import type { Fixture } from './testing/fixture.ts'

/** Name, path, and what is done once the page is open. */
export type Pictured = readonly [string, string, ((view: Page) => Promise<unknown>)?]

const LONGEST_MAKE_MS = 60_000
const overlays = ['chat', 'mood', 'cloud', 'alert'] as const

/** Makes them by the pages themselves. @param broadcast path of the broadcast */
export async function makeThings(browser: Browser, url: string, broadcast: string, fixture: Fixture) {
  const page = await browser.newPage({ locale: 'ko-KR' })
  await page.goto(`${url}${broadcast}/report`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: '보고서 만들기' }).click()
  await page.locator('iframe').waitFor({ timeout: LONGEST_MAKE_MS })
  await page.goto(`${url}${broadcast}/replay`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: '시작' }).click()
  await page.getByRole('region', { name: '달라진 판정' }).waitFor({ timeout: LONGEST_MAKE_MS })
  await page.goto(url + channelPath(CHANNEL, '/overlay'), { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: '주소 만들기' }).click()
  const overlay = new URL((await page.textContent('[data-testid=overlay-address]'))!, url).pathname
  await page.close()
  await fixture.accounts.add('seoyeon', 'owner', 'correct horse battery')
  await fixture.accounts.add('minji', 'moderator', 'correct horse battery', { [CHANNEL]: 'moderator' })
  const invitation = await fixture.accounts.addInvite('moderator', 'seoyeon')
  const file = `${broadcast}/report/file?format=html&lang=LANGUAGE`
  const made: readonly Pictured[] = [
    ['file', file],
    ['file-printed', file],
    // As from elsewhere: at the machine itself nobody logs in.
    ['login', '/login?as=stranger'],
    ['join', `/join/${invitation}?as=stranger`],
    ...overlays.map((show) => [`scene-${show}`, `${overlay}?show=${show}&lang=LANGUAGE`] as const),
  ]
  return made
}
