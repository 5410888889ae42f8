import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { channelPath } from './app/channel-path.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { analyzed, CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, broadcastState, type Fixture, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'

const path = channelPath(CHANNEL, '/rules')
let fixture: Fixture
let browser: Browser

before(async () => {
  fixture = await startFixture()
  const at = Date.now()
  await fixture.write({
    states: [broadcastState()],
    messages: ['결말 알려줄까', '결말 진짜 궁금하다', '재밌다'].map((text, place) =>
      analyzed({ id: `m${place}`, at: at - place, broadcastId: BROADCAST, text, mood: 'neutral' }),
    ),
  })
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

async function open(): Promise<{ readonly page: Page; readonly errors: string[]; close(): Promise<void> }> {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440 }))
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(fixture.server.url + path, { waitUntil: 'networkidle' })
  await hydrated(page)
  return { page, errors, close: () => context.close() }
}

const versionInForce = async () => (await fixture.commands.rules(CHANNEL)).version

test('a rule is tried on a sentence and on the last hour, saved, and taken out again', async () => {
  const { page, errors, close } = await open()
  await page.getByLabel('단어 (한 줄에 하나)').fill('결말')
  await page.getByLabel('이 문장으로 시험').fill('결말 스포 금지')
  await page.locator('.rules-test-answer mark').filter({ hasText: '결말' }).waitFor()
  await page.getByRole('button', { name: '미리 적용해 보기' }).click()
  await page.getByText('메시지 2개가 가려집니다').waitFor()
  assert.equal(await page.locator('.dry-run-samples li').count(), 2)
  assert.equal(await versionInForce(), 0, 'trying changes nothing')

  await page.getByRole('button', { name: '저장', exact: true }).click()
  await page.getByText('버전 1부터 적용됩니다').waitFor()
  await page.getByRole('cell', { name: '결말', exact: true }).waitFor()
  assert.equal(await versionInForce(), 1)

  await page.getByLabel('결말 고르기').check()
  await page.getByRole('button', { name: '고른 것 없애기' }).click()
  await page.getByText('규칙이 없습니다. 위에서 더하세요.').waitFor()
  await page.getByRole('button', { name: '이때로 되돌리기: 버전 1' }).click()
  await page.getByRole('cell', { name: '결말', exact: true }).waitFor()
  assert.equal(await versionInForce(), 3)
  assert.deepEqual(errors, [])
  await close()
})

test('who saves over what somebody else changed meanwhile is told so', async () => {
  const { page, close } = await open()
  const before = await versionInForce()
  await fixture.commands.changeRules(
    CHANNEL,
    { kind: 'add', rules: [{ list: 'block', form: 'literal', pattern: '먼저' }] },
    '서연',
  )
  await page.getByLabel('단어 (한 줄에 하나)').fill('나중')
  await page.getByRole('button', { name: '저장', exact: true }).click()
  await page.getByText('그 사이 다른 사람이 규칙을 바꿨습니다').waitFor()
  assert.equal(await versionInForce(), before + 1)
  // The page shows the new version now: the second try is made in knowledge of it.
  await page.getByRole('cell', { name: '먼저', exact: true }).waitFor()
  await page.getByRole('button', { name: '저장', exact: true }).click()
  await page.getByRole('cell', { name: '나중', exact: true }).waitFor()
  await close()
})

test('a rule that cannot be taken is named, and nothing of the list is', async () => {
  const { page, close } = await open()
  const before = await versionInForce()
  await page.getByLabel('단어 (한 줄에 하나)').fill(`괜찮음\n${'길'.repeat(300)}`)
  await page.getByRole('button', { name: '저장', exact: true }).click()
  await page.locator('.rules-new .error').filter({ hasText: '길길길' }).waitFor()
  assert.equal(await versionInForce(), before)
  await close()
})

test('ten thousand words are pasted at once', async () => {
  const { page, close } = await open()
  const words = Array.from({ length: 9_000 }, (_, place) => `금지어${place}`)
  // As a paste puts it there; typing it line by line would take the browser itself minutes.
  await page.getByLabel('단어 (한 줄에 하나)').evaluate((area, text) => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!.set!.call(area, text)
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }, words.join('\n'))
  await page.getByRole('button', { name: '저장', exact: true }).click()
  await page.getByText('저장했습니다').waitFor()
  const { rules } = await fixture.commands.rules(CHANNEL)
  assert.ok(rules.length >= 9_000)
  // A page of them is shown.
  await page.waitForFunction(() => document.querySelectorAll('.rules-page tbody tr').length === 100)
  await close()
})

test('the way to the rules stands in the settings of a broadcast', async () => {
  const { page, close } = await open()
  await page.goto(`${fixture.server.url}/broadcasts/${encodeURIComponent(`${CHANNEL}~${BROADCAST}`)}`)
  await hydrated(page)
  await page.getByRole('button', { name: '채널 설정 · OBS 오버레이' }).click()
  await page.getByRole('link', { name: '금칙어·허용어 목록' }).click()
  await page.waitForURL(`**${path}`)
  await close()
})

test('a moderator says in the archive that a verdict is wrong, and what it should have been', async () => {
  const { page, close } = await open()
  await page.goto(`${fixture.server.url}/archive?q=${encodeURIComponent('재밌다')}`, { waitUntil: 'networkidle' })
  await hydrated(page)
  await page.getByLabel('판정이 맞는지 알려 주기').first().click()
  await page.getByRole('button', { name: '아님, 긍정' }).click()
  await page.getByText('적어 두었습니다').waitFor()
  const said = JSON.parse(fixture.asked.at(-1)!.slice('act '.length))
  assert.deepEqual(
    { kind: said.kind, messageId: said.messageId, details: said.details },
    {
      kind: 'feedback',
      messageId: 'm2',
      details: { about: 'sentiment', verdict: 'wrong', shown: 'neutral', expected: 'positive', model: 'fixture@1' },
    },
  )
  await close()
})
