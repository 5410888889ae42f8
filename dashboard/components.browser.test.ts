/** Every part that pages are made of, each with a story of its own. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { type Look, launchBrowser } from './testing/browser.ts'
import { type Fixture, startFixture } from './testing/fixture.ts'
import { openPage } from './testing/open-page.ts'
import { PARTS_PATH } from './testing/parts-page.ts'
import { openStoryDoor, type StoryDoor } from './testing/story-door.ts'

let fixture: Fixture
let browser: Browser
let door: StoryDoor

before(async () => {
  fixture = await startFixture()
  door = await openStoryDoor(fixture)
  browser = await launchBrowser()
})
after(async () => {
  await browser?.close()
  await door?.close()
  await fixture?.close()
})

async function openParts(look: Partial<Look>) {
  const opened = await openPage(browser, door.url + PARTS_PATH, look)
  await opened.page.waitForSelector('[data-opens=dialog]')
  return opened
}

const serious = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)

for (const look of [
  { language: 'ko', theme: 'dark', width: 1440 },
  { language: 'ko', theme: 'light', width: 360 },
  { language: 'en', theme: 'light', width: 2560 },
  { language: 'en', theme: 'dark', width: 768 },
] as const)
  test(`components are without findings of axe, and fit (${look.language}, ${look.theme}, ${look.width} px)`, async () => {
    const { page, errors, close } = await openParts(look)
    assert.deepEqual(await serious(page), [])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(overflow <= 0, `${overflow} px too wide`)
    await page.locator('[data-opens=dialog]').click()
    await page.locator('dialog[open]').waitFor()
    assert.deepEqual(await serious(page), [])
    assert.deepEqual(errors, [])
    await close()
  })

test('every part that docs/design.md names has a story, and every class that a story names is in it', async () => {
  const docs = readFileSync(join(import.meta.dirname, '..', 'docs', 'design.md'), 'utf8')
  const list = docs.split('## The parts that pages are made of')[1]!.split('\n## ')[0]!
  const named = list
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`([^`]+)`( > `([^`]+)`)?/g)])
    .flatMap(([, one, , inner]) => (inner?.startsWith('.') ? [`${one} > ${inner}`] : [one, inner]))
    .filter((name) => name !== undefined)
  assert.ok(named.length > 20, 'the list is where it was')
  const { page, close } = await openParts({})
  const told = await page.$$eval('[data-parts]', (places) =>
    places.flatMap((place) =>
      (place as HTMLElement).dataset
        .parts!.split('|')
        .filter((part) => part !== '')
        .map((part) => ({ part, isThere: !part.startsWith('.') || place.querySelector(part) !== null })),
    ),
  )
  assert.deepEqual(
    named.filter((name) => !told.some(({ part }) => part === name)),
    [],
    'no story',
  )
  assert.deepEqual(
    told.filter(({ isThere }) => !isThere),
    [],
    'named and not shown',
  )
  await close()
})

test('the page of components is in development alone', async () => {
  for (const path of [PARTS_PATH, `${PARTS_PATH}/page.js`])
    assert.equal((await fetch(fixture.server.url + path)).status, 404)
})
