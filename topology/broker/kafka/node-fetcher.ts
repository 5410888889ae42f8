import { backoff } from './backoff.ts'
import type { Client } from './client-options.ts'
import { errors } from './error-codes.ts'
import { type FetchPartition, FetchSession } from './fetch-session.ts'
import type { PartitionFeed } from './partition-feed.ts'
import { type FetchPartitionResponse, type FetchResponse, RpcLostError } from './rpc.ts'

/** What a fetcher asks the reader it fetches for. */
export interface FetchPlan {
  readonly wanted: readonly { readonly feed: PartitionFeed; readonly request: FetchPartition }[]
  /** Some of it nobody waited for yet, or others on this broker wait for room only: answer at once. */
  readonly hurry: 'at once' | 'soon' | 'no'
  readonly maxBytes: number
}

export interface FetchHost {
  readonly isolation: 'read_committed' | 'read_uncommitted'
  plan(node: number): FetchPlan
  /** The answer for one partition; `offset` is where it was fetched from. */
  received(feed: PartitionFeed, offset: number, response: FetchPartitionResponse): void
  /** A round is over, with or without an answer. `failed`: the leaders may be others now. */
  fetched(plan: FetchPlan, failed: boolean): void
}

/** Longest wait for a first record, ms. A partition that joins the fetch meanwhile waits as long. */
const MAX_WAIT_MS = 250
/** A trickle is fetched at most this often: a request a record would cost more than reading it. ms. */
const PACE_MS = 4
/** An answer below this many bytes is a trickle. */
const TRICKLE_BYTES = 64 * 1024
/** The same while others on this broker have no room: they may have some any moment. */
const SOON_MS = 10

/** Fetches from one broker, one request at a time, for as long as the reader has room for what it brings. */
export class NodeFetcher {
  readonly #client: Client
  readonly #node: number
  readonly #host: FetchHost
  readonly #session = new FetchSession()
  #running = false
  #interrupt: AbortController | undefined
  #closed = false

  constructor(client: Client, node: number, host: FetchHost) {
    this.#client = client
    this.#node = node
    this.#host = host
  }

  /** There may be something to fetch. */
  wake(): void {
    if (!this.#running && !this.#closed) void this.#run()
  }

  /** Gives the fetch up that waits at the broker: what is wanted is different now. */
  interrupt(): void {
    this.#interrupt?.abort()
  }

  close(): void {
    this.#closed = true
    this.interrupt()
  }

  async #run(): Promise<void> {
    this.#running = true
    for (let failures = 0; !this.#closed; ) {
      const plan = this.#host.plan(this.#node)
      if (plan.wanted.length === 0) break
      const interrupt = new AbortController()
      this.#interrupt = interrupt
      const response = await this.#fetch(plan, interrupt.signal)
      this.#interrupt = undefined
      if (this.#closed) break
      const failed = response === undefined && !interrupt.signal.aborted
      const bytes = response ? this.#hand(plan, response) : 0
      failures = failed ? failures + 1 : 0
      this.#host.fetched(plan, failed)
      const pause = failed ? backoff(failures) : bytes > 0 && bytes < TRICKLE_BYTES ? PACE_MS : 0
      if (pause > 0) await this.#pause(pause)
    }
    this.#running = false
  }

  /** Undefined: no answer that could be used; the session begins anew. */
  async #fetch({ wanted, hurry, maxBytes }: FetchPlan, signal: AbortSignal): Promise<FetchResponse | undefined> {
    const maxWaitMs = hurry === 'at once' ? 0 : hurry === 'soon' ? SOON_MS : MAX_WAIT_MS
    const session = this.#session.request(wanted.map(({ request }) => request))
    try {
      const request = { maxWaitMs, minBytes: 1, maxBytes, isolation: this.#host.isolation, ...session }
      const response = await this.#client.rpc.fetch(this.#node, request, signal)
      if (response.errorCode === errors.NONE && !signal.aborted) {
        this.#session.answered(response.sessionId)
        return response
      }
      this.#session.reset()
      // A session that the broker forgot is no failure: the next request has everything.
      return sessionGone.has(response.errorCode) ? noPartitions : undefined
    } catch (error) {
      this.#session.reset()
      if (error instanceof RpcLostError || signal.aborted || this.#closed) return undefined
      for (const { feed } of wanted) feed.error = error instanceof Error ? error : new Error(String(error))
      return undefined
    }
  }

  async #pause(ms: number): Promise<void> {
    const interrupt = new AbortController()
    this.#interrupt = interrupt
    await this.#client.time.sleep(ms, interrupt.signal)
    this.#interrupt = undefined
  }

  /** How many bytes of records it was. */
  #hand({ wanted }: FetchPlan, { partitions }: FetchResponse): number {
    if (partitions.length === 0) return 0
    let bytes = 0
    const byPartition = new Map(wanted.map((one) => [`${one.request.topicId} ${one.request.partition}`, one]))
    for (const partition of partitions) {
      const asked = byPartition.get(`${partition.topicId} ${partition.partition}`)
      bytes += partition.records.length
      if (asked) this.#host.received(asked.feed, asked.request.offset, partition)
    }
    return bytes
  }
}

const sessionGone: ReadonlySet<number> = new Set([
  errors.FETCH_SESSION_ID_NOT_FOUND,
  errors.INVALID_FETCH_SESSION_EPOCH,
  errors.FETCH_SESSION_TOPIC_ID_ERROR,
])

const noPartitions: FetchResponse = { errorCode: errors.NONE, sessionId: 0, partitions: [] }
