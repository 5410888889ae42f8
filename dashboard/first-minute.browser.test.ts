/**
 * What README promises to somebody who has never seen the product, walked from `npm start` on in a real Chromium. Every
 * name that is pressed or looked for stands in README; what README does not name is not touched.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { hydrated } from './testing/hydrated.ts'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8').replace(/\s+/g, ' ')
let data: string
let program: ChildProcess
let url: string
let browser: Browser

/** @throws when README does not say it */
const said = (text: string): string => {
  assert.ok(readme.includes(text), `README does not name: ${text}`)
  return text
}

before(async () => {
  data = mkdtempSync(join(tmpdir(), 'javas-first-minute-'))
  program = spawn('npm', [said('npm start').slice('npm '.length)], {
    cwd: root,
    env: { ...process.env, JAVAS_DATA: data, JAVAS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // npm passes no signal on to what it started.
    detached: true,
  })
  url = await new Promise((done, fail) => {
    let text = ''
    program.stdout!.on('data', (chunk: Buffer) => {
      text += chunk
      const found = /open (http\S+)/.exec(text)?.[1]
      if (found) done(found)
    })
    program.once('exit', (code) => fail(new Error(`npm start ended with exit code ${code}: ${text}`)))
  })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  if (program?.exitCode === null) {
    const gone = new Promise((done) => program.once('close', done))
    process.kill(-program.pid!, 'SIGTERM')
    await gone
  }
  rmSync(data, { recursive: true, force: true })
})

test('from README alone somebody watches a broadcast, sees an original, finds a person, mutes an alarm and shows chat in OBS', async () => {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  const press = (name: string) =>
    page
      .getByRole('button', { name: said(name), exact: true })
      .first()
      .click()
  const follow = (name: string) =>
    page
      .getByRole('link', { name: said(name), exact: true })
      .first()
      .click()

  await page.goto(url)
  await hydrated(page)
  await press('데모 방송 보기')
  await page.waitForURL('**/broadcasts/**')
  const chat = page.getByRole('log', { name: said('채팅') })
  await chat.getByRole('article').first().waitFor()

  // The lag incident of the demo brings both.
  const alarms = page.locator('.panel', { has: page.getByRole('heading', { name: said('알림'), exact: true }) })
  await alarms
    .getByRole('button', { name: said('10분 조용히') })
    .first()
    .waitFor({ timeout: 200_000 })
  const eyes = chat.getByRole('button', { name: said('가린 말 보기') })
  await eyes.last().waitFor()
  await chat.hover()
  await page.getByText(said('일시정지')).waitFor()
  await eyes.last().click()
  await chat.locator('mark').waitFor()
  await page.keyboard.press(said('End'))
  await page.getByText('일시정지').waitFor({ state: 'detached' })

  await press('10분 조용히')
  await page.getByText(said('남음')).first().waitFor()

  const name = chat.getByRole('article').last().getByRole('link')
  await chat.hover()
  const called = (await name.textContent())!
  await name.click()
  const card = page.getByRole('dialog', { name: called })
  for (const part of ['에 처음 봄', '벌점', '메모', '제재']) await card.getByText(said(part)).first().waitFor()
  await follow('모든 채팅·메모·제재 보기')
  await page.waitForURL('**/people/**')
  await page.getByRole('heading', { name: called }).waitFor()
  await page.goBack()
  await page.waitForURL('**/broadcasts/**')

  await press('채널 설정 · OBS 오버레이')
  await follow('OBS 오버레이 주소')
  await press('주소 만들기')
  const address = (await page.getByText(/\/overlay\/[\w-]{20,}/).textContent())!.trim()
  await showsInObs(address)
  await press('거두기')
  await page.getByText('주소를 거두었습니다').waitFor()
  assert.deepEqual(errors, [])
  await context.close()
})

/** As OBS's browser source opens it: no cookie of anybody, a ground that is seen through. */
async function showsInObs(address: string): Promise<void> {
  const source: Page = await (await browser.newContext({ viewport: { width: 800, height: 600 } })).newPage()
  await source.goto(address)
  await source.locator('.row').first().waitFor()
  assert.equal(await source.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgba(0, 0, 0, 0)')
  assert.equal(
    await source.evaluate(() => getComputedStyle(document.documentElement).backgroundColor),
    'rgba(0, 0, 0, 0)',
  )
  assert.equal(await source.evaluate(() => document.cookie), '')
  await source.context().close()
}
