/** Sessions on a real Kafka, in one process: what a stream thread sees of them, and how they die. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AssignmentListener, TaskGroup, TopicPartition } from '../broker.ts'
import { type KafkaSession, openKafkaSession } from './kafka-session.ts'
import type { KafkaSessionOptions, SessionEvent } from './kafka-session-options.ts'
import { transactionalId } from './kafka-session-options.ts'
import { MetadataCache } from './metadata-cache.ts'
import type { KafkaRpc, Time } from './rpc.ts'
import { sessionEpochsTopic } from './session-epochs.ts'
import { SqliteTaskStates } from './state/sqlite-task-states.ts'
import { systemTime } from './system-time.ts'
import { testBootstrap, uniqueName } from './testing/test-cluster.ts'
import { TransactionalProducer } from './transactional-producer.ts'
import { type ClusterRpc, openClusterRpc } from './wire/cluster-rpc.ts'

export interface Worker {
  readonly session: KafkaSession
  readonly states: SqliteTaskStates
  readonly owned: Set<string>
  /** 'assigned in-0 in-1' and so on, in order. */
  readonly log: string[]
  readonly events: SessionEvent[]
  standby: readonly string[]
  /** Called before a revoke ends. */
  onRevoked: (partitions: readonly TopicPartition[]) => Promise<void>
  subscribe(groups: readonly TaskGroup[]): Promise<void>
  /** As SIGKILL: nothing is sent any more, nothing is closed properly, but its files are free. */
  kill(): void
  /** As SIGSTOP and SIGCONT. */
  freeze(): void
  thaw(): void
}

export const nameOf = ({ topic, partition }: TopicPartition) => `${topic}-${partition}`

export class SessionCluster {
  readonly applicationId = uniqueName('c')
  readonly #rpc: ClusterRpc = openClusterRpc({ bootstrap: testBootstrap, time: systemTime })
  readonly #folder = mkdtempSync(join(tmpdir(), 'kafka-session-'))
  readonly #workers = new Set<Worker>()
  readonly #topics: string[] = []
  readonly cluster = this.view(this.#rpc, systemTime)

  get rpc(): KafkaRpc {
    return this.#rpc
  }

  view(rpc: KafkaRpc, time: Time): MetadataCache {
    return new MetadataCache({ rpc, time, patiently: (ask) => ask() })
  }

  async createTopics(topics: Readonly<Record<string, number>>): Promise<void> {
    const epochs = sessionEpochsTopic(this.applicationId)
    const all = { ...topics, [epochs.name]: 1 }
    const created = await this.#rpc.admin.createTopics(
      Object.entries(all).map(([name, partitions]) => ({
        name,
        partitions,
        replicationFactor: 1,
        configs: { 'retention.ms': '-1' },
      })),
      false,
    )
    for (const { name, errorCode } of created) if (errorCode !== 0) throw new Error(`${name}: ${errorCode}`)
    this.#topics.push(...Object.keys(all))
  }

  async worker(options: Partial<KafkaSessionOptions> & { readonly machine?: string } = {}): Promise<Worker> {
    let frozen: { readonly thawed: Promise<void>; readonly thaw: () => void } | undefined
    let isDead = false
    const awake = async () => {
      while (frozen) await frozen.thawed
      if (isDead) await new Promise(() => {})
    }
    const time: Time = {
      now: systemTime.now,
      sleep: async (ms, signal) => {
        await systemTime.sleep(ms, signal)
        await awake()
      },
    }
    const inner = this.#rpc
    const rpc = new Proxy<KafkaRpc>(inner, {
      get:
        (_, name: keyof KafkaRpc) =>
        async (...args: unknown[]) => {
          await awake()
          const answer = await (inner[name] as (...given: unknown[]) => Promise<unknown>).apply(inner, args)
          await awake()
          return answer
        },
    })
    const { machine = options.instanceId ?? 'm', ...given } = options
    const complete: KafkaSessionOptions = {
      applicationId: this.applicationId,
      instanceId: uniqueName('i'),
      sessionTimeoutMs: 6_000,
      heartbeatIntervalMs: 250,
      ...given,
    }
    const client = { rpc, time, cluster: this.view(rpc, time) }
    const events: SessionEvent[] = []
    const onEvent = (event: SessionEvent) => void events.push(event)
    const states = new SqliteTaskStates({
      folder: join(this.#folder, machine),
      applicationId: this.applicationId,
      time,
      onEvent,
    })
    const transactions = new TransactionalProducer({ ...client, transactionalId: transactionalId(complete) })
    const session = await openKafkaSession({ ...client, options: complete, transactions, states, onEvent })
    const owned = new Set<string>()
    const log: string[] = []
    const note = (what: string, partitions: readonly TopicPartition[]) =>
      log.push([what, ...partitions.map(nameOf).sort()].join(' '))
    const worker: Worker = {
      session,
      states,
      owned,
      log,
      events,
      standby: [],
      onRevoked: async () => {},
      subscribe: (groups) => session.subscribe(groups, listener),
      kill: () => {
        isDead = true
        this.#workers.delete(worker)
        states.end()
      },
      freeze: () => {
        const { promise, resolve } = Promise.withResolvers<void>()
        frozen = { thawed: promise, thaw: resolve }
      },
      thaw: () => {
        const { thaw } = frozen!
        frozen = undefined
        thaw()
      },
    }
    const listener: AssignmentListener = {
      async onAssigned(partitions) {
        note('assigned', partitions)
        for (const one of partitions) owned.add(nameOf(one))
      },
      async onRevoked(partitions) {
        await worker.onRevoked(partitions)
        note('revoked', partitions)
        for (const one of partitions) owned.delete(nameOf(one))
      },
      async onLost(partitions) {
        note('lost', partitions)
        for (const one of partitions) owned.delete(nameOf(one))
      },
      async onStandby(tasks) {
        worker.standby = tasks.map(({ group, partition }) => `${group}_${partition}`)
      },
    }
    this.#workers.add(worker)
    return worker
  }

  async dispose(): Promise<void> {
    for (const { session } of this.#workers) await session.close({ leave: true })
    await this.#rpc.admin.deleteTopics(this.#topics)
    await this.#rpc.admin.deleteGroup(this.applicationId)
    await this.#rpc.close()
    rmSync(this.#folder, { recursive: true })
  }
}
