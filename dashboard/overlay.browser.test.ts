import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { channelPath } from './app/channel-path.ts'
import { launchBrowser } from './testing/browser.ts'
import { analyzed, CHANNEL, spanOf } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { openPage } from './testing/open-page.ts'

let fixture: Fixture
let browser: Browser
let said = 0

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fillStory(fixture)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

const message = (text: string, bad?: string) => {
  said += 1
  return analyzed({
    id: `v-${said}`,
    at: Date.now(),
    broadcastId: BROADCAST,
    text,
    author: `<i>사람${said}`,
    mood: 'neutral',
    profanity: bad ? [spanOf(text, { piece: bad, severity: 2, category: 'vulgar' })] : [],
  })
}

test('a moderator makes an address, OBS shows each variant of it, and taking it back darkens it', async () => {
  const { page, close } = await openPage(browser, fixture.server.url + channelPath(CHANNEL, '/overlay'))
  await page.getByRole('button', { name: '주소 만들기' }).click()
  const address = (await page.textContent('[data-testid=overlay-address]'))!
  assert.match(address, /\/overlay\/[\w-]{20,}\?show=chat&size=22/)
  const show = (variant: string) => openPage(browser, address.replace('show=chat', `show=${variant}`))

  const chat = await show('chat')
  assert.equal(await chat.page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgba(0, 0, 0, 0)')
  await chat.page.waitForTimeout(500)
  await fixture.write({ messages: [message('<b>굵은</b> 개똥말 글', '개똥말')] })
  await chat.page.waitForSelector('.row .mask')
  assert.ok((await chat.page.textContent('.row'))?.includes('<b>굵은</b>'), 'text is text')
  assert.equal((await chat.page.content()).includes('개똥말'), false)
  for (let n = 0; n < 40; n += 1) await fixture.write({ messages: [message(`줄 ${n}`)] })
  await chat.page.waitForSelector('text=줄 39')
  assert.equal(await chat.page.locator('.row').count(), 12, 'no more rows than asked for')

  const mood = await show('mood')
  await mood.page.waitForSelector('text=/부정 \\d+ %/')
  const cloud = await show('cloud')
  await cloud.page.waitForSelector('.word[data-word=화면]')
  const alert = await show('alert')
  await alert.page.waitForSelector('.alert:has-text("부정 급증")')
  for (const variant of [chat, mood, cloud, alert]) assert.deepEqual(variant.errors, [])

  await page.getByRole('button', { name: '거두기' }).click()
  await page.waitForSelector('text=주소를 거두었습니다')
  for (const variant of [chat, cloud, alert]) {
    await variant.page.waitForFunction(() => document.getElementById('overlay')!.childElementCount === 0)
    await variant.close()
  }
  await mood.close()
  await close()
})
