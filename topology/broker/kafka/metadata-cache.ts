import { TopicUnknownError } from '../errors.ts'
import type { ClusterView, Leader, TopicView } from './cluster-view.ts'
import { errors, unauthorized } from './error-codes.ts'
import { refusal } from './refusal.ts'
import type { KafkaRpc, MetadataTopic, Time } from './rpc.ts'

export interface MetadataCacheOptions {
  readonly rpc: KafkaRpc
  readonly time: Time
  /** Asks again while nobody answers; throws what the caller should hear in the end. */
  readonly patiently: <T>(ask: () => Promise<T>) => Promise<T>
}

/** A topic that was made a moment ago may not be known to every broker yet. */
const UNKNOWN_TRIES = 4
const UNKNOWN_WAIT_MS = 100

/**
 * Who leads which partition. An answer that is older than what is known (a broker that was cut off tells of an earlier
 * leader) changes nothing: leader epochs never go back while a topic keeps its id.
 */
export class MetadataCache implements ClusterView {
  readonly #options: MetadataCacheOptions
  readonly #topics = new Map<string, TopicView>()
  /** Topics that wait for the request that goes out next. */
  #next: { readonly names: Set<string>; readonly done: Promise<void> } | undefined

  constructor(options: MetadataCacheOptions) {
    this.#options = options
  }

  known(topic: string): TopicView | undefined {
    return this.#topics.get(topic)
  }

  async topic(name: string): Promise<TopicView> {
    const known = this.#topics.get(name)
    if (known) return known
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#options.patiently(() => this.#options.rpc.metadata([name]))
      const [topic] = answer.topics
      if (topic) this.#learn(topic)
      const learnt = this.#topics.get(name)
      if (learnt) return learnt
      if (topic && unauthorized.has(topic.errorCode)) throw refusal(topic.errorCode, `topic ${name}`)
      if (attempt === UNKNOWN_TRIES) throw new TopicUnknownError(name)
      await this.#options.time.sleep(UNKNOWN_WAIT_MS)
    }
  }

  refresh(topics: readonly string[]): Promise<void> {
    if (!this.#next) {
      const names = new Set<string>()
      // A turn of the event loop later: whoever hears the same news now joins.
      this.#next = { names, done: Promise.resolve().then(() => this.#ask(names)) }
    }
    for (const name of topics) this.#next.names.add(name)
    return this.#next.done
  }

  /** What is remembered of these is of no use any more. */
  forget(topics: readonly string[]): void {
    for (const name of topics) this.#topics.delete(name)
  }

  async #ask(names: ReadonlySet<string>): Promise<void> {
    this.#next = undefined
    try {
      for (const topic of (await this.#options.rpc.metadata([...names])).topics) this.#learn(topic)
    } catch {
      // What could not be learnt stays as it was; the caller's own request will say what is wrong.
    }
  }

  #learn({ name, id, errorCode, partitions }: MetadataTopic): void {
    if (errorCode === errors.UNKNOWN_TOPIC_OR_PARTITION) {
      this.#topics.delete(name)
      return
    }
    if (errorCode !== errors.NONE || partitions.length === 0) return
    const known = this.#topics.get(name)
    const same = known?.id === id ? known : undefined
    const leaders: (Leader | undefined)[] = []
    for (const { partition, leader, leaderEpoch } of partitions) {
      const before = same?.leaders[partition]
      if (before && before.epoch > leaderEpoch) leaders[partition] = before
      else leaders[partition] = leader < 0 ? undefined : { node: leader, epoch: leaderEpoch }
    }
    // More partitions than we know of are new ones; fewer is an old answer.
    if (same && same.leaders.length > leaders.length) return
    this.#topics.set(name, { name, id, leaders })
  }
}
