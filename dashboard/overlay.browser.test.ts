import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { channelPath } from './app/channel-path.ts'
import { launchBrowser } from './testing/browser.ts'
import { analyzed, CHANNEL, spanOf } from './testing/chat-script.ts'
import { BROADCAST, defaultSettings, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
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
  for (const variant of [chat, mood, cloud, alert]) {
    await variant.page.waitForFunction(() => document.getElementById('overlay')!.childElementCount === 0)
    await variant.close()
  }
  await close()
})

test('an overlay looks as its address says: size, lines, side, colours, outline, language, how long a line stays', async () => {
  const { token } = await fixture.accounts.addOverlay(CHANNEL, 'OBS', 'owner')
  const address = `${fixture.server.url}/overlay/${token}`
  const open = async (search: string) => {
    const page = await (await browser.newContext({ viewport: { width: 800, height: 600 } })).newPage()
    await page.clock.install()
    const reads = page.waitForResponse((response) => response.url().endsWith('/events'))
    await page.goto(`${address}?${search}`)
    await reads
    return page
  }
  const lookAt = (page: Page) =>
    page.evaluate(() => {
      const body = getComputedStyle(document.body)
      const root = document.getElementById('overlay')!
      const row = document.querySelector('.row')
      return {
        ground: body.backgroundColor,
        ink: body.color,
        outline: body.textShadow !== 'none',
        size: body.fontSize,
        side: root.className,
        lang: document.documentElement.lang,
        rows: document.querySelectorAll('.row').length,
        toRight: row ? innerWidth - row.getBoundingClientRect().right < 100 : null,
      }
    })
  const own = await open('show=chat&size=40&max=3&fade=5&align=right&ink=00ff00&back=00000080&shadow=0&lang=en')
  const plain = await open('show=chat&size=9999&ink=red&back=url(x)&align=top&max=x')
  for (let n = 0; n < 6; n += 1) await fixture.write({ messages: [message(`모양 ${n}`)] })
  await own.waitForSelector('text=모양 5')
  await plain.waitForSelector('text=모양 5')
  assert.deepEqual(await lookAt(own), {
    ground: 'rgba(0, 0, 0, 0.5)',
    ink: 'rgb(0, 255, 0)',
    outline: false,
    size: '40px',
    side: 'right',
    lang: 'en',
    rows: 3,
    toRight: true,
  })
  const usual = await lookAt(plain)
  assert.deepEqual(
    [usual.ground, usual.ink, usual.outline, usual.size, usual.side, usual.lang],
    ['rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)', true, '22px', 'left', 'ko'],
    'what is not understood is as usual',
  )
  await own.clock.fastForward(6_000)
  await own.waitForFunction(() => document.querySelectorAll('.row').length === 0)
  assert.ok((await lookAt(plain)).rows >= 6, 'without a time lines stay')
  for (const page of [own, plain]) await page.context().close()
})

test('what a channel lets through unmasked stays off the air, unless the address says otherwise', async () => {
  await fixture.write({ settings: [{ ...defaultSettings(CHANNEL), maskSeverity: 3, updatedAt: Date.now() }] })
  const { token } = await fixture.accounts.addOverlay(CHANNEL, 'OBS', 'owner')
  const open = async (search: string) => {
    const page = await (await browser.newContext()).newPage()
    const reads = page.waitForResponse((response) => response.url().endsWith('/events'))
    await page.goto(`${fixture.server.url}/overlay/${token}?show=chat${search}`)
    await reads
    return page
  }
  const [strict, loose] = [await open(''), await open('&strict=0')]
  await fixture.write({ messages: [message('젠장 또 졌네', '젠장'), message('괜찮아요')] })
  for (const page of [strict, loose]) await page.waitForSelector('text=괜찮아요')
  assert.equal(await loose.locator('text=젠장 또 졌네').count(), 1)
  assert.equal(await strict.locator('text=또 졌네').count(), 0)
  for (const page of [strict, loose]) await page.context().close()
})
