/**
 * Chat to screen: from the moment the source received a message to the moment the frame that shows its row is painted
 * in a real browser, on the same machine with the same clock.
 *
 *     node bench/latency.ts [--rate 200] [--seconds 20] [--json] [--save]
 *
 * At high rates a screen cannot show everything: the server sends what can be read and counts the rest. Measured is
 * what is shown; `shown_per_s`, `received_per_s` (over the wire, repeats folded into one row included) and `left_out`
 * say how much that is. `loop_delay_p99_ms` is the worst of the web thread's 99th percentiles, one a second.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { launchBrowser } from '../dashboard/testing/browser.ts'
import { percentiles } from './percentiles.ts'
import { report } from './report.ts'
import { startJavas } from './running-javas.ts'
import { watchChat } from './screen-watch.ts'

/** Just-in-time compilers, caches and the page's first load are over by then. */
const WARM_UP_MS = 8_000

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})
const seconds = Number(values.seconds)
// First: a browser that is missing leaves no server behind.
const browser = await launchBrowser()
const javas = await startJavas()
try {
  await javas.watch('demo', { rate: values.rate })
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const watch = await watchChat(page)
  await page.goto(await javas.broadcastUrl('demo:chat'))
  await page.waitForSelector('article[data-id]')
  await sleep(WARM_UP_MS)

  await watch.take()
  await javas.metrics()
  const began = performance.now()
  const loopDelays: number[] = []
  while (performance.now() - began < seconds * 1000) {
    await sleep(1_000)
    loopDelays.push((await javas.metrics()).javas_event_loop_delay_p99_ms ?? Number.NaN)
  }
  const { seen, received, leftOut } = await watch.take()
  const took = (performance.now() - began) / 1000
  if (seen.length === 0) throw new Error('no message reached the screen')

  const latency = percentiles(seen.map(({ receivedAt, shownAt }) => shownAt - receivedAt))
  report({
    name: `latency:${values.rate}`,
    figures: {
      rate: Number(values.rate),
      p50_ms: latency(50),
      p95_ms: latency(95),
      p99_ms: latency(99),
      max_ms: latency(100),
      shown: seen.length,
      shown_per_s: seen.length / took,
      received_per_s: received / took,
      left_out: leftOut,
      loop_delay_p99_ms: Math.max(...loopDelays),
      loop_delay_p99_median_ms: percentiles(loopDelays)(50),
      rss_mb: javas.residentBytes() / 1e6,
    },
  })
} finally {
  await browser.close()
  await javas.stop()
}
