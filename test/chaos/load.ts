import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker, ProducedRecord } from '#topology'
import { randomOf } from '../random.ts'

export const KEYS = 500
/** How far back in time a record may be: more than the grace, so that some are late. */
const MAX_BACK_MS = 2_500
const BATCH_MS = 20
const MAX_OUTSTANDING = 50

export interface Load {
  /** Records that the cluster said it has. */
  readonly acknowledged: number
  readonly failures: number
  /** Ends when everything sent has been answered. */
  stop(): Promise<void>
}

/** Numbers from 1 on, each once, at `rate` a second, of keys at random, mostly in the order of time. */
export function startLoad(broker: Broker, topic: string, rate: number, seed: number): Load {
  const below = randomOf(seed)
  const producer = broker.producer()
  const load = { acknowledged: 0, failures: 0, stop }
  const outstanding = new Set<Promise<void>>()
  let isStopped = false
  let number = 0
  const began = performance.now()
  const startTime = Date.now()
  const next = (): ProducedRecord => {
    number += 1
    // Time goes on by the number, not by the clock: the same seed has the same records.
    const time = startTime + Math.floor((number * 1000) / rate)
    const timestamp = below(4) === 0 ? time - below(MAX_BACK_MS) : time
    return {
      topic,
      key: Buffer.from(`key-${below(KEYS)}`),
      value: Buffer.from(String(number)),
      timestamp,
      headers: [],
    }
  }
  const work = async () => {
    while (!isStopped) {
      const due = Math.floor(((performance.now() - began) * rate) / 1000) - number
      // What an outage held up is made up for, but not all at once.
      const count = Math.min(due, rate)
      if (count > 0) {
        const sending = producer
          .send(Array.from({ length: count }, next))
          .then(
            () => {
              load.acknowledged += count
            },
            () => {
              load.failures += count
            },
          )
          .finally(() => outstanding.delete(sending))
        outstanding.add(sending)
      }
      while (outstanding.size >= MAX_OUTSTANDING) await Promise.race(outstanding)
      await sleep(BATCH_MS)
    }
  }
  const working = work()
  async function stop(): Promise<void> {
    isStopped = true
    await working
    await Promise.all(outstanding)
    await producer.close()
  }
  return load
}
