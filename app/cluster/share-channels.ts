import { setTimeout as sleep } from 'node:timers/promises'
import { topics } from '#schemas/topics.ts'
import type { Broker, TopicPartition } from '#topology'
import { COLLECTION } from '../applications.ts'
import type { Collector } from '../collect/collector.ts'
import type { Log } from '../log.ts'

export interface SharedChannels {
  /** Partitions of the requests that are ours now. */
  readonly partitions: readonly number[]
  /** Rejects when the membership ended for good. */
  readonly failed: Promise<never>
  close(): Promise<void>
}

export interface ShareChannelsOptions {
  readonly broker: Broker
  readonly collector: Pick<Collector, 'take' | 'release'>
  readonly log: Log
}

/** How long a source that is given up may take to get into the log what it gave, ms. */
const RELEASE_MS = 2_000
const POLLED_EVERY_MS = 500

/**
 * Joins the collectors' group: each partition of `broadcast-requests` belongs to one of them, and with it the channels whose
 * requests and states stand there. Resolves when what is ours at first is being served.
 */
export async function shareChannels({ broker, collector, log }: ShareChannelsOptions): Promise<SharedChannels> {
  const { name } = topics.broadcastRequests
  const ours = new Set<number>()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const numbers = (partitions: readonly TopicPartition[]) => partitions.map(({ partition }) => partition)
  const drop = async (partitions: readonly number[], lost: boolean) => {
    for (const partition of partitions) ours.delete(partition)
    const released = collector.release(partitions, { lost })
    if (lost) return released
    const late = new AbortController()
    await Promise.race([released, sleep(RELEASE_MS, undefined, { signal: late.signal }).catch(() => {})])
    late.abort()
    // The group waits for us: what is not in the log by now is given up, and the next collector reads it again.
    await collector.release(partitions, { lost: true })
  }

  const session = await broker.session({ applicationId: COLLECTION })
  await session.subscribe([{ id: 'requests', topics: [name], stores: [] }], {
    async onAssigned(assigned) {
      const partitions = numbers(assigned)
      for (const partition of partitions) ours.add(partition)
      log.info(`serves the channels of partitions ${[...ours].sort((a, b) => a - b).join(', ')} of ${name}`)
      // Not waited for: the group's rebalance must not wait for a topic to be read.
      collector.take(partitions).catch((cause: unknown) => failed.reject(cause))
    },
    onRevoked: (revoked) => drop(numbers(revoked), false),
    onLost: (lost) => drop(numbers(lost), true),
  })
  const polling = setInterval(() => {
    try {
      session.polled()
    } catch (cause) {
      failed.reject(cause)
    }
  }, POLLED_EVERY_MS)
  return {
    get partitions() {
      return [...ours].sort((a, b) => a - b)
    },
    failed: failed.promise,
    async close() {
      clearInterval(polling)
      await drop([...ours], false)
      await session.close()
    },
  }
}
