/**
 * What the dashboard costs: the browser that shows a broadcast, and the server that serves viewers.
 *
 *     node bench/dashboard.ts [--rate 200] [--minutes 10] [--viewers 500] [--json] [--save]
 *
 * A real Chromium watches `javas start` with the demo at RATE messages a second while somebody clicks, points, scrolls
 * and presses keys every two seconds. `heap_slope_mb_per_h` is the line through the heap after garbage collection, the
 * first quarter left out. Then VIEWERS event streams are read off one process; `*_per_viewer` is what each adds to it.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { launchBrowser } from '../dashboard/testing/browser.ts'
import { heapOf, mainThreadMs, reportOf, watchFrames } from './dashboard/measure-page.ts'
import { percentiles } from './percentiles.ts'
import { report } from './report.ts'
import { startJavas } from './running-javas.ts'
import { watchChat } from './screen-watch.ts'

const WARM_UP_MS = 8_000
const ACT_MS = 2_000
const PHASE_MS = 20_000
/** Of the kernel's clock, as /proc tells it. */
const TICKS_PER_S = 100

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '10' },
    viewers: { type: 'string', default: '500' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})
const rate = Number(values.rate)
const viewers = Number(values.viewers)

const inBrowser = await measureBrowser()
const onServer = viewers > 0 ? await measureViewers() : {}
report({ name: `dashboard:${rate}`, figures: { rate, minutes: Number(values.minutes), ...inBrowser, ...onServer } })

async function measureBrowser() {
  // First: a browser that is missing leaves no server behind.
  const browser = await launchBrowser()
  const javas = await startJavas()
  try {
    await javas.watch('demo', { rate: values.rate })
    const url = await javas.broadcastUrl('demo:chat')
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const scripts = new Set<string>()
    page.on('response', (response) => /\/assets\/.*\.js$/.test(response.url()) && scripts.add(response.url()))
    const watch = await watchChat(page)
    await watchFrames(page)
    await page.goto(url)
    await page.waitForSelector('article[data-id]')
    await sleep(WARM_UP_MS)
    const first = await reportOf(page)
    let bytes = 0
    for (const script of scripts) bytes += gzipSync(Buffer.from(await (await fetch(script)).arrayBuffer())).length

    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const heaps: { readonly at: number; readonly bytes: number }[] = []
    const began = Date.now()
    const end = began + Number(values.minutes) * 60_000
    let most = 0
    let frames = 0
    let missed = 0
    for (let step = 0; Date.now() < end; step += 1) {
      await act(page, step)
      await sleep(ACT_MS)
      // A collection stops the page: its frames are not the page's doing.
      if (step % 15 === 0) {
        const { frames: seen, dropped, domNodes } = await reportOf(page)
        frames += seen
        missed += seen * dropped
        most = Math.max(most, domNodes)
        // What this bench itself has written down in the page is none of its heap.
        await watch.take()
        heaps.push({ at: Date.now(), bytes: await heapOf(session) })
        await reportOf(page)
      }
    }
    const last = await reportOf(page)
    // Chat that somebody holds still comes to the screen when they let it go: latency is of a page that nobody touches.
    await page.mouse.move(700, 160)
    await page.keyboard.press('End')
    await sleep(ACT_MS)
    await watch.take()
    await reportOf(page)
    const busyBefore = await mainThreadMs(session)
    await sleep(PHASE_MS)
    const busy = (await mainThreadMs(session)) - busyBefore
    const untouched = await reportOf(page)
    const { seen } = await watch.take()
    const latency = percentiles(seen.map(({ receivedAt, shownAt }) => shownAt - receivedAt))
    return {
      first_load_js_kb: bytes / 1000,
      lcp_ms: first.lcp ?? Number.NaN,
      cls: first.cls,
      inp_ms: last.inp ?? 0,
      interactions: last.interactions,
      dropped_frames_percent: ((missed + last.frames * last.dropped) / (frames + last.frames)) * 100,
      dropped_frames_untouched_percent: untouched.dropped * 100,
      main_thread_ms_per_s: (busy / PHASE_MS) * 1000,
      heap_mb: (heaps.at(-1)?.bytes ?? Number.NaN) / 1e6,
      heap_slope_mb_per_h: slopeOf(heaps.slice(Math.floor(heaps.length / 4))) * 3.6,
      dom_nodes_most: Math.max(most, last.domNodes),
      chat_to_screen_p50_ms: latency(50),
      chat_to_screen_p95_ms: latency(95),
    }
  } finally {
    await browser.close()
    await javas.stop()
  }
}

