import { BrokerError, LogCorruptError, OffsetOutOfRangeError, TopicUnknownError } from '../errors.ts'
import { backoff } from './backoff.ts'
import type { Client } from './client-options.ts'
import { errors, leaderMoved, transient } from './error-codes.ts'
import type { FetchHost, FetchPlan } from './node-fetcher.ts'
import { NodeFetcher } from './node-fetcher.ts'
import type { PartitionFeed } from './partition-feed.ts'
import { refusal } from './refusal.ts'
import { type FetchPartitionResponse, RpcLostError } from './rpc.ts'

export interface FetchControlOptions extends Client {
  readonly isolation: 'read_committed' | 'read_uncommitted'
  readonly maxPartitionBytes: number
  readonly maxBufferedBytes: number
  /** Something came in, or an error did. */
  readonly onNews: () => void
}

/** Bytes of one answer at most. */
const MAX_FETCH_BYTES = 16 * 1024 * 1024
/** Refusals in a row, some three seconds, after which a topic is taken for gone, a batch for damaged, an offset for lost. */
const PATIENCE = 8
const UNKNOWN_SERVER_ERROR = -1

/** Keeps the feeds filled from the leaders of their partitions, whoever leads them at the moment. */
export class FetchControl implements FetchHost {
  readonly isolation: 'read_committed' | 'read_uncommitted'
  readonly #options: FetchControlOptions
  readonly #fetchers = new Map<number, NodeFetcher>()
  #feeds: readonly PartitionFeed[] = []
  #refreshing = false
  #refreshes = 0
  readonly #closing = new AbortController()

  constructor(options: FetchControlOptions) {
    this.#options = options
    this.isolation = options.isolation
  }

