/** One back end, measured in this process; started by bench/models.ts alone. */
import { setTimeout as sleep } from 'node:timers/promises'
import { batchCalls } from '#models/batching-scorer.ts'
import { ScoringThread } from '#models/scoring-thread.ts'
import { scorerOf } from '#models/sentiment-scorer.ts'
import { ShadowComparison } from '#models/shadow-comparison.ts'
import type { BackendName } from '#models/tensorflow-backend.ts'
import { chatRows } from '#models/testing/chat-rows.ts'
import { percentiles } from '../percentiles.ts'

export interface MeasureBackend {
  readonly backend: BackendName
  readonly seconds: number
  readonly directory?: string
}

export interface BackendFigures {
  readonly backend: string
  readonly model: string
  /** Median length of a line, UTF-16 units. */
  readonly median: number
  readonly coldStartMs: number
  readonly memoryMb: number
  readonly batches: readonly {
    readonly batch: number
    readonly perSecond: number
    /** Messages a second of processor time, all threads: what the same core gives when nobody shares it. */
    readonly perCpuSecond: number
    readonly p50: number
    readonly p99: number
  }[]
  /** Messages that come one by one: from the call to the answer, ms. */
  readonly alone: readonly {
    readonly rate: number
    readonly p50: number
    readonly p99: number
    readonly longestWaitMs: number
  }[]
  /** Messages a second at batch 256 while a candidate in the background is offered every batch, of the rate without one; and the share that it read. */
  readonly besideCandidate: { readonly share: number; readonly read: number }
}

const SIZES = [1, 32, 128, 256]
const RATES = [200, 2_000]
const rows = chatRows(20_000)

process.once('message', async (settings) => {
  process.send!(await measure(settings as MeasureBackend))
  process.exit(0)
})

async function measure({ backend, seconds, directory }: MeasureBackend): Promise<BackendFigures> {
  const before = process.memoryUsage().rss
  const began = performance.now()
  const thread = await ScoringThread.start({ directory, backend })
  const coldStartMs = performance.now() - began
  let next = 0
  const take = (count: number) => {
    if (next + count > rows.length) next = 0
    next += count
    return rows.slice(next - count, next)
  }
  const batches = []
  for (const batch of SIZES) {
    for (let i = 0; i < 10; i++) await thread.probabilities(take(batch))
    const latencies: number[] = []
    for (const end = performance.now() + (seconds * 1000) / 2; performance.now() < end; ) {
      const start = performance.now()
      await thread.probabilities(take(batch))
      latencies.push(performance.now() - start)
    }
    let scored = 0
    const cpu = process.cpuUsage()
    const start = performance.now()
    const end = start + seconds * 1000
    const inHand = async () => {
      while (performance.now() < end) {
        await thread.probabilities(take(batch))
        scored += batch
      }
    }
    await Promise.all([inHand(), inHand()])
    const perSecond = (scored / (performance.now() - start)) * 1000
    const { user, system } = process.cpuUsage(cpu)
    const at = percentiles(latencies)
    batches.push({ batch, perSecond, perCpuSecond: (scored / (user + system)) * 1e6, p50: at(50), p99: at(99) })
  }
  const alone = []
  for (const rate of RATES) alone.push(await measureAlone(thread, rate, seconds, take))
  const memoryMb = (process.memoryUsage().rss - before) / 1e6
  const besideCandidate = await measureBeside(
    thread,
    { backend, seconds, ...(directory !== undefined && { directory }) },
    take,
  )
  const lengths = rows.map((row) => row.length).sort((a, b) => a - b)
  return {
    backend,
    model: thread.model,
    median: lengths[lengths.length >> 1]!,
    coldStartMs,
    memoryMb,
    batches,
    alone,
    besideCandidate,
  }
}

async function measureBeside(
  thread: ScoringThread,
  { backend, seconds, directory }: MeasureBackend,
  take: (count: number) => string[],
) {
  const live = scorerOf(thread)
  const candidate = scorerOf(await ScoringThread.start({ directory, backend, inBackground: true }))
  const comparison = new ShadowComparison(candidate)
  const sampleOf = () => ({ text: '', channelId: '', broadcastId: '', at: 0 })
  const rate = async (offer: boolean) => {
    let scored = 0
    const start = performance.now()
    const inHand = async () => {
      while (performance.now() - start < seconds * 1000) {
        const texts = take(256)
        const scores = await live.score(texts)
        scored += texts.length
        if (offer) comparison.offer(texts, scores, sampleOf)
      }
    }
    await Promise.all([inHand(), inHand()])
    return scored / (performance.now() - start)
  }
  const without = await rate(false)
  const beside = await rate(true)
  const { compared, passedOver } = comparison.figures()
  await comparison.settled()
  await candidate.close()
  return { share: beside / without, read: compared / Math.max(1, compared + passedOver) }
}

async function measureAlone(thread: ScoringThread, rate: number, seconds: number, take: (count: number) => string[]) {
  const scorer = batchCalls(scorerOf(thread))
  const latencies: number[] = []
  const calls: Promise<unknown>[] = []
  const began = performance.now()
  for (let sent = 0; sent < rate * seconds; ) {
    // timers are coarser than the rate: what is due goes out, each as a call of its own
    for (const due = ((performance.now() - began) / 1000) * rate; sent < due; sent++) {
      const start = performance.now()
      calls.push(scorer.score(take(1)).then(() => latencies.push(performance.now() - start)))
    }
    await sleep(1)
  }
  await Promise.all(calls)
  const at = percentiles(latencies)
  return { rate, p50: at(50), p99: at(99), longestWaitMs: scorer.batching.longestWaitMs }
}
