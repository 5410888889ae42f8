import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'

const hostile = '<img src=x onerror=alert(1)>'
let fixture: Fixture
let browser: Browser

before(async () => {
  fixture = await startFixture({ limits: { exports: 100 } })
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
): Promise<{ readonly page: Page; readonly errors: string[]; close(): Promise<void> }> {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440, ...look }))
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.goto(fixture.server.url + path, { waitUntil: 'networkidle' })
  return { page, errors, close: () => context.close() }
}

const pages: readonly string[] = ['/audit']
for (const language of ['ko', 'en'] as const)
  for (const theme of ['dark', 'light'] as const)
    test(`moderators' pages are free of serious accessibility findings (${language}, ${theme})`, async () => {
      await fixture.commands.act({ kind: 'reveal', by: 'kim', role: 'owner', channelId: CHANNEL, text: hostile })
      for (const path of pages)
        for (const width of [390, 1440]) {
          const { page, errors, close } = await open(path, { language, theme, width })
          const { violations } = await new AxeBuilder({ page }).analyze()
          const serious = violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(
              ({ id, nodes }) => `${path} ${width} ${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`,
            )
          assert.deepEqual(serious, [])
          assert.deepEqual(errors, [], path)
          const isWider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
          assert.equal(isWider, false, `${path} fits ${width} px`)
          await close()
        }
    })

test('the audit is narrowed by what was done, turned page by page, and taken along as a table', async () => {
  const at = fixture.archive.operatorActions.length
  for (let n = 0; n < 150; n++)
    await fixture.commands.act({
      kind: n % 2 ? 'reveal' : 'login',
      by: n % 3 ? '서연' : '민지',
      role: 'moderator',
      channelId: CHANNEL,
      broadcastId: BROADCAST,
      messageId: `m${n}`,
      text: n === 149 ? `=cmd ${hostile}` : '',
    })
  const { page, errors, close } = await open('/audit')
  assert.equal(await page.locator('.audit-table tbody tr').count(), 100)
  assert.ok((await page.locator('.audit-table tbody tr').first().textContent())!.includes(hostile), 'as text')
  await page.getByRole('link', { name: '이전 기록 더 보기' }).click()
  await page.getByRole('link', { name: '처음으로' }).waitFor()
  assert.ok((await page.locator('.audit-table tbody tr').count()) >= 50)

  await page.getByRole('combobox', { name: '무엇을' }).selectOption('reveal')
  await page.getByRole('textbox', { name: '누가' }).fill('민지')
  await page.getByRole('button', { name: '보기', exact: true }).click()
  await page.waitForURL('**/audit?kind=reveal&by=*')
  await page.waitForFunction(() => document.querySelectorAll('.audit-table tbody tr').length === 25)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'CSV로 받기' }).click()
  const text = await (await fetch(new URL((await download).url()))).text()
  const lines = text.trimEnd().split('\r\n')
  assert.equal(lines.length, 26)
  const all = await (await fetch(`${fixture.server.url}/audit.csv`)).text()
  assert.ok(all.includes(`,'=cmd ${hostile},`), 'no formula')
  assert.ok(fixture.archive.operatorActions.length > at + 150, 'the export is in the audit itself')
  assert.deepEqual(errors, [])
  await close()
})
