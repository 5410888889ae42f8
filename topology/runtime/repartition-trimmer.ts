import type { CommittedOffset, Position } from '../broker/broker.ts'
import { logEvents } from '../telemetry.ts'
import { physicalTopicName, type Topology } from '../topology.ts'
import type { Environment } from './environment.ts'

/** As Kafka Streams' repartition.purge.interval.ms. */
const TRIM_EVERY_MS = 30_000

/**
 * Takes records of repartition topics away once they are committed as read, where the log offers it: nobody else reads
 * them. Beside the work; what fails is tried again with the next.
 */
export class RepartitionTrimmer {
  readonly #environment: Environment
  readonly #topics: ReadonlySet<string>
  readonly #everyMs: number
  readonly #read = new Map<string, Position>()
  #lastTrim = performance.now()
  #trimming: Promise<void> | undefined

  constructor(environment: Environment, topology: Topology, everyMs = TRIM_EVERY_MS) {
    this.#environment = environment
    this.#everyMs = everyMs
    const sources = [...topology.nodes.values()].filter((node) => node.kind === 'source')
    const internal = sources.filter(({ topic }) => 'internal' in topic && topic.internal)
    this.#topics = new Set(internal.map(({ topic }) => physicalTopicName(topic, environment.applicationId)))
  }

  /** These are durable. */
  committed(offsets: readonly CommittedOffset[]): void {
    if (this.#topics.size === 0 || !this.#environment.broker.deleteRecords) return
    for (const { topic, partition, offset } of offsets)
      if (this.#topics.has(topic)) this.#read.set(`${topic}/${partition}`, { topic, partition, offset })
    if (this.#trimming || this.#read.size === 0 || performance.now() - this.#lastTrim < this.#everyMs) return
    this.#trimming = this.#trim()
  }

  /** Waits for the call under way. */
  async close(): Promise<void> {
    await this.#trimming
  }

  async #trim(): Promise<void> {
    const { applicationId, broker, logger } = this.#environment
    const positions = [...this.#read.values()]
    this.#read.clear()
    this.#lastTrim = performance.now()
    try {
      await broker.deleteRecords!(positions)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      logger.warn(logEvents.trimFailed, { applicationId, message })
    } finally {
      this.#trimming = undefined
    }
  }
}
