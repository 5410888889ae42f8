/** Topics of a cluster, made, changed, listed and deleted. */
import type { Logger } from '../../runtime/logger.ts'
import type { TopicDescription, TopicSpec } from '../broker.ts'
import { BrokerError, TopicMismatchError } from '../errors.ts'
import { checkTopic } from '../log/records.ts'
import { errors, unauthorized } from './error-codes.ts'
import type { MetadataCache } from './metadata-cache.ts'
import { refusal } from './refusal.ts'
import type { KafkaAdminRpc, KafkaRpc, MetadataTopic, Time } from './rpc.ts'
import { specOf, type TopicPlacement, topicConfigs } from './topic-configs.ts'

export interface ClusterTopicsOptions {
  readonly rpc: KafkaRpc
  readonly admin: KafkaAdminRpc
  readonly time: Time
  readonly cluster: MetadataCache
  readonly placement: TopicPlacement
  readonly logger: Logger
  readonly patiently: <T>(ask: () => Promise<T>) => Promise<T>
}

const TOPIC_ALREADY_EXISTS = 36
/** How long a cluster may take until all of it knows what was done. */
const SETTLE_MS = 30_000
const ASK_AGAIN_MS = 50

export class ClusterTopics {
  readonly #options: ClusterTopicsOptions

  constructor(options: ClusterTopicsOptions) {
    this.#options = options
  }

