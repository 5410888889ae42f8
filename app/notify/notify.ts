import type { Topics } from '#schemas/topics.ts'
import { type Broker, type Producer, Streams } from '#topology'
import { DELIVERY, NOTIFICATION } from '../applications.ts'
import { deadLettersTo } from '../dead-letters.ts'
import type { NotifyStatus } from '../embedded/status.ts'
import { engineLog } from '../engine-log.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { deliverNotifications, type NotifierStatus } from './deliver.ts'
import type { NotifyConfig } from './notify-config.ts'
import { notifyTopology } from './notify-topology.ts'
import { openNotifiers } from './open-notifiers.ts'
import { noOtherRoles, type OtherRoles, sampleHealth } from './sample-health.ts'

export interface NotifyOptions {
  readonly broker: Broker
  readonly producer: Producer
  readonly topics: Topics
  readonly config: { readonly notify: NotifyConfig; readonly commitIntervalMs: number }
  readonly log: Log
  /** What the other roles told, for alarms about the system. Default: nothing is known of them. */
  readonly others?: () => OtherRoles
}

export interface RunningNotify {
  readonly status: () => NotifyStatus
  /** Rejects when it cannot go on. */
  readonly failed: Promise<never>
  close(): Promise<void>
}

const POLLED_EVERY_MS = 500
/** How long the message in hand may hold up a close, ms. */
const CLOSE_MS = 2_000

/** The notify role: what is told is decided by a topology, and told by whichever process the delivery group chose. */
export async function startNotify({
  broker,
  producer,
  topics,
  config,
  log,
  others = () => noOtherRoles,
}: NotifyOptions): Promise<RunningNotify> {
  const notifiers = await openNotifiers(config.notify)
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const { quietHours, repeatMs, limits } = config.notify
  const streams = new Streams(notifyTopology({ topics, quietHours, times: { repeatMs }, limits }), {
    applicationId: NOTIFICATION,
    broker,
    commitIntervalMs: config.commitIntervalMs,
    logger: engineLog(log),
    onError: { deserialization: 'continue', processing: 'continue', production: 'continue' },
    deadLetters: deadLettersTo(topics.deadLetters),
  })
  await streams.start()
  streams.ended().catch((cause: unknown) => failed.reject(cause))

  const statuses = new Map<string, NotifierStatus>(
    notifiers.map(({ name }) => [name, { name, delivered: 0, dead: 0, waiting: 0, failed: 0, tookMs: 0, problem: '' }]),
  )
  let turn: { readonly stop: AbortController; readonly done: Promise<unknown> } | null = null
  const begin = () => {
    const stop = new AbortController()
    const done = Promise.all([
      deliverNotifications({
        ...{ broker, producer, topics, notifiers, log },
        signal: stop.signal,
        onStatus: (status) => statuses.set(status.name, status),
      }),
      sampleHealth({ broker, producer, topics, others, log, signal: stop.signal }),
    ]).catch((cause: unknown) => failed.reject(cause))
    turn = { stop, done }
    log.info(
      notifiers.length > 0
        ? `tells ${notifiers.map(({ name }) => name).join(', ')}`
        : 'tells nobody: no notifier is configured (docs/alarms.md)',
    )
  }
  const end = async () => {
    const ending = turn
    turn = null
    ending?.stop.abort()
    // What is sent meanwhile and not written down is sent again by the next owner, and says so.
    if (ending) await Promise.race([ending.done, new Promise((done) => setTimeout(done, CLOSE_MS).unref())])
  }
  const session = await broker.session({ applicationId: DELIVERY })
  await session.subscribe([{ id: 'notifications', topics: [topics.notifications.name], stores: [] }], {
    onAssigned: async (partitions) => {
      if (partitions.length > 0 && turn === null) begin()
    },
    onRevoked: end,
    onLost: end,
  })
  const polling = setInterval(() => {
    try {
      session.polled()
    } catch (cause) {
      failed.reject(cause)
    }
  }, POLLED_EVERY_MS)

  return {
    failed: failed.promise,
    status: () => ({
      state: streams.state,
      problem: streams.health.failure ?? '',
      notifiers: [...statuses.values()],
    }),
    async close() {
      clearInterval(polling)
      await end()
      await session.close()
      await streams.close()
      for (const notifier of notifiers)
        await notifier
          .close()
          .catch((cause: unknown) => log.warn(`while closing ${notifier.name}: ${messageOf(cause)}`))
    },
  }
}
