import type { FetchedRecord, Position, TopicPartition } from '../broker.ts'
import { BrokerError } from '../errors.ts'
import type { KafkaReaderOptions } from './client-options.ts'
import { FetchControl } from './fetch-control.ts'
import type { EpochReader } from './leader-epochs.ts'
import { PartitionFeed } from './partition-feed.ts'
import { SchemaIds } from './schema-ids.ts'

/** For how long after `assign` a poll that may not wait waits for the first answer, ms: nothing is known before it. */
const FIRST_ANSWER_MS = 5_000
/** A caller that polls in a loop must not starve sockets and heartbeats while there is always something to hand out. */
const BREATHE_MS = 2

/**
 * Reads from the leaders of its partitions, ahead of the caller within a bound. Positions are its owner's: an offset that
 * is not there any more, a log that was cut, a topic that was replaced are errors, and nothing is ever jumped.
 */
export class KafkaReader implements EpochReader {
  readonly #options: KafkaReaderOptions
  readonly #control: FetchControl
  readonly #schemas: SchemaIds | undefined
  #feeds: PartitionFeed[] = []
  /** Partition that comes first in the next poll. */
  #turn = 0
  #wake: (() => void) | undefined
  #polling = false
  #breathedAt: number
  #assignedAt = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(options: KafkaReaderOptions) {
    this.#options = options
    // A registry that has everything at hand needs no loading.
    this.#schemas = options.schemas?.load ? new SchemaIds(options.schemas) : undefined
    this.#breathedAt = options.time.now()
    this.#control = new FetchControl({
      rpc: options.rpc,
      time: options.time,
      cluster: options.cluster,
      isolation: options.isolation ?? 'read_committed',
      maxPartitionBytes: options.maxPartitionBytes ?? 1024 * 1024,
      maxBufferedBytes: options.maxBufferedBytes ?? 32 * 1024 * 1024,
      onNews: () => this.#wake?.(),
    })
  }

  assign(positions: readonly Position[]): void {
    this.#check()
    const committedOnly = this.#options.isolation !== 'read_uncommitted'
    this.#feeds = positions.map((position) => {
      const { topic, partition, offset } = position
      const partitions = this.#options.cluster.known(topic)?.leaders.length ?? Number.POSITIVE_INFINITY
      if (!(Number.isInteger(partition) && partition >= 0 && partition < partitions))
        throw new BrokerError('PARTITION_UNKNOWN', `${topic} has ${partitions} partitions, no ${partition}`)
      if (!(Number.isSafeInteger(offset) && offset >= 0))
        throw new BrokerError('POSITION_INVALID', `${topic}-${partition}: ${offset} is no offset`)
      return new PartitionFeed(position, committedOnly)
    })
    this.#turn = 0
    this.#assignedAt = this.#options.time.now()
    this.#control.use(this.#feeds)
    if (this.#polling) this.#control.wake()
    this.#wake?.()
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#find(partition).paused = true
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const feed = this.#find(partition)
      feed.paused = false
      if (feed.fresh) this.#assignedAt = this.#options.time.now()
      if (this.#polling) this.#control.hurry(feed)
    }
    this.#wake?.()
  }

  position(partition: TopicPartition): number {
    return this.#find(partition).position
  }

  leaderEpoch(partition: TopicPartition): number {
    return this.#find(partition).leaderEpoch
  }

  async poll(options: {
    readonly maxRecords: number
    readonly maxWaitMs: number
    readonly signal?: AbortSignal
  }): Promise<readonly FetchedRecord[]> {
    this.#check()
    if (this.#polling) throw new BrokerError('POLL_IN_PROGRESS', 'one poll at a time')
    this.#polling = true
    const { maxRecords, maxWaitMs, signal } = options
    const { time } = this.#options
    const started = time.now()
    try {
      if (started - this.#breathedAt >= BREATHE_MS) await this.#breathe()
      for (;;) {
        const records = this.#take(maxRecords)
        this.#control.wake()
        if (records.length > 0 || this.#closed || signal?.aborted) return records
        if (this.#schemas?.isMissing) {
          await this.#schemas.load()
          continue
        }
        const isFresh = this.#feeds.some((feed) => feed.fresh && !feed.paused)
        const until = started + maxWaitMs
        const left = (isFresh ? Math.max(until, this.#assignedAt + FIRST_ANSWER_MS) : until) - time.now()
        if (left <= 0) {
          if (this.#breathedAt < started) await this.#breathe()
          return []
        }
        await this.#wait(left, signal)
      }
    } finally {
      this.#polling = false
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#feeds = []
    this.#control.close()
    this.#options.onClose?.()
    this.#wake?.()
  }

  /** Until something comes in, `ms` are over, or the caller has had enough. */
  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController()
    const end = () => over.abort()
    this.#wake = end
    signal?.addEventListener('abort', end, { once: true })
    await this.#options.time.sleep(ms, over.signal)
    signal?.removeEventListener('abort', end)
    this.#wake = undefined
    this.#breathedAt = this.#options.time.now()
  }

  async #breathe(): Promise<void> {
    await this.#options.time.sleep(0)
    this.#breathedAt = this.#options.time.now()
  }

  /** Up to `maxRecords`: every partition that has some gets an equal share first, what is left goes round. */
  #take(maxRecords: number): readonly FetchedRecord[] {
    const active = this.#feeds.filter(({ paused }) => !paused)
    if (active.length === 0) return []
    const first = this.#turn++ % active.length
    const out: FetchedRecord[] = []
    let waiting: PartitionFeed[] = []
    for (let i = 0; i < active.length; i++) {
      const feed = active[(first + i) % active.length]!
      if (this.#isReady(feed)) waiting.push(feed)
      // What was fetched before it failed is handed out before.
      else if (feed.error && !feed.ready()) throw feed.error
    }
    for (let left = maxRecords; waiting.length > 0 && left > 0; ) {
      const share = Math.max(1, Math.floor(left / waiting.length))
      const more: PartitionFeed[] = []
      for (const feed of waiting) {
        left -= feed.take(Math.min(share, left), out)
        if (left > 0 && this.#isReady(feed)) more.push(feed)
      }
      waiting = more
    }
    return out
  }

  #isReady(feed: PartitionFeed): boolean {
    return feed.ready() && (!this.#schemas || this.#schemas.areKnown(feed.records, feed.used))
  }

  #find({ topic, partition }: TopicPartition): PartitionFeed {
    this.#check()
    const found = this.#feeds.find((feed) => feed.topic === topic && feed.partition === partition)
    if (!found) throw new BrokerError('PARTITION_NOT_ASSIGNED', `${topic}-${partition} is not read here`)
    return found
  }

  #check(): void {
    if (this.#closed) throw new BrokerError('BROKER_CLOSED', 'the reader is closed')
  }
}
