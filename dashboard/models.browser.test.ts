import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { type Fixture, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'

let fixture: Fixture
let browser: Browser
before(async () => {
  fixture = await startFixture()
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

async function open(look: Partial<Parameters<typeof lookOf>[0]> = {}) {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440, ...look }))
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.goto(`${fixture.server.url}/models`)
  await hydrated(page)
  return { page, errors, close: () => context.close() }
}

test('a sentence that is tried shows what would be masked, what each version says, and what each word did', async () => {
  const { page, errors, close } = await open()
  await page.getByLabel('채팅 한 줄').fill('<b>ㅅㅂ</b> 화질 왜 이래')
  await page.getByRole('button', { name: '보기', exact: true }).click()
  const tried = page.locator('[data-testid=tried]')
  await tried.waitFor()
  assert.equal(await tried.locator('.tried-text').textContent(), '<b>ㅅㅂ</b> 화질 왜 이래')
  assert.equal(await tried.locator('.tried-text mark').first().textContent(), 'ㅅㅂ')
  assert.match((await tried.textContent())!, /지금 모델 javas-sentiment-ko@1\.0\.0.*후보 javas-sentiment-ko@1\.1\.0/s)
  assert.equal(await tried.locator('.word-effects li').count(), 4)
  assert.deepEqual(errors, [])
  await close()
})

test('every part of the results is there, in both languages, with its drawing named for whoever cannot see it', async () => {
  for (const [language, titles] of [
    [
      'ko',
      [
        '확신과 실제',
        '자료마다',
        '무엇을 무엇으로 보았나',
        '욕설 검출 곡선',
        '무엇이 얼마나 보탰나',
        '지난 버전',
        '달라짐',
        '후보 모델',
      ],
    ],
    [
      'en',
      [
        'Confidence and truth',
        'By source',
        'What was taken for what',
        'What each part brings',
        'Versions',
        'Drift',
        'Candidate model',
      ],
    ],
  ] as const) {
    const { page, close } = await open({ language })
    for (const title of titles) await page.getByRole('heading', { name: title, exact: true }).waitFor()
    const drawings = await page.$$eval('.plot > svg', (all) => all.map((svg) => svg.getAttribute('aria-label') ?? ''))
    // Of two answers, of three, and the curves of profanity.
    assert.equal(drawings.length, 3)
    assert.equal(new Set(drawings).size, 3)
    assert.equal(
      await page.getByText(language === 'ko' ? /^보정 오차 3\.0\s% \(748줄/ : /^Calibration error 3\.0\s%/).count(),
      1,
    )
    assert.ok(drawings.every((label) => label.length > 20))
    await close()
  }
})

test('asked too often, the box says so and the page stays', async () => {
  const { page, close } = await open()
  await page.getByLabel('채팅 한 줄').fill('재밌다')
  const said = page.getByText('너무 자주 물었습니다')
  for (let n = 0; n < 40 && !(await said.isVisible()); n++) {
    const answered = page.waitForResponse('**/models/try')
    await page.getByRole('button', { name: '보기', exact: true }).click()
    await answered
    await page.locator('.try-form button:not([disabled])').waitFor()
  }
  assert.equal(await said.isVisible(), true)
  assert.equal(await page.getByRole('heading', { name: '문장 시험' }).isVisible(), true)
  await close()
})
