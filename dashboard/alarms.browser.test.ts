import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { notifyTexts } from '#sinks/notify/notify-texts.ts'
import { FakeHttpReceiver } from '#sinks/testing/fake-http-receiver.ts'
import { FakeMailServer } from '#sinks/testing/fake-mail-server.ts'
import { broadcastPath } from './app/broadcast-id.ts'
import { launchBrowser, lookOf } from './testing/browser.ts'
import { CHANNEL, CHANNEL_NAME } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { hydrated } from './testing/hydrated.ts'

let fixture: Fixture
let browser: Browser
let slack: FakeHttpReceiver
let mail: FakeMailServer
before(async () => {
  slack = await FakeHttpReceiver.listen()
  mail = await FakeMailServer.listen()
  fixture = await startFixture({
    limits: { contacts: 3 },
    notify: {
      JAVAS_SLACK_WEBHOOK: `${slack.url}/services/x`,
      JAVAS_SMTP_URL: `smtp://localhost:${mail.port}`,
      JAVAS_SMTP_SECURITY: 'none',
      JAVAS_MAIL_FROM: 'javas@example.com',
      JAVAS_CONTACT_TO: 'owner@example.com',
    },
  })
  await fillStory(fixture)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
  await slack?.close()
  await mail?.close()
})

async function open(path: string, look: Partial<Parameters<typeof lookOf>[0]> = {}) {
  const context = await browser.newContext(lookOf({ language: 'ko', theme: 'dark', width: 1440, ...look }))
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(`${fixture.server.url}${path}`)
  await hydrated(page)
  return { page, errors, close: () => context.close() }
}
const shots = process.env.JAVAS_SHOTS

test('the pages of alarms and the contact form read well in both languages and themes, axe without serious findings', async () => {
  const moment = `/moments/${encodeURIComponent(`${CHANNEL}~${BROADCAST}`)}?from=${Date.now() - 180_000}&to=${Date.now()}`
  for (const [path, ko, en] of [
    ['/alarms', '알림', 'Alarms'],
    ['/alarms/runbook', '알림이 울리면', 'When an alarm rings'],
    [moment, '그 순간의 채팅', 'The chat at that moment'],
    ['/contact', '문의', 'Contact'],
  ] as const)
    for (const look of [
      { language: 'ko', theme: 'dark', width: 1440 },
      { language: 'en', theme: 'light', width: 390 },
    ] as const) {
      const { page, errors, close } = await open(path, look)
      await page.getByRole('heading', { level: 1, name: look.language === 'ko' ? ko : en }).waitFor()
      const { violations } = await new AxeBuilder({ page }).analyze()
      assert.deepEqual(
        violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
        [],
        `${path} ${look.language}`,
      )
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      assert.ok(overflow <= 0, `${path} is ${overflow} px too wide`)
      if (shots)
        await page.screenshot({
          path: `${shots}/${path.split('/')[1]}${path.includes('runbook') ? '-runbook' : ''}-${look.language}.png`,
        })
      assert.deepEqual(errors, [])
      await close()
    }
})

test('whatever people are told of has a runbook where the link of its message leads', async () => {
  const { page, close } = await open('/alarms/runbook')
  for (const [kind, name] of Object.entries(notifyTexts.ko.kinds)) {
    const section = page.locator(`#${kind}`)
    assert.equal(await section.getByRole('heading', { level: 2 }).innerText(), name, kind)
    assert.ok((await section.getByRole('listitem').count()) > 0, kind)
  }
  await close()
})

test('what fires is told to Slack, stands in the history as arrived, and leads to its minute and its runbook', async () => {
  const { page, close } = await open('/alarms')
  const row = page.locator('[data-alert]').filter({ hasText: '부정 급증' }).first()
  await row.getByRole('link', { name: '대응 방법' }).waitFor()
  await page
    .locator('[data-told]')
    .filter({ hasText: '부정 급증' })
    .getByText('슬랙: 도착')
    .first()
    .waitFor({ timeout: 30_000 })
  await row.getByRole('link', { name: '그 순간 보기' }).click()
  await page.getByRole('heading', { name: '그 순간의 채팅' }).waitFor()
  assert.ok((await page.locator('article').count()) > 3)
  await close()
})

test('a moderator takes an alarm in hand, and everybody sees who', async () => {
  const { page, close } = await open('/alarms')
  const row = page.locator('[data-alert]').filter({ hasText: '부정 급증' }).first()
  await row.getByRole('button', { name: '내가 맡음' }).click()
  await row.getByText(/님이 맡음/).waitFor()
  await close()
})

test('a silence has an author, an end and a reason; it holds on the broadcast page in another browser, and can be taken back', async () => {
  const { page, close } = await open('/alarms')
  const form = page.getByRole('form', { name: '조용히 두기' })
  await form.getByLabel('채널').fill(CHANNEL)
  await form.getByLabel('종류').selectOption('negative-surge')
  await form.getByLabel('이유').fill('점검 <b>중</b>')
  await form.getByRole('button').click()
  const row = page.locator('li').filter({ hasText: '점검 <b>중</b>' })
  await row.getByText(/까지/).waitFor()
  assert.equal(await row.locator('bdi').first().textContent(), CHANNEL_NAME, 'the channel by its name')
  const other = await open(broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }))
  await other.page
    .getByText(/조용히 \d\d:\d\d 남음/)
    .first()
    .waitFor()
  await other.close()
  await row.getByRole('button', { name: '다시 켜기' }).click()
  await row.waitFor({ state: 'detached' })
  await close()
})

