import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { STEP_MS, totpCode } from './accounts/totp.ts'
import { launchBrowser } from './testing/browser.ts'
import { type Fixture, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'
import { openPage } from './testing/open-page.ts'

const password = 'correct horse battery'
let fixture: Fixture
let browser: Browser
before(async () => {
  fixture = await startFixture({ limits: { logins: 100, codes: 100 } })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

/** What a person types from the page into an app. */
function secretOf(letters: string): Buffer {
  const bits = [...letters.replace(/\s/g, '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

test('a person sets up a second factor by the page alone and logs in with it, in both languages', async () => {
  for (const [language, theme, width, words] of [
    ['ko', 'dark', 1440, { begin: '설정하기', confirm: '켜기', logIn: '들어가기', wrong: '이미 쓴 코드' }],
    ['en', 'light', 360, { begin: 'Set it up', confirm: 'Switch on', logIn: 'Log in', wrong: 'used before' }],
  ] as const) {
    const name = `person-${language}`
    await fixture.accounts.add(name, 'viewer', password)
    const { page, errors, close } = await openPage(browser, `${fixture.server.url}/contact`, { language, theme, width })
    // As somebody from elsewhere: at this machine nobody logs in.
    await page.setExtraHTTPHeaders({ 'X-Forwarded-For': '203.0.113.7' })
    const enterPassword = async () => {
      await page.goto(`${fixture.server.url}/login`)
      await hydrated(page)
      await page.fill('[name=name]', name)
      await page.fill('[name=password]', password)
      await page.click('button.large')
    }
    await enterPassword()
    await page.waitForURL(`${fixture.server.url}/`)
    await page.goto(`${fixture.server.url}/second-factor`)
    await hydrated(page)
    await page.getByRole('button', { name: words.begin }).click()
    await page.waitForSelector('svg.qr-code path')
    const secret = secretOf((await page.textContent('[data-testid=secret]'))!)
    const code = (moved: number) => totpCode(secret, Math.floor(Date.now() / STEP_MS) + moved)
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html.slice(0, 100))}`),
      [],
    )
    await page.fill('[name=code]', code(-1))
    await page.getByRole('button', { name: words.confirm }).click()
    await page.waitForSelector('[data-testid=recovery-codes]')
    assert.equal(await page.locator('[data-testid=recovery-codes] li').count(), 10)
    assert.deepEqual(errors, [])

    await page.context().clearCookies()
    await enterPassword()
    await page.waitForURL(/\/login\/code/)
    await page.fill('[name=code]', code(-1))
    await page.getByRole('button', { name: words.logIn }).click()
    await page.waitForSelector(`[role=alert]:has-text("${words.wrong}")`)
    await page.fill('[name=code]', code(0))
    await page.getByRole('button', { name: words.logIn }).click()
    await page.waitForURL(`${fixture.server.url}/`)
    await close()
  }
})
