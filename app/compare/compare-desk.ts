import type { BroadcastRef } from '../../dashboard/app/broadcast-id.ts'
import type { Comparison, ReplaySpeed, ReplayState, ReplaysSource } from '../../dashboard/replays.ts'
import { codeOf, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { compareCsv } from './compare-csv.ts'

export type CompareOne = (
  asked: BroadcastRef & { readonly speed: ReplaySpeed },
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: Done) => void },
) => Promise<Comparison>

interface Done {
  readonly done: number
  readonly total: number
}

interface Job {
  readonly stop: AbortController
  readonly speed: ReplaySpeed
  progress: Done
}

/** Of the latest. */
const MOST_KEPT = 20

const keyOf = ({ channelId, broadcastId }: BroadcastRef) => `${channelId}\0${broadcastId}`

/** Replays one broadcast at a time, and keeps what the latest of them showed in memory. */
export class CompareDesk implements ReplaysSource {
  readonly #compare: CompareOne
  readonly #log: Log
  readonly #jobs = new Map<string, Job>()
  readonly #kept = new Map<string, NonNullable<ReplayState['kept']>>()
  readonly #failures = new Map<string, string>()
  #last: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: { readonly compare: CompareOne; readonly log: Log }) {
    this.#compare = options.compare
    this.#log = options.log
  }

  state(ref: BroadcastRef): ReplayState {
    const key = keyOf(ref)
    const job = this.#jobs.get(key)
    return {
      kept: this.#kept.get(key) ?? null,
      running: job ? { ...job.progress, speed: job.speed } : null,
      failure: this.#failures.get(key) ?? '',
    }
  }

  start(ref: BroadcastRef, speed: ReplaySpeed): void {
    const key = keyOf(ref)
    if (this.#jobs.has(key) || this.#isClosed) return
    const job: Job = { stop: new AbortController(), speed, progress: { done: 0, total: 0 } }
    this.#jobs.set(key, job)
    this.#failures.delete(key)
    this.#last = this.#last.then(() => this.#run(key, ref, job))
  }

  async #run(key: string, { channelId, broadcastId }: BroadcastRef, job: Job): Promise<void> {
    const { signal } = job.stop
    const name = `${channelId} ${broadcastId}`
    try {
      signal.throwIfAborted()
      const onProgress = (progress: Done) => {
        job.progress = progress
      }
      const comparison = await this.#compare({ channelId, broadcastId, speed: job.speed }, { signal, onProgress })
      signal.throwIfAborted()
      keepLatest(this.#kept, key, { madeAt: Date.now(), comparison })
      this.#log.info(`${name} was replayed: ${comparison.same} of ${comparison.messages} are judged the same`)
    } catch (cause) {
      if (signal.aborted) return
      this.#log.warn(`${name} could not be replayed: ${messageOf(cause)}`)
      keepLatest(this.#failures, key, codeOf(cause))
    } finally {
      this.#jobs.delete(key)
    }
  }

  cancel(ref: BroadcastRef): void {
    this.#jobs.get(keyOf(ref))?.stop.abort()
  }

  csv(ref: BroadcastRef): string | null {
    const kept = this.#kept.get(keyOf(ref))
    return kept ? compareCsv(kept.comparison) : null
  }

  /** Ends and drops what is of a broadcast, or of all of a channel's: it is deleted, or somebody in it. */
  forget(channelId: string, broadcastId?: string): void {
    const isOf = (key: string) =>
      broadcastId === undefined ? key.startsWith(`${channelId}\0`) : key === keyOf({ channelId, broadcastId })
    for (const [key, { stop }] of this.#jobs) if (isOf(key)) stop.abort()
    for (const key of this.#kept.keys()) if (isOf(key)) this.#kept.delete(key)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const { stop } of this.#jobs.values()) stop.abort()
    await this.#last
  }
}

function keepLatest<T>(values: Map<string, T>, key: string, value: T): void {
  values.delete(key)
  values.set(key, value)
  if (values.size > MOST_KEPT) values.delete(values.keys().next().value!)
}
