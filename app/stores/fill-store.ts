/**
 * One store of the export role: opened, filled from the output topics, opened again when it fails. Each store has such a
 * loop of its own, so one that is down or slow stalls neither the others nor the analysis; the log keeps what it lacks.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Topics } from '#schemas/topics.ts'
import type { ArchiveWriter } from '#sinks/archive.ts'
import { ArchiveError } from '#sinks/archive-error.ts'
import { runArchiveSink } from '#sinks/archive-sink.ts'
import type { Broker, Position } from '#topology'
import { archiveProgressLog } from '../archive-progress-log.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Retention } from '../retention/retention.ts'
import { keepRetention } from '../retention/retention-job.ts'
import { type Traces, traceStored } from '../traces.ts'
import type { ClusterStore } from './cluster-stores.ts'

/** How long a store that cannot go on is left alone: longer than a passing trouble, shorter than a person's patience. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const LOOK_EVERY_MS = 5_000

export interface FillStoreOptions {
  readonly store: ClusterStore
  readonly broker: Broker
  readonly topics: Topics
  readonly retention: Retention | null
  readonly log: Log
  readonly signal: AbortSignal
  /** Beside others a store that cannot go on is tried again; alone it ends the role, with its error. */
  readonly isOnly: boolean
  /** Null: nothing is traced. */
  readonly traces: Traces | null
}

export class FilledStore {
  readonly name: string
  /** Resolves when it is open for the first time, rejects when it cannot be opened. */
  readonly opened: Promise<void>
  readonly ended: Promise<void>
  archived = 0
  undecodable = 0
  /** Why it takes nothing now, or ''. */
  problem = ''
  /** How far it was when it was last asked; what it was before it failed counts on. */
  positions: readonly Position[] = []
  readonly #options: FillStoreOptions
  readonly #opening = Promise.withResolvers<void>()
  #writer: ArchiveWriter | null = null

  constructor(options: FillStoreOptions) {
    this.name = options.store.name
    this.#options = options
    this.opened = this.#opening.promise
    this.ended = this.#run()
    this.ended.catch((cause: unknown) => this.#opening.reject(cause))
    // Whoever waits for it is told; until then it is no failure of the process.
    this.opened.catch(() => {})
  }

  /** Null while it is not open. */
  get writer(): ArchiveWriter | null {
    return this.#writer
  }

  async #run(): Promise<void> {
    const { signal, log } = this.#options
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const before = this.archived
      try {
        await this.#fill()
        return
      } catch (cause) {
        if (!this.#mayComeBack(cause)) throw cause
        this.problem = `${this.name}: ${messageOf(cause)}`
        if (this.archived > before) pauseMs = FIRST_PAUSE_MS
        log.warn(`${messageOf(cause)}; trying again in ${pauseMs} ms, nothing is lost`)
        await sleep(pauseMs, undefined, { signal }).catch(() => {})
      }
    }
  }

  async #fill(): Promise<void> {
    const { store, broker, topics, retention, log, signal, traces } = this.#options
    const tell = archiveProgressLog(log)
    const start = this.archived
    const { writer, about, close } = await store.open(log)
    log.info(`${this.name}: ${about}`)
    this.#writer = writer
    this.problem = ''
    this.#opening.resolve()
    const end = new AbortController()
    const retaining = keepRetention({
      ...{ writer, store: store.name, retention, log },
      signal: AbortSignal.any([signal, end.signal]),
    })
    const look = () =>
      writer.positions().then(
        (positions) => {
          this.positions = positions
        },
        () => {},
      )
    void look()
    const looking = setInterval(look, LOOK_EVERY_MS).unref()
    try {
      await runArchiveSink({
        broker,
        writer,
        topics,
        signal,
        onStored: traceStored(traces, store.name),
        onProgress: (progress) => {
          tell(progress)
          if (progress.kind === 'applied') this.archived = start + progress.total
          else if (progress.kind === 'undecodable') this.undecodable++
          else if (progress.kind === 'retrying') this.problem = `${this.name}: ${messageOf(progress.error)}`
          else if (progress.kind === 'recovered') this.problem = ''
        },
      })
    } finally {
      clearInterval(looking)
      this.#writer = null
      end.abort()
      await close()
      await retaining
    }
  }

  #mayComeBack(cause: unknown): boolean {
    return cause instanceof ArchiveError && (cause.retriable || !this.#options.isOnly)
  }
}
