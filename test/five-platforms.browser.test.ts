/**
 * The way of a stranger with each platform: paste its link, see the chat, see the end, find it in the archive. The same
 * program as in production, pointed by its settings at servers on loopback that speak each platform's wire.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { encodePacket } from '#sources/soop/soop-packet.ts'
import { productionEnvironment } from '#sources/source-environment.ts'
import { chzzkChat, FakeChzzk, fakeChannel } from '#sources/testing/fake-chzzk.ts'
import { FakeNaverShopping } from '#sources/testing/fake-naver-shopping.ts'
import { FakeSoop, soopChat } from '#sources/testing/fake-soop.ts'
import { FakeTwitch } from '#sources/testing/fake-twitch.ts'
import { FakeYoutube } from '#sources/testing/fake-youtube.ts'
import { launchBrowser, lookOf } from '../dashboard/testing/browser.ts'

interface Platform {
  readonly name: string
  readonly link: string
  readonly say: (text: string) => void
  /** Null where the wire does not tell: then somebody stops it. */
  readonly end: (() => void) | null
}

const { clock } = productionEnvironment
const closing: (() => unknown)[] = []
let platforms: readonly Platform[] = []
let browser: Browser
let home = ''

before(async () => {
  const [twitch, youtube, naver, chzzk, soop] = await Promise.all([
    FakeTwitch.listen(),
    FakeYoutube.listen(clock),
    FakeNaverShopping.listen(clock),
    FakeChzzk.listen(),
    FakeSoop.listen(),
  ])
  closing.push(...[twitch, youtube, naver, chzzk, soop].map((fake) => () => fake.close()))
  youtube.video('AbCdEfGhIjk')
  naver.show('1234567')
  platforms = [
    {
      name: 'Twitch',
      link: 'https://www.twitch.tv/somechannel?tt_medium=share',
      say: (text) =>
        twitch.say(
          `@id=t1;user-id=7;display-name=별;tmi-sent-ts=${Date.now()} :b!b@b.tmi.twitch.tv PRIVMSG #somechannel :${text}`,
        ),
      end: null,
    },
    {
      name: 'YouTube Live',
      link: 'https://youtu.be/AbCdEfGhIjk?si=share',
      say: (text) => void youtube.say(text),
      end: () => void youtube.video('AbCdEfGhIjk', { phase: 'over' }),
    },
    {
      name: 'Naver Shopping Live',
      link: 'https://view.shoppinglive.naver.com/lives/1234567?fm=share',
      say: (text) => naver.say(text),
      end: () => naver.show('1234567', { status: 'END' }),
    },
    {
      name: 'CHZZK',
      link: `https://chzzk.naver.com/live/${fakeChannel}`,
      say: (text) => chzzk.send({ cmd: 93_101, bdy: [chzzkChat(text, Date.now())] }),
      end: () => chzzk.change({ status: { status: 'CLOSE', chatChannelId: null } }),
    },
    {
      name: 'SOOP',
      link: 'https://play.sooplive.com/cheese/291000001',
      say: (text) => soop.send(soopChat(text)),
      end: () => {
        soop.change({ channel: { RESULT: 0 } })
        soop.send(encodePacket(88, ['1']))
      },
    },
  ]
  const endpoints = {
    twitch: twitch.url,
    youtube: youtube.url,
    'naver-shopping': naver.url,
    ...chzzk.endpoints,
    ...soop.endpoints,
  }
  home = await startJavas(endpoints)
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  for (const close of closing.reverse()) await close()
})

async function startJavas(endpoints: { readonly [name: string]: string }): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), 'javas-five-'))
  const named = Object.entries(endpoints).map(([name, url]) => [
    `JAVAS_ENDPOINT_${name.toUpperCase().replaceAll('-', '_')}`,
    url,
  ])
  const cli = join(import.meta.dirname, '..', 'app', 'cli.ts')
  const child = spawn(process.execPath, [cli, 'start', '--port', '0'], {
    env: { ...process.env, ...Object.fromEntries(named), JAVAS_DATA: data, JAVAS_LOG: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise((done) => child.once('exit', done))
  closing.push(() => rmSync(data, { recursive: true, force: true }))
  closing.push(() => {
    child.kill('SIGTERM')
    return gone
  })
  let printed = ''
  return new Promise((found, fail) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk
      const url = /open (http\S+)/.exec(printed)?.[1]
      if (url) found(new URL(url).origin)
    })
    void gone.then((code) => fail(new Error(`ended with ${code}: ${printed}`)))
  })
}

const names = ['Twitch', 'YouTube Live', 'Naver Shopping Live', 'CHZZK', 'SOOP']
for (const name of names)
  test(`${name}: paste, chat on screen, end, archive`, async () => {
    const platform = platforms.find((one) => one.name === name)!
    const context = await browser.newContext(lookOf({ language: 'en', theme: 'dark', width: 1440 }))
    try {
      const page = await context.newPage()
      page.setDefaultTimeout(90_000)
      await page.goto(home)
      await page.fill('#link', platform.link)
      await page.click('form.address button[type=submit]')
      await page.waitForURL(/\/broadcasts?\//)
      await page.waitForSelector('.connection')
      await page.waitForSelector('.on-air:not(.over)')
      const text = `hello from ${name} ${Date.now()}`
      // Only what is said once the source has joined is heard; the page says when that is.
      await page.waitForFunction(() => document.querySelector('.on-air')?.textContent?.match(/live/i))
      platform.say(text)
      await page.waitForSelector(`.chat-text:has-text("${text}")`)

      if (platform.end) platform.end()
      else {
        const other = await context.newPage()
        await other.goto(home)
        const stop = other.locator('li', { hasText: 'somechannel' }).locator('button[value=stop]')
        await stop.click()
        await stop.waitFor({ state: 'detached' })
        await other.close()
      }
      await page.waitForSelector('.on-air.over')
      await page.goto(`${home}/archive?q=${encodeURIComponent(text)}`)
      const found = await page.locator('main', { hasText: text }).count()
      assert.equal(found, 1)
    } finally {
      await context.close()
    }
  })
