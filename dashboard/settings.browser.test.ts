import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { broadcastPath } from './app/broadcast-id.ts'
import { launchBrowser } from './testing/browser.ts'
import { CHANNEL } from './testing/chat-script.ts'
import { BROADCAST, type Fixture, fillStory, startFixture } from './testing/fixture.ts'
import { openPage } from './testing/open-page.ts'

const place = broadcastPath({ channelId: CHANNEL, broadcastId: BROADCAST })
let fixture: Fixture
let browser: Browser

before(async () => {
  fixture = await startFixture({ streamsPerPerson: 100 })
  await fillStory(fixture)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await fixture?.close()
})

const wordsIn = (page: Page) => page.locator('textarea[name=blockedWords]')

async function openSettings(page: Page) {
  await page.getByRole('button', { name: '채널 설정 · OBS 오버레이' }).click()
  await page.locator('dialog form:not([inert])').waitFor()
}

async function addWord(page: Page, word: string) {
  const words = await wordsIn(page).inputValue()
  await wordsIn(page).fill(words === '' ? word : `${words}\n${word}`)
  await page.getByRole('dialog').getByRole('button', { name: '저장' }).click()
  await page.getByText('저장했습니다').waitFor()
  await page.keyboard.press('Escape')
  await wordsIn(page).waitFor({ state: 'detached' })
}

test('settings opened again are what holds now: what was saved here before, and by somebody else meanwhile', async () => {
  const mine = await openPage(browser, fixture.server.url + place)
  await openSettings(mine.page)
  await addWord(mine.page, '하나')
  await openSettings(mine.page)
  await addWord(mine.page, '둘')

  const theirs = await openPage(browser, fixture.server.url + place)
  await openSettings(theirs.page)
  await addWord(theirs.page, '셋')

  await openSettings(mine.page)
  await addWord(mine.page, '넷')
  assert.deepEqual((await fixture.commands.settings(CHANNEL)).blockedWords, ['하나', '둘', '셋', '넷'])
  assert.deepEqual([...mine.errors, ...theirs.errors], [])
  await mine.close()
  await theirs.close()
})
