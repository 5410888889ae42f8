/**
 * How long a person waits after a second start: from the start of the process to the first chart painted in a browser
 * that is open already. The first start leaves a broadcast of some seconds and the compiled code behind.
 *
 *     node bench/start.ts [--json] [--save]
 *
 * `through_npm_ms` is the whole of `npm start`, from the key press to its last line, without the browser.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { launchBrowser } from '../dashboard/testing/browser.ts'
import { report } from './report.ts'
import { startJavas } from './running-javas.ts'

const FIRST_RUN_MS = 15_000
const BARS = '.timeline svg rect'

const first = await startJavas()
await first.watch('demo', { rate: '50' })
await sleep(FIRST_RUN_MS)
const page = new URL(await first.broadcastUrl('demo:chat')).pathname
await first.stop({ keepData: true })
const { dataDirectory } = first

const throughNpm = await npmStart(dataDirectory)
const browser = await launchBrowser()
try {
  const tab = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const began = performance.now()
  const second = await startJavas(dataDirectory)
  try {
    await tab.goto(second.url + page, { waitUntil: 'commit' })
    await tab.waitForSelector(BARS, { state: 'attached', timeout: 20_000 })
    // The frame after the one that has it.
    await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
    const chartMs = performance.now() - began
    await tab.waitForSelector('article[data-id]', { timeout: 20_000 })
    report({
      name: 'start',
      figures: { start_to_chart_ms: chartMs, start_to_ready_ms: second.startMs, through_npm_ms: throughNpm },
    })
  } finally {
    await second.stop()
  }
} finally {
  await browser.close()
}

/** `npm start` until it says that it is ready, ms; then it is stopped. */
async function npmStart(data: string): Promise<number> {
  const began = performance.now()
  const npm = spawn('npm', ['start', '--', '--port', '0'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, JAVAS_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const took = await new Promise<number>((done, fail) => {
    let text = ''
    npm.stdout.on('data', (chunk: Buffer) => {
      text += chunk
      if (text.includes('JAVAS is ready')) done(performance.now() - began)
    })
    npm.once('exit', (code) => fail(new Error(`npm start ended with exit code ${code}: ${text}`)))
  })
  const gone = new Promise((done) => npm.once('exit', done))
  // The whole group: npm hands a signal on only sometimes.
  process.kill(-npm.pid!, 'SIGTERM')
  await gone
  await sleep(500)
  return took
}
