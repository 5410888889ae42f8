/** What the stream threads' models are doing, told to the main thread of the same process. */
import { BroadcastChannel } from 'node:worker_threads'
import type { Models, ModelsStatus } from '../models/open-models.ts'

export interface ModelReport {
  readonly thread: number
  readonly model: string
  readonly backend: string
  /** Why there is none now, or ''. */
  readonly problem: string
  readonly models: ModelsStatus
}

const CHANNEL = 'javas-model-reports'
const TELL_EVERY_MS = 1_000

/** Tells how the thread's model is, every second; the returned function ends it. */
export function tellModel(thread: number, scorer: Models): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.unref()
  const tell = () => {
    const { model, backend, problem } = scorer
    channel.postMessage({ thread, model, backend, problem, models: scorer.status() } satisfies ModelReport)
  }
  tell()
  const timer = setInterval(tell, TELL_EVERY_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    channel.close()
  }
}

/** The last report of each thread. */
export function followModels(): { readonly reports: ReadonlyMap<number, ModelReport>; close(): void } {
  const reports = new Map<number, ModelReport>()
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = (event: unknown) => {
    const report = (event as { data: ModelReport }).data
    reports.set(report.thread, report)
  }
  channel.unref()
  return { reports, close: () => channel.close() }
}
