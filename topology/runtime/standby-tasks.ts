import { setTimeout as sleep } from 'node:timers/promises'
import type { FetchedRecord, Position, Reader, Session, TopicPartition } from '../broker/broker.ts'
import { OffsetOutOfRangeError } from '../broker/errors.ts'
import { changelogTopic } from '../broker/log/internal-topics.ts'
import type { StoreDeclaration } from '../state/declaration.ts'
import { lastOfEachKey, startOfRestore } from '../state/restore.ts'
import type { Subtopology } from '../subtopologies.ts'
import { logEvents } from '../telemetry.ts'
import { settledWithin } from './deadline.ts'
import type { Environment } from './environment.ts'
import { sourceTopics, taskId } from './task-groups.ts'

/** One write of a store: small enough that the tasks at work beside it do not notice. */
const WRITE_RECORDS = 5_000
const WAIT_MS = 200
const PAUSE_AFTER_ERROR_MS = 1_000
/** How long a log is waited for with its ends. */
const ANSWER_MS = 1_000

export interface StandbyTasksOptions {
  readonly environment: Environment
  readonly parts: readonly Subtopology[]
  readonly stores: ReadonlyMap<string, StoreDeclaration>
  readonly session: () => Session
}

export interface StandbySnapshot {
  readonly task: string
  readonly store: string
  readonly partition: number
  /** Changelog offsets that the copy is behind: gaps count too. */
  readonly lag: number
}

interface Copy {
  readonly task: string
  readonly store: string
  readonly topic: string
  readonly partition: number
  /** As last known. */
  lag: number
}

/**
 * Warm copies of stores whose tasks belong to others: committed changes are read off their changelogs and written to the
 * rows here, with where they stand. When such a task comes to this thread, its restore only has the tail left.
 */
export class StandbyTasks {
  readonly #options: StandbyTasksOptions
  readonly #stop = new AbortController()
  #copies: readonly Copy[] = []
  #reader: Reader | undefined
  /** The copies have changed since the reader was told. */
  #isStale = false
  #following: Promise<void> | undefined
  #restored = 0

  constructor(options: StandbyTasksOptions) {
    this.#options = options
  }

  /** Exactly these from now on. */
  assign(tasks: readonly { readonly group: string; readonly partition: number }[]): void {
    const { environment, parts, stores } = this.#options
    this.#copies = tasks.flatMap(({ group, partition }) =>
      parts
        .filter(({ id }) => String(id) === group)
        .flatMap((part) =>
          part.stores
            .filter((store) => stores.get(store)!.changelog !== false)
            .map((store) => ({
              task: taskId(part, partition),
              store,
              topic: changelogTopic(environment.applicationId, store),
              partition,
              lag: 0,
            })),
        ),
    )
    this.#isStale = true
    if (this.#copies.length > 0) this.#following ??= this.#follow()
  }

  /** These tasks are ours now: from here on only they write their stores. */
  promote(partitions: readonly TopicPartition[]): void {
    const { environment, parts } = this.#options
    const promoted = new Set(
      parts.flatMap((part) => {
        const topics = sourceTopics(part, environment.applicationId)
        return partitions.filter(({ topic }) => topics.includes(topic)).map(({ partition }) => taskId(part, partition))
      }),
    )
    this.#copies = this.#copies.filter(({ task }) => !promoted.has(task))
    this.#isStale = true
  }

  /** Changelog records taken in so far. */
  get restored(): number {
    return this.#restored
  }

  /** How far each copy is behind, by freshly read ends where the log answers. */
  async snapshot(): Promise<readonly StandbySnapshot[]> {
    const copies = this.#copies
    const asked = Promise.all(
      copies.map(async (copy) => {
        const { earliest, latest } = await this.#options.environment.broker.offsets(copy)
        if (!this.#copies.includes(copy)) return
        const offset = this.#options.session().state.changelogOffset(copy.store, copy.partition) ?? earliest
        copy.lag = Math.max(0, latest - offset)
      }),
    )
    await settledWithin(asked, ANSWER_MS).catch(() => {})
    return copies.map(({ task, store, partition, lag }) => ({ task, store, partition, lag }))
  }

  async close(): Promise<void> {
    this.#copies = []
    this.#stop.abort()
    await this.#following
    await this.#reader?.close()
  }

  /** Until closed. A copy is a convenience: what goes wrong here is logged and tried again, and stops no task. */
  async #follow(): Promise<void> {
    const { signal } = this.#stop
    const { environment } = this.#options
    while (!signal.aborted) {
      try {
        this.#reader ??= environment.broker.reader()
        if (this.#isStale) await this.#tellReader()
        const page = await this.#reader.poll({ maxRecords: WRITE_RECORDS, maxWaitMs: WAIT_MS, signal })
        this.#write(page)
      } catch (error) {
        if (signal.aborted) return
        this.#isStale = true
        // What is gone from the log is found by beginning anew; a standing error must not spin.
        if (error instanceof OffsetOutOfRangeError) continue
        const { applicationId, logger } = environment
        logger.warn(logEvents.standbyFailed, { applicationId, message: String(error) })
        await sleep(PAUSE_AFTER_ERROR_MS, undefined, { signal }).catch(() => {})
      }
    }
  }

  async #tellReader(): Promise<void> {
    const { environment, session } = this.#options
    this.#isStale = false
    const positions: Position[] = []
    for (const { store, topic, partition } of this.#copies) {
      const { earliest, end } = await environment.broker.offsets({ topic, partition })
      if (!this.#isOurs(topic, partition)) continue
      positions.push({ topic, partition, offset: startOfRestore(session().state, store, partition, { earliest, end }) })
    }
    this.#reader!.assign(positions)
    if (positions.length === 0) await sleep(WAIT_MS, undefined, { signal: this.#stop.signal }).catch(() => {})
  }

  #isOurs(topic: string, partition: number): boolean {
    return this.#copies.some((copy) => copy.topic === topic && copy.partition === partition)
  }

  #write(page: readonly FetchedRecord[]): void {
    const { state } = this.#options.session()
    this.#restored += page.length
    const byPartition = Map.groupBy(page, ({ topic, partition }) => `${topic}/${partition}`)
    for (const { store, topic, partition } of this.#copies) {
      const records = byPartition.get(`${topic}/${partition}`)
      if (!records) continue
      const rows = records.flatMap(({ key, value }) => (key === null ? [] : [{ key, value }]))
      state.restore(store, partition, lastOfEachKey(rows), this.#reader!.position({ topic, partition }))
    }
  }
}
