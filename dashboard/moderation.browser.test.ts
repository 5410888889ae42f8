import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { verifyEvidence } from '#sinks/evidence/verify-evidence.ts'
import { broadcastPath } from './app/broadcast-id.ts'
import { channelPath, personPath } from './app/channel-path.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { analyzed, CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'

const TROLL = 'author-민트초코반대'
const hostile = '<img src=x onerror=alert(1)>'
/** The platform's own timeout of the same person. */
const plain = analyzed({ id: 'x', at: 0, broadcastId: BROADCAST, text: '', deletes: 'x' })
const banned = {
  ...plain,
  message: { ...plain.message, target: { messageId: null, authorId: TROLL, seconds: 600 } },
}
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
  // A broadcast's page never falls silent: its stream stays open.
  await page.goto(fixture.server.url + path, { waitUntil: path.startsWith('/broadcasts/') ? 'load' : 'networkidle' })
  await hydrated(page)
  return { page, errors, close: () => context.close() }
}

const pages: readonly string[] = ['/audit', channelPath(CHANNEL, '/people'), personPath(CHANNEL, TROLL)]
// The other two looks: every-page.browser.test.ts.
for (const [language, theme] of [
  ['ko', 'light'],
  ['en', 'dark'],
] as const)
  test(`moderators' pages are free of serious accessibility findings (${language}, ${theme})`, async () => {
    await fixture.commands.act({ kind: 'reveal', by: 'kim', role: 'owner', channelId: CHANNEL, text: hostile })
    for (const path of pages)
      for (const width of [390, 1440]) {
        const { page, errors, close } = await open(path, { language, theme, width })
        const { violations } = await new AxeBuilder({ page }).analyze()
        const serious = violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${path} ${width} ${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`)
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

test('a person is reached from the chat, the list and the archive, and everything about them stands on one page', async () => {
  await fixture.write({
    messages: [
      analyzed({
        id: 'p-1',
        at: Date.now() - 3_000,
        broadcastId: BROADCAST,
        text: `${hostile} 결말`,
        author: '민트초코반대',
      }),
      analyzed({ id: 'p-2', at: Date.now() - 2_000, broadcastId: BROADCAST, text: '바로 다음 말', author: '파도소리' }),
      { ...banned, message: { ...banned.message, id: 'ban-1', timestamp: Date.now() - 1_000 } },
    ],
  })
  const { page, errors, close } = await open(broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }))
  await page.locator('.chat-row .author-link').first().waitFor()
  assert.match((await page.locator('.chat-row .author-link').first().getAttribute('href'))!, /\/channels\/.*\/people\//)
  await page.locator('.people').getByRole('link', { name: '기록' }).first().click()
  await page.getByRole('dialog').getByRole('link', { name: '모든 채팅·메모·제재 보기' }).click()
  await page.waitForURL('**/people/author-*')

  await page.goto(`${fixture.server.url}/archive?person=${encodeURIComponent(`${CHANNEL}~${TROLL}`)}&deleted=1`)
  await hydrated(page)
  await page.getByRole('link', { name: '모든 채팅·메모·제재 보기' }).click()
  await page.getByRole('heading', { name: '민트초코반대' }).waitFor()
  await page.getByText('플랫폼에서 채팅 금지 · 10분').waitFor()
  await page.getByLabel('이 사람의 메시지에서 찾기').fill('결말')
  await page.getByRole('search').getByRole('button', { name: '찾기' }).click()
  await page.waitForURL('**?q=*')
  const rows = page.locator('.person-message')
  await page.waitForFunction(() => document.querySelectorAll('.person-message').length === 1)
  assert.ok((await rows.first().textContent())!.includes(hostile))
  await rows.first().getByText('앞뒤 보기').click()
  await rows.first().getByText('바로 다음 말').waitFor()
  assert.equal(await rows.first().locator('.neighbour.this').count(), 1)
  assert.deepEqual(errors, [])
  await close()
})

test('a name in the chat opens the card beside it, by pointer and by keyboard, and what is written there is kept', async () => {
  const { page, errors, close } = await open(broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }))
  const name = page.locator('.chat-row .author-link', { hasText: '민트초코반대' }).last()
  await name.focus()
  await page.keyboard.press('Enter')
  const card = page.getByRole('dialog', { name: '민트초코반대' })
  await card.getByText('에 처음 봄').waitFor()
  await card.getByLabel('메모', { exact: true }).fill('카드에서 씀')
  await card.getByRole('button', { name: '메모 남기기' }).click()
  await card.locator('.person-actions').getByText('카드에서 씀').waitFor()
  const { violations } = await new AxeBuilder({ page }).include('.drawer').analyze()
  assert.deepEqual(
    violations.map(({ id }) => id),
    [],
  )
  await page.keyboard.press('Escape')
  await card.waitFor({ state: 'detached' })
  assert.equal(await page.evaluate(() => document.activeElement?.className), 'author-link', 'back where it was opened')
  await name.click()
  await card.waitFor()
  assert.match(page.url(), /\/broadcasts\//, 'the page is the same')
  assert.deepEqual(errors, [])
  await close()
})

test('whoever has changed their name is called by the newest, and the card and the page say the others', async () => {
  const called = (name: string, at: number) => {
    const said = analyzed({ id: `named-${at}`, at, broadcastId: BROADCAST, author: name, text: `${name}입니다` })
    return { ...said, message: { ...said.message, author: { ...said.message.author, id: 'author-two-names' } } }
  }
  const now = Date.now()
  await fixture.write({ messages: [called('옛이름토끼', now - 2000), called('새이름토끼', now - 1000)] })
  const { page, errors, close } = await open(broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }))
  await page.locator('.chat-row .author-link', { hasText: '새이름토끼' }).last().focus()
  await page.keyboard.press('Enter')
  const card = page.getByRole('dialog', { name: '새이름토끼' })
  await card.getByText('쓰던 이름: 옛이름토끼', { exact: true }).waitFor()
  await page.goto(fixture.server.url + personPath(CHANNEL, 'author-two-names'))
  await page.getByRole('heading', { name: '새이름토끼' }).waitFor()
  await page.getByText('쓰던 이름: 옛이름토끼', { exact: true }).waitFor()
  assert.deepEqual(errors, [])
  await close()
})

test('notes and sanctions are written down with who did it, and a person is exempted and judged again', async () => {
  const { page, errors, close } = await open(personPath(CHANNEL, TROLL))
  await page.getByLabel('메모', { exact: true }).fill(`스포 자주 함 ${hostile}`)
  await page.getByRole('button', { name: '메모 남기기' }).click()
  await page.locator('.person-actions').getByText(`스포 자주 함 ${hostile}`).waitFor()
  await page.getByText('실제 제재는 플랫폼에서 직접 하세요').waitFor()
  await page.getByRole('combobox', { name: '제재' }).selectOption('timeout')
  await page.getByLabel('분', { exact: true }).fill('30')
  await page.getByLabel('이유').fill('세 번째')
  await page.getByRole('button', { name: '제재 기록하기' }).click()
  await page.locator('.person-actions').getByText('채팅 금지(시간) · 30분').waitFor()
  await page.getByRole('button', { name: '예외로 두기' }).click()
  await page.getByText('지금 예외입니다').waitFor()
  assert.ok((await fixture.commands.rules(CHANNEL)).allowedAuthors.includes(TROLL))
  await page.getByRole('button', { name: '예외에서 빼기' }).click()
  await page.getByRole('button', { name: '예외로 두기' }).waitFor()
  const { actions } = await fixture.archive.actions({ channelId: CHANNEL, authorId: TROLL })
  assert.deepEqual(
    actions.slice(0, 4).map(({ kind, by, details }) => [kind, by, details.minutes ?? '']),
    [
      ['author-flagged', 'local', ''],
      ['author-allowed', 'local', ''],
      ['sanction', 'local', '30'],
      ['note', 'local', ''],
    ],
  )
  assert.deepEqual(errors, [])
  await close()
})

test('a sanction that cannot be, or about a message of somebody else, is refused and nothing is written', async () => {
  const before = fixture.archive.operatorActions.length
  const ask = (values: Readonly<Record<string, string>>) =>
    fetch(`${fixture.server.url}${personPath(CHANNEL, TROLL)}.data`, {
      method: 'POST',
      headers: { Origin: fixture.server.url },
      body: new URLSearchParams(values),
    })
  const wrong: readonly Readonly<Record<string, string>>[] = [
    { intent: 'sanction', sanction: 'timeout', minutes: '0' },
    { intent: 'sanction', sanction: 'exile' },
    { intent: 'note', text: '   ' },
    { intent: 'note', text: 'a', message: 'p-2' },
    { intent: 'no such thing' },
  ]
  for (const values of wrong) assert.equal((await ask(values)).status, 400, JSON.stringify(values))
  assert.equal(fixture.archive.operatorActions.length, before)
})

test('the ranking is narrowed by severity and days, marks who crossed the threshold, and sets it', async () => {
  await fixture.write({
    alerts: [
      {
        id: `${CHANNEL}/offender-threshold/${TROLL}/1`,
        channelId: CHANNEL,
        broadcastId: BROADCAST,
        kind: 'offender-threshold',
        state: 'firing',
        since: Date.now() - 60_000,
        at: Date.now() - 60_000,
        value: 3,
        lower: 3,
        upper: 3,
        threshold: 3,
        baseline: 0,
        peak: 3,
        messages: 3,
        words: [],
        samples: [],
        reason: '',
        subject: TROLL,
        subjectName: '민트초코반대',
        channelName: '',
        authors: 0,
        loudest: 0,
        revision: 1,
      },
    ],
  })
  const { page, errors, close } = await open(channelPath(CHANNEL, '/people'))
  await page.locator('.offenders tbody tr', { hasText: '민트초코반대' }).getByText('기준 넘음').waitFor()
  await page
    .getByRole('combobox', { name: '심한 정도' })
    .or(page.locator('header select[name=severity]'))
    .first()
    .selectOption('3')
  await page.getByRole('button', { name: '보기', exact: true }).click()
  await page.waitForURL('**severity=3*')
  const severe = await page.$$eval('.offenders tbody tr', (rows) =>
    rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
  )
  assert.ok(severe.length > 0 && severe.every((cells) => cells[3] === '0' && cells[4] === '0' && Number(cells[5]) > 0))

  await page.getByLabel('사람 알림 켜기').check()
  await page.getByLabel('걸린 메시지 (개)').fill('4')
  await page.getByLabel('시간 (분)').fill('15')
  await page.getByRole('button', { name: '저장', exact: true }).click()
  await page.getByText('저장했습니다').waitFor()
  const { offenceCount, offenceMinutes, surgeMessages } = await fixture.commands.settings(CHANNEL)
  assert.deepEqual([offenceCount, offenceMinutes, surgeMessages], [4, 15, 30])
  const [changed] = (await fixture.archive.actions({ kinds: ['settings-changed'] })).actions
  assert.deepEqual({ ...changed!.details }, { offenceCount: '0 → 4', offenceMinutes: '10 → 15' })
  assert.deepEqual(errors, [])
  await close()
})

test('chosen messages are taken along as a pack that is whole, and that is written down', async () => {
  const { page, errors, close } = await open(personPath(CHANNEL, TROLL))
  const choices = page.locator('.person-choice input')
  await choices.nth(0).check()
  await choices.nth(2).check()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '증거 묶음 받기' }).click()
  const path = await (await download).path()
  const verdict = verifyEvidence(readFileSync(path), null)
  assert.deepEqual(verdict.problems, [])
  assert.ok(verdict.entries > 2)
  const [made] = (await fixture.archive.actions({ kinds: ['evidence'] })).actions
  assert.deepEqual([made!.by, made!.authorId, made!.details.messages!.split(' ').length], ['local', TROLL, 2])
  assert.deepEqual(errors, [])
  await close()
})