  /**
   * Creates what is missing and gives what is there the retention asked for. Two that create the same at once both succeed.
   * Throws TopicMismatchError before anything is made, and BrokerError KAFKA_UNAUTHORIZED naming the topic.
   */
  async create(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) checkTopic(spec)
    if (specs.length === 0) return
    const missing = await this.#missing(specs)
    await this.#make(missing)
    await this.#configure(specs.filter((spec) => !missing.includes(spec)))
    if (missing.length > 0) await this.#untilLed(missing)
  }

  /** Those that are not there are left out. */
  async delete(names: readonly string[]): Promise<void> {
    if (names.length === 0) return
    const { admin, cluster, patiently } = this.#options
    for (const { name, errorCode, errorMessage } of await patiently(() => admin.deleteTopics(names)))
      if (errorCode !== errors.NONE && errorCode !== errors.UNKNOWN_TOPIC_OR_PARTITION)
        throw refusal(errorCode, `deleting topic ${name}`, errorMessage)
    cluster.forget(names)
    await this.#until(async () =>
      (await this.#describe(names)).every(({ errorCode }) => errorCode === errors.UNKNOWN_TOPIC_OR_PARTITION),
    )
  }

  /** Names of all topics that are not Kafka's own. */
  async names(): Promise<readonly string[]> {
    return (await this.#describe(null)).map(({ name }) => name).filter((name) => !name.startsWith('__'))
  }

  /**
   * `records` counts offsets: transaction markers are among them, and what compaction took away. `bytes` is 0 where the user
   * may not ask for it.
   */
  async list(countOf: (topics: readonly MetadataTopic[]) => Promise<ReadonlyMap<string, number>>) {
    const topics = (await this.#describe(null)).filter(
      ({ name, errorCode }) => errorCode === 0 && !name.startsWith('__'),
    )
    if (topics.length === 0) return []
    const { admin, patiently } = this.#options
    const names = topics.map(({ name }) => name)
    const [configs, sizes, counts] = await Promise.all([
      patiently(() => admin.describeTopicConfigs(names)),
      patiently(() => admin.logSizes(names)),
      countOf(topics),
    ])
    return topics.map(({ name, partitions }): TopicDescription => {
      const described = configs.find((one) => one.name === name)
      return {
        name,
        partitions: partitions.length,
        ...specOf(described?.configs ?? {}),
        records: counts.get(name) ?? 0,
        bytes: sizes.reduce((sum, { topic, bytes }) => (topic === name ? sum + bytes : sum), 0),
      }
    })
  }

  async #missing(specs: readonly TopicSpec[]): Promise<TopicSpec[]> {
    const there = new Map((await this.#describe(specs.map(({ name }) => name))).map((topic) => [topic.name, topic]))
    const missing: TopicSpec[] = []
    for (const spec of specs) {
      const topic = there.get(spec.name)
      if (topic && unauthorized.has(topic.errorCode)) throw refusal(topic.errorCode, `topic ${spec.name}`)
      if (!topic || topic.errorCode === errors.UNKNOWN_TOPIC_OR_PARTITION) missing.push(spec)
      else if (topic.partitions.length !== spec.partitions)
        throw new TopicMismatchError(spec.name, topic.partitions.length, spec.partitions)
    }
    return missing
  }

  async #make(specs: readonly TopicSpec[]): Promise<void> {
    if (specs.length === 0) return
    const { admin, placement, patiently } = this.#options
    const wanted = specs.map((spec) => ({
      name: spec.name,
      partitions: spec.partitions,
      replicationFactor: placement.replicationFactor,
      configs: topicConfigs(spec, placement),
    }))
    const answers = await patiently(() => admin.createTopics(wanted, false))
    for (const { name, errorCode, errorMessage } of answers)
      if (errorCode !== errors.NONE && errorCode !== TOPIC_ALREADY_EXISTS)
        throw refusal(errorCode, `creating topic ${name}`, errorMessage)
    // Somebody else was quicker: with as many partitions, or not.
    const taken = answers.filter(({ errorCode }) => errorCode === TOPIC_ALREADY_EXISTS).map(({ name }) => name)
    if (taken.length > 0)
      await this.#until(
        async () => (await this.#missing(specs.filter(({ name }) => taken.includes(name)))).length === 0,
      )
  }

  async #configure(specs: readonly TopicSpec[]): Promise<void> {
    if (specs.length === 0) return
    const { admin, placement, patiently, logger } = this.#options
    const described = await patiently(() => admin.describeTopicConfigs(specs.map(({ name }) => name)))
    for (const spec of specs) {
      const has = described.find(({ name }) => name === spec.name)
      if (!has || has.errorCode !== errors.NONE) {
        // A user who may write but not look at configurations works on with what is there.
        logger.warn('kafka-topic-config-unknown', { topic: spec.name, errorCode: has?.errorCode })
        continue
      }
      const changed = Object.entries(topicConfigs(spec, placement)).filter(([key, value]) => has.configs[key] !== value)
      if (changed.length === 0) continue
      const answer = await patiently(() => admin.alterTopicConfigs(spec.name, Object.fromEntries(changed)))
      if (answer.errorCode !== errors.NONE)
        throw refusal(answer.errorCode, `configuring topic ${spec.name}`, answer.errorMessage)
      logger.info('kafka-topic-configured', { topic: spec.name, ...Object.fromEntries(changed) })
      // Another broker than the one that took it may answer the next question.
      await this.#until(async () => {
        const [now] = await patiently(() => admin.describeTopicConfigs([spec.name]))
        return changed.every(([key, value]) => now?.configs[key] === value)
      })
    }
  }

  async #untilLed(specs: readonly TopicSpec[]): Promise<void> {
    const names = specs.map(({ name }) => name)
    await this.#until(async () => {
      const topics = await this.#describe(names)
      return topics.every(
        ({ errorCode, partitions }) => errorCode === errors.NONE && partitions.every(({ leader }) => leader >= 0),
      )
    })
    await this.#options.cluster.refresh(names)
  }

  async #until(done: () => Promise<boolean>): Promise<void> {
    const { time } = this.#options
    const deadline = time.now() + SETTLE_MS
    while (!(await done())) {
      if (time.now() > deadline)
        throw new BrokerError('KAFKA_TIMEOUT', `the cluster did not take over a change of topics in ${SETTLE_MS} ms`, {
          retriable: true,
        })
      await time.sleep(ASK_AGAIN_MS)
    }
  }

  async #describe(names: readonly string[] | null): Promise<readonly MetadataTopic[]> {
    const { rpc, patiently } = this.#options
    return (await patiently(() => rpc.metadata(names))).topics
  }
}