  /** From now on these and no others. Nothing is fetched before `wake`. */
  use(feeds: readonly PartitionFeed[]): void {
    for (const feed of this.#feeds) feed.retired = true
    this.#feeds = feeds
    for (const fetcher of this.#fetchers.values()) fetcher.interrupt()
  }

  /** There is room, or something to be fetched that was not before. */
  wake(): void {
    const { cluster, time } = this.#options
    const now = time.now()
    for (const feed of this.#feeds) {
      if (feed.paused || feed.error || now < feed.notBefore) continue
      const leader = cluster.known(feed.topic)?.leaders[feed.partition]
      if (leader) this.#fetcher(leader.node).wake()
      else void this.#refresh(feed)
    }
  }

  /** Somebody waits for the first answer for this partition: it does not stand behind a fetch that waits for others. */
  hurry(feed: PartitionFeed): void {
    const leader = this.#options.cluster.known(feed.topic)?.leaders[feed.partition]
    if (leader && feed.fresh) this.#fetchers.get(leader.node)?.interrupt()
    this.wake()
  }

  close(): void {
    this.#feeds = []
    this.#closing.abort()
    for (const fetcher of this.#fetchers.values()) fetcher.close()
  }

  plan(node: number): FetchPlan {
    const { cluster, time, maxPartitionBytes, maxBufferedBytes } = this.#options
    const now = time.now()
    let room = maxBufferedBytes
    for (const feed of this.#feeds) room -= feed.bufferedBytes
    const wanted: FetchPlan['wanted'][number][] = []
    let hurry: FetchPlan['hurry'] = 'no'
    for (const feed of this.#feeds) {
      if (feed.paused || feed.error || now < feed.notBefore) continue
      const topic = cluster.known(feed.topic)
      const leader = topic?.leaders[feed.partition]
      if (!topic || leader?.node !== node) continue
      if (feed.topicId !== undefined && feed.topicId !== topic.id) {
        this.#fail(feed, replaced(feed))
        continue
      }
      if (feed.bufferedBytes >= maxPartitionBytes || room <= 0) {
        if (hurry === 'no') hurry = 'soon'
        continue
      }
      if (feed.fresh) hurry = 'at once'
      const request = {
        topic: feed.topic,
        topicId: topic.id,
        partition: feed.partition,
        currentLeaderEpoch: leader.epoch,
        offset: feed.fetchOffset,
        lastFetchedEpoch: feed.fetchedEpoch,
        maxBytes: maxPartitionBytes,
      }
      wanted.push({ feed, request })
    }
    return { wanted, hurry, maxBytes: Math.max(maxPartitionBytes, Math.min(MAX_FETCH_BYTES, room)) }
  }

  received(feed: PartitionFeed, offset: number, response: FetchPartitionResponse): void {
    if (feed.retired || feed.fetchOffset !== offset) return
    const { errorCode, errorMessage, divergingEpoch, topicId } = response
    const { topic, partition } = feed
    if (errorCode === errors.NONE) {
      if (divergingEpoch) {
        this.#fail(feed, truncated(feed, divergingEpoch.endOffset))
        return
      }
      feed.topicId = topicId
      feed.failures = 0
      this.#refreshes = 0
      try {
        feed.add(response)
      } catch (error) {
        this.#fail(feed, error as Error)
      }
    } else if (errorCode === errors.OFFSET_OUT_OF_RANGE) void this.#outOfRange(feed)
    else if (errorCode === errors.CORRUPT_MESSAGE && feed.failures >= PATIENCE)
      this.#fail(feed, new LogCorruptError(`${topic}-${partition}: the broker finds offset ${offset} damaged`))
    else if (
      leaderMoved.has(errorCode) ||
      transient.has(errorCode) ||
      errorCode === errors.OFFSET_NOT_AVAILABLE ||
      errorCode === UNKNOWN_SERVER_ERROR
    )
      this.#later(feed)
    else this.#fail(feed, refusal(errorCode, `reading ${topic}-${partition}`, errorMessage))
  }

  fetched({ wanted }: FetchPlan, failed: boolean): void {
    const now = this.#options.time.now()
    for (const { feed } of wanted)
      if (failed) void this.#refresh(feed)
      // In a session, silence is an answer: there is nothing new.
      else if (now >= feed.notBefore) {
        feed.failures = 0
        feed.fresh = false
      }
    this.#options.onNews()
  }

  #fetcher(node: number): NodeFetcher {
    let fetcher = this.#fetchers.get(node)
    if (!fetcher) {
      fetcher = new NodeFetcher(this.#options, node, this)
      this.#fetchers.set(node, fetcher)
    }
    return fetcher
  }

  #fail(feed: PartitionFeed, error: Error): void {
    feed.error = error
    this.#options.onNews()
  }

  /** Tries again after a while, at whoever leads then. */
  #later(feed: PartitionFeed): void {
    const wait = backoff(feed.failures++)
    feed.notBefore = this.#options.time.now() + wait
    void this.#refresh(feed)
    void this.#wakeAfter(wait)
  }

  async #wakeAfter(ms: number): Promise<void> {
    await this.#options.time.sleep(ms, this.#closing.signal)
    this.wake()
  }

  async #refresh(feed: PartitionFeed): Promise<void> {
    if (this.#refreshing || this.#closing.signal.aborted) return
    this.#refreshing = true
    const { cluster, time } = this.#options
    const topics = new Set(this.#feeds.map(({ topic }) => topic))
    topics.add(feed.topic)
    await cluster.refresh([...topics])
    for (const one of this.#feeds)
      if (!cluster.known(one.topic) && one.failures++ >= PATIENCE) this.#fail(one, new TopicUnknownError(one.topic))
      else if (cluster.known(one.topic) && one.partition >= cluster.known(one.topic)!.leaders.length)
        this.#fail(one, unknownPartition(one, cluster.known(one.topic)!.leaders.length))
    await time.sleep(backoff(this.#refreshes++), this.#closing.signal)
    this.#refreshing = false
    if (!this.#closing.signal.aborted) this.wake()
  }

  /** Asks what there is: the error says it, and what is in range after all was refused for a moment only. */
  async #outOfRange(feed: PartitionFeed): Promise<void> {
    feed.notBefore = Number.POSITIVE_INFINITY
    feed.failures++
    const { topic, partition, fetchOffset } = feed
    try {
      const [earliest, end, latest] = await Promise.all([
        this.#offset(feed, EARLIEST, 'read_uncommitted'),
        this.#offset(feed, LATEST, 'read_uncommitted'),
        this.#offset(feed, LATEST, this.isolation),
      ])
      const range = [topic, partition, fetchOffset, earliest, latest] as const
      if (fetchOffset < earliest || fetchOffset > end || feed.failures >= PATIENCE)
        return this.#fail(feed, new OffsetOutOfRangeError(...range))
      // The leader may have lost the epoch we read last from its memory, not the log.
      feed.fetchedEpoch = -1
    } catch (error) {
      if (!(error instanceof RpcLostError || (error as BrokerError).retriable)) return this.#fail(feed, error as Error)
    }
    feed.notBefore = 0
    this.#later(feed)
  }

  async #offset(
    { topic, partition }: PartitionFeed,
    timestamp: number,
    isolation: FetchControlOptions['isolation'],
  ): Promise<number> {
    const leader = this.#options.cluster.known(topic)?.leaders[partition]
    if (!leader) throw new RpcLostError(`${topic}-${partition} has no leader`)
    const partitions = [{ topic, partition, currentLeaderEpoch: leader.epoch, timestamp }]
    const [answer] = await this.#options.rpc.listOffsets(leader.node, { isolation, partitions })
    const code = answer?.errorCode ?? UNKNOWN_SERVER_ERROR
    if (code === errors.NONE) return answer!.offset
    if (leaderMoved.has(code) || transient.has(code)) throw new RpcLostError(`${topic}-${partition}: error ${code}`)
    throw refusal(code, `offsets of ${topic}-${partition}`, answer?.errorMessage)
  }
}

const EARLIEST = -2
const LATEST = -1

const replaced = ({ topic, position }: PartitionFeed) =>
  new BrokerError(
    'KAFKA_TOPIC_REPLACED',
    `topic ${topic} was deleted and made anew while it was read at offset ${position}: start again from its beginning`,
  )

const truncated = ({ topic, partition, fetchOffset }: PartitionFeed, endOffset: number) =>
  new BrokerError(
    'KAFKA_LOG_TRUNCATED',
    `${topic}-${partition}: read up to ${fetchOffset}, but the log was cut at ${endOffset} since: an unclean leader election lost records`,
  )

const unknownPartition = ({ topic, partition }: PartitionFeed, partitions: number) =>
  new BrokerError('PARTITION_UNKNOWN', `${topic} has ${partitions} partitions, no ${partition}`)
