/**
 * What an overlay costs the browser in OBS: `npm run bench:overlay -- [--rate 200] [--seconds 20] [--slower 4] [--json] [--save]`.
 *
 * A real Chromium with a processor SLOWER times as slow shows each kind of overlay of `javas start` with the demo at RATE
 * messages a second, transparent, 1920 x 1080. Frames are those of a screen with 60 a second.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { channelPath } from '../dashboard/app/channel-path.ts'
import { launchBrowser } from '../dashboard/testing/browser.ts'
import { hydrated } from '../dashboard/testing/hydrated.ts'
import { mainThreadMs, reportOf, watchFrames } from './dashboard/measure-page.ts'
import { report } from './report.ts'
import { startJavas } from './running-javas.ts'

const WARM_UP_MS = 6_000
const FRAMES_PER_S = 60
const kinds = ['chat', 'mood', 'cloud', 'alert'] as const

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    slower: { type: 'string', default: '4' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})
const seconds = Number(values.seconds)
const slower = Number(values.slower)

const browser = await launchBrowser()
const javas = await startJavas()
const figures: { [name: string]: number } = { rate: Number(values.rate), slower }
try {
  await javas.watch('demo', { rate: values.rate })
  await javas.broadcastUrl('demo:chat')
  const address = await overlayAddress(browser, javas.url)
  for (const kind of kinds)
    Object.assign(figures, await measure(browser, address.replace('show=chat', `show=${kind}`), kind))
} finally {
  await browser.close()
  await javas.stop()
}
report({ name: 'overlay', figures })

/** As a moderator makes it. */
async function overlayAddress(browser: Browser, url: string): Promise<string> {
  const page = await browser.newPage({ locale: 'ko' })
  await page.goto(url + channelPath('demo:chat', '/overlay'))
  await hydrated(page)
  await page.getByRole('button', { name: '주소 만들기' }).click()
  const address = await page.textContent('[data-testid=overlay-address]')
  await page.close()
  return address!
}

async function measure(browser: Browser, url: string, kind: string) {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower })
  await session.send('Emulation.setDefaultBackgroundColorOverride', { color: { r: 0, g: 0, b: 0, a: 0 } })
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await watchFrames(page)
  await page.goto(url)
  await sleep(WARM_UP_MS)
  await reportOf(page)
  const busyBefore = await mainThreadMs(session)
  await sleep(seconds * 1000)
  const { dropped, domNodes } = await reportOf(page)
  const busy = (await mainThreadMs(session)) - busyBefore
  await page.close()
  return {
    [`${kind}_frames_per_s`]: FRAMES_PER_S * (1 - dropped),
    [`${kind}_main_thread_ms_per_s`]: busy / seconds,
    [`${kind}_dom_nodes`]: domNodes,
  }
}
