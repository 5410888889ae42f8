/**
 * What a browser that stops reading costs: the server's memory, and the delay of another reader, with and without it.
 *
 *     node bench/stalled-reader.ts [--rate 500] [--seconds 15] [--json] [--save]
 *
 * The stalled reader opens the event stream and never takes a byte off its socket. `stalled_cost_mb` is the growth of
 * the server's resident memory while it hangs there, less the growth of the same time without it.
 */
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { percentiles } from './percentiles.ts'
import { report } from './report.ts'
import { startJavas } from './running-javas.ts'

const WARM_UP_MS = 20_000

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '12' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
})
const phaseMs = Number(values.seconds) * 1000
const javas = await startJavas()
try {
  await javas.watch('demo', { rate: values.rate })
  const events = `${await javas.broadcastUrl('demo:chat')}/events`
  let delays: number[] = []
  const reader = await open(events)
  reading(reader, (delay) => delays.push(delay))
  await sleep(WARM_UP_MS)

  const phase = async () => {
    delays = []
    const before = javas.residentBytes()
    await sleep(phaseMs)
    return { delay: percentiles(delays), grownMb: (javas.residentBytes() - before) / 1e6 }
  }
  const alone = await phase()
  const stalled = await open(events)
  stalled.pause()
  const beside = await phase()
  const loopDelay = (await javas.metrics()).javas_event_loop_delay_p99_ms ?? Number.NaN
  stalled.destroy()
  reader.destroy()
  report({
    name: 'stalled-reader',
    figures: {
      rate: Number(values.rate),
      alone_p95_ms: alone.delay(95),
      beside_stalled_p95_ms: beside.delay(95),
      alone_growth_mb: alone.grownMb,
      beside_growth_mb: beside.grownMb,
      stalled_cost_mb: beside.grownMb - alone.grownMb,
      loop_delay_p99_ms: loopDelay,
    },
  })
} finally {
  await javas.stop()
}

function open(url: string): Promise<IncomingMessage> {
  return new Promise((done, fail) => get(url, done).once('error', fail))
}

/** Calls `onDelay` with ms from a message's receipt by the source to its arrival here. */
function reading(response: IncomingMessage, onDelay: (ms: number) => void): void {
  let text = ''
  response.setEncoding('utf8')
  response.on('error', () => {})
  response.on('data', (chunk: string) => {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (\{"now".*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (!data) continue
      const now = Date.now()
      for (const { receivedAt } of (JSON.parse(data) as { messages: { receivedAt: number }[] }).messages)
        onDelay(now - receivedAt)
    }
  })
}