test('the test button says what the other side answered and how long it took, or why it did not', async () => {
  const { page, close } = await open('/alarms')
  const row = page
    .locator('li')
    .filter({ hasText: '슬랙' })
    .filter({ has: page.getByRole('button') })
  await row.getByRole('button', { name: '시험 보내기' }).click()
  await row.getByText(/보냈습니다\. [\d,]+ms 만에 "200 ok" 답이 왔습니다/).waitFor()
  slack.next = [{ status: 404, body: 'no_service' }]
  await row.getByRole('button', { name: '시험 보내기' }).click()
  await row.getByText('보내지 못했습니다: NOTIFY_REFUSED 404 no_service').waitFor()
  // What was given up stands in the history with its reason, and goes again under its key.
  const told = page.locator('[data-told^="test/"]').filter({ hasText: '포기 · NOTIFY_REFUSED 404 no_service' })
  await told.getByRole('button', { name: '다시 보내기' }).click()
  await page
    .locator(`[data-told="${await told.getAttribute('data-told')}"]`)
    .getByText('슬랙: 도착')
    .waitFor()
  await close()
})

test('the rules show what they are set to and how they stand; a past broadcast says when it would have rung', async () => {
  const { page, errors, close } = await open('/alarms')
  const rules = page.locator(`[data-channel="${CHANNEL}"]`)
  await rules.getByRole('row').filter({ hasText: '부정 급증' }).getByText('울리는 중').waitFor()
  await rules.getByText('바쁘던 채팅이 60초 조용함').waitFor()
  const form = page.getByRole('form', { name: '지난 방송에 적용해 보기' })
  await form.locator('select[name=broadcast]').selectOption(`${CHANNEL}~${BROADCAST}`)
  await form.getByLabel('지켜볼 말').fill('렉, 화면')
  await form.getByLabel('말이 나온 채팅 수').fill('3')
  await form.getByRole('button').click()
  const ring = page.locator('[data-would-ring="keyword-watch"]').first()
  await ring.waitFor({ timeout: 20_000 })
  if (shots) await page.screenshot({ path: `${shots}/alarms-dry-run-ko.png`, fullPage: true })
  await ring.getByRole('link', { name: '그 순간 보기' }).click()
  await page.locator('article').first().waitFor()
  assert.deepEqual(errors, [])
  await close()
})

test("a channel's thresholds of its alarms are set on its page, kept, and written down", async () => {
  const { page, errors, close } = await open(broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST }))
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: '채널 설정 · OBS 오버레이' }).click()
  await dialog.getByLabel('지켜볼 말').fill('환불\n먹튀')
  await dialog.getByLabel('채팅 수').fill('3')
  await dialog.getByLabel('욕설 급증').fill('8')
  await dialog.getByLabel('채팅 멈춤').fill('90')
  if (shots) await page.screenshot({ path: `${shots}/settings-ko.png` })
  await dialog.getByRole('button', { name: '저장' }).click()
  await dialog.getByText('저장했습니다').waitFor()
  const did = fixture.archive.operatorActions.filter(({ kind }) => kind === 'settings-changed').at(-1)
  assert.deepEqual(did?.details, {
    profanityShare: '0.15 → 0.08',
    quietSeconds: '60 → 90',
    watchWords: '+환불 +먹튀',
    watchCount: '5 → 3',
  })
  assert.deepEqual(errors, [])
  await close()
})

test('the contact form writes to its one recipient; what machines fill in goes nowhere; more than three an hour are refused', async () => {
  const { page, close } = await open('/contact')
  await page.getByLabel('이름').fill('서연')
  await page.getByLabel('답을 받을 이메일').fill('seoyeon@example.org')
  await page.getByLabel('내용').fill('안녕하세요\n문의드립니다')
  await page.getByRole('button', { name: '보내기' }).click()
  await page.getByText('보냈습니다. 답은 이메일로 갑니다.').waitFor()
  await close()
  assert.equal(mail.mails.length, 1)
  assert.deepEqual(mail.mails[0]!.to, ['owner@example.com'])
  assert.match(mail.mails[0]!.raw, /^Reply-To: .*<?seoyeon@example\.org>?/m)
  const post = (fields: Readonly<Record<string, string>>) =>
    fetch(`${fixture.server.url}/contact`, {
      method: 'POST',
      headers: { origin: fixture.server.url },
      body: new URLSearchParams({ name: 'a', email: 'a@b.example', text: 't', ...fields }),
    })
  assert.equal((await post({ website: 'http://spam.example' })).status, 200)
  assert.equal((await post({ name: 'a\r\nBcc: c@d.example', to: 'other@example.com' })).status, 400)
  assert.equal((await post({})).status, 429)
  assert.equal(mail.mails.length, 1)
})