/** What somebody does who keeps the page open: in turn, so that every run does the same. */
async function act(page: Page, step: number): Promise<void> {
  const tabs = page.locator('.tabs [role=tab]')
  const actions: readonly (() => Promise<unknown>)[] = [
    () => tabs.nth(1).click(),
    () => tabs.nth(0).click(),
    () => page.locator('#chat-log').hover({ position: { x: 200, y: 200 } }),
    () => page.mouse.wheel(0, -600),
    () => page.keyboard.press('End'),
    () => page.getByRole('button', { name: /목록|List/ }).click(),
    () => page.getByRole('button', { name: /구름|Cloud/ }).click(),
    () => page.mouse.move(700, 160),
    () => page.keyboard.press('End'),
  ]
  await actions[step % actions.length]!()
}

/** Bytes a ms, by least squares. */
function slopeOf(points: readonly { readonly at: number; readonly bytes: number }[]): number {
  const count = points.length
  if (count < 2) return Number.NaN
  const meanAt = points.reduce((sum, { at }) => sum + at, 0) / count
  const meanBytes = points.reduce((sum, { bytes }) => sum + bytes, 0) / count
  const above = points.reduce((sum, { at, bytes }) => sum + (at - meanAt) * (bytes - meanBytes), 0)
  return above / points.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0)
}

async function measureViewers() {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'dashboard', 'serve.ts'), values.rate], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((done) =>
    server.stdout.once('data', (chunk: Buffer) => done(chunk.toString().trim())),
  )
  const pid = server.pid!
  const phase = async () => {
    const before = cpuMs(pid)
    const began = Date.now()
    await sleep(PHASE_MS)
    return { cpu: ((cpuMs(pid) - before) / (Date.now() - began)) * 100, bytes: residentBytes(pid) }
  }
  try {
    await sleep(WARM_UP_MS)
    const alone = await phase()
    const delays: number[] = []
    const streams = Array.from({ length: viewers }, (_, at) => read(`${url}/events`, at < 20 ? delays : null))
    await Promise.all(streams.map(({ opened }) => opened))
    await sleep(WARM_UP_MS)
    delays.length = 0
    const full = await phase()
    for (const { close } of streams) close()
    const delay = percentiles(delays)
    return {
      viewers,
      viewers_cpu_percent: full.cpu,
      cpu_percent_per_viewer: (full.cpu - alone.cpu) / viewers,
      memory_kb_per_viewer: (full.bytes - alone.bytes) / 1000 / viewers,
      viewers_delay_p95_ms: delay(95),
    }
  } finally {
    server.kill('SIGTERM')
  }
}

/** Reads an event stream as fast as it comes; of some the delay of every message is kept. */
function read(url: string, delays: number[] | null) {
  let close = () => {}
  const opened = new Promise<void>((done, fail) => {
    const request = get(url, { agent: false }, (response) => {
      if (response.statusCode !== 200) return fail(new Error(`${url}: ${response.statusCode}`))
      let text = ''
      response.on('error', () => {})
      if (!delays) response.resume()
      else {
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          for (let cut = text.indexOf('\n\n'); cut >= 0; cut = text.indexOf('\n\n')) {
            const data = /^data: (\{"now".*)$/m.exec(text.slice(0, cut))?.[1]
            text = text.slice(cut + 2)
            if (!data) continue
            const now = Date.now()
            for (const { receivedAt } of (JSON.parse(data) as { messages: { receivedAt: number }[] }).messages)
              delays.push(now - receivedAt)
          }
        })
      }
      return done()
    })
    request.on('error', () => {})
    close = () => request.destroy()
  })
  return { opened, close: () => close() }
}

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_S
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}
