import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker, Reader } from '#topology'
import { type RoleStatus, roleStatusesTopic, SILENT_MS, statusOf } from './role-status.ts'

const PARTITION = { topic: roleStatusesTopic.name, partition: 0 }
const RETRY_MS = 1_000
/** Instances in memory at most; somebody may write any number of names. */
const MOST_INSTANCES = 1_000

/** What every role process last said, as long as it goes on saying something. */
export class RoleBoard {
  readonly #broker: Broker
  readonly #now: () => number
  readonly #last = new Map<string, RoleStatus>()
  readonly #stop = new AbortController()
  #reader: Reader | null = null
  #following: Promise<void> = Promise.resolve()

  constructor(broker: Broker, now = Date.now) {
    this.#broker = broker
    this.#now = now
  }

  /** Resolves when everything recent has been read; goes on reading until `close`. */
  async open(): Promise<this> {
    const since = await this.#broker.offsetForTimestamp(PARTITION, this.#now() - SILENT_MS)
    const { latest } = await this.#broker.offsets(PARTITION)
    this.#reader = this.#broker.reader()
    this.#reader.assign([{ ...PARTITION, offset: since }])
    while (this.#reader.position(PARTITION) < latest) await this.#poll(0)
    this.#following = this.#follow()
    return this
  }

  /** Of the processes that live, by role, then by name. One that said goodbye is gone. */
  get statuses(): readonly RoleStatus[] {
    return [...this.#last.values()]
      .filter(({ at, state }) => this.#now() - at <= SILENT_MS && state !== 'NOT_RUNNING')
      .sort((a, b) => a.role.localeCompare(b.role) || a.instanceId.localeCompare(b.instanceId))
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#following
    await this.#reader?.close()
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.#poll(1_000)
      } catch {
        // The page and the command say that nobody tells anything; the log's own problem is told elsewhere.
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
      }
    }
  }

  async #poll(maxWaitMs: number): Promise<void> {
    const records = await this.#reader!.poll({ maxRecords: 500, maxWaitMs, signal: this.#stop.signal })
    for (const { value } of records) {
      const status = statusOf(value)
      if (!status) continue
      const name = `${status.role}/${status.instanceId}`
      this.#last.delete(name)
      this.#last.set(name, status)
      if (this.#last.size > MOST_INSTANCES) this.#last.delete(this.#last.keys().next().value!)
    }
  }
}
