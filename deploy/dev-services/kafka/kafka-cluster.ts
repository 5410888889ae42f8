import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { instanceFolder } from '../folders.ts'
import { freePorts } from '../free-ports.ts'
import { jarsOf } from '../maven-jars.ts'
import { KafkaNode } from './kafka-node.ts'
import { answersWith, hasCoordinators } from './kafka-probe.ts'
import type { ExtraListener } from './kafka-properties.ts'

export interface KafkaClusterOptions {
  /** Names its folder: clusters of different names live side by side. */
  readonly name: string
  /** 1 or 3. With three every topic has three replicas, and two must have a record before it counts. */
  readonly nodes?: number
  /** Client port of the first node; the others follow, then the controllers'. Default: free ones. */
  readonly firstPort?: number
  /** The same, one by one: as many for clients as there are nodes, then as many for controllers. */
  readonly ports?: readonly number[]
  /** Per node, doors for clients that come through a proxy. */
  readonly extraListeners?: readonly (readonly ExtraListener[])[]
  readonly heapMb?: number
  /** Default true: it ends with this process, and starts with no data. A command that only starts it says false. */
  readonly isTemporary?: boolean
  readonly overrides?: { readonly [name: string]: string | number }
}

/** Folders of class files; `JAVAS_KAFKA_JARS` says where they lie when Maven need not be asked. */
export const kafkaClassPath = (): string =>
  join(process.env.JAVAS_KAFKA_JARS ?? jarsOf(join(import.meta.dirname, 'pom.xml')), '*')

const START_MS = 120_000
const CLUSTER_ID = 'amF2YXMtZGV2LXNlcnZpYw'

/**
 * Real Apache Kafka on loopback, without Docker: one node, or three that can be killed one by one.
 *
 *     await using kafka = await KafkaCluster.start({ name: 'mine' })
 *     kafka.bootstrap          // 127.0.0.1:40123
 *     await kafka.nodes[0]!.process.kill9()
 */
export class KafkaCluster {
  readonly nodes: readonly KafkaNode[]
  readonly directory: string
  readonly #isTemporary: boolean

  private constructor(nodes: readonly KafkaNode[], directory: string, isTemporary: boolean) {
    this.nodes = nodes
    this.directory = directory
    this.#isTemporary = isTemporary
  }

  /** Resolves when every node answers and groups and transactions have their coordinators. */
  static async start(options: KafkaClusterOptions): Promise<KafkaCluster> {
    const cluster = await KafkaCluster.open(options)
    try {
      await cluster.startNodes()
    } catch (error) {
      await cluster.stop()
      throw error
    }
    return cluster
  }

  /** What `start` makes, without starting it: for whoever only wants to stop it, or to see whether it runs. */
  static async open(options: KafkaClusterOptions): Promise<KafkaCluster> {
    const { name, nodes: count = 1, extraListeners = [], heapMb = 512, isTemporary = true, overrides = {} } = options
    const { firstPort } = options
    const ports =
      options.ports ??
      (firstPort === undefined
        ? await freePorts(2 * count)
        : Array.from({ length: 2 * count }, (_, i) => firstPort + i))
    const directory = instanceFolder('kafka', name, isTemporary)
    const classPath = kafkaClassPath()
    const quorum = Array.from({ length: count }, (_, i) => ({ id: i + 1, controllerPort: ports[count + i]! }))
    const nodes = quorum.map(
      ({ id, controllerPort }, i) =>
        new KafkaNode({
          id,
          port: ports[i]!,
          controllerPort,
          extraListeners: extraListeners[i] ?? [],
          quorum,
          overrides,
          directory: join(directory, `node-${id}`),
          classPath,
          clusterId: CLUSTER_ID,
          heapMb,
          dieWithUs: isTemporary,
        }),
    )
    return new KafkaCluster(nodes, directory, isTemporary)
  }

  /** For clients, past every proxy. */
  get bootstrap(): string {
    return this.nodes.map(({ address }) => address).join(',')
  }

  get isRunning(): boolean {
    return this.nodes.every((node) => node.process.pid !== undefined)
  }

  async startNodes(): Promise<void> {
    for (const node of this.nodes) node.start()
    await this.untilComplete()
    await this.nodes[0]!.process.untilItAnswers(() => hasCoordinators(this.#addresses), START_MS)
  }

  /** Waits until all nodes are back in the metadata. */
  async untilComplete(): Promise<void> {
    const { nodes } = this
    for (const { process, address } of nodes)
      await process.untilItAnswers(() => answersWith(nodes.length, [address]), START_MS)
  }

  /** Ends every node; of a temporary cluster nothing is left. */
  async stop(): Promise<void> {
    // The last of three waits for a quorum that is gone already: no use to be patient with it.
    await Promise.all(this.nodes.map(({ process }) => process.stop(this.nodes.length > 1 ? 6_000 : 15_000)))
    if (this.#isTemporary) rmSync(this.directory, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  get #addresses(): readonly string[] {
    return this.nodes.map(({ address }) => address)
  }
}
