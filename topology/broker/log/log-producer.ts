import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises'
import type { ProducedRecord, Producer, ProducerOptions } from '../broker.ts'
import { BrokerError } from '../errors.ts'

interface Sending {
  readonly records: readonly ProducedRecord[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Records written in one transaction at most; the log is locked for other threads meanwhile (some ms). */
const GROUP_RECORDS = 5_000
/** Shortest time between two writes, ms: a burst of single records shares transactions, a lone record goes at once. */
const WRITE_INTERVAL_MS = 2

/**
 * Collects what is sent and appends it in groups, in the order of the calls. What one call sends is written whole or
 * not at all; a group that fails rejects exactly its senders, and later groups are tried on their own.
 */
export class LogProducer implements Producer {
  readonly #append: (records: readonly ProducedRecord[]) => void
  readonly #onClose: (producer: LogProducer) => void
  readonly #maxBufferedRecords: number
  readonly #queue: Sending[] = []
  readonly #waiting: Sending[] = []
  #buffered = 0
  #running: Promise<void> | undefined
  #wroteAt = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(
    append: (records: readonly ProducedRecord[]) => void,
    onClose: (producer: LogProducer) => void,
    { maxBufferedRecords = 50_000 }: ProducerOptions,
  ) {
    this.#append = append
    this.#onClose = onClose
    this.#maxBufferedRecords = maxBufferedRecords
  }

  async send(records: readonly ProducedRecord[]): Promise<void> {
    if (this.#closed) throw new BrokerError('BROKER_CLOSED', 'the producer is closed')
    if (records.length === 0) return
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject })
      this.#admit()
      this.#running ??= this.#run()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running
    this.#onClose(this)
  }

  /** Lets in what fits; a call that alone exceeds the bound gets in when the buffer is empty. */
  #admit(): void {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      if (this.#buffered > 0 && this.#buffered + first.records.length > this.#maxBufferedRecords) return
      this.#buffered += first.records.length
      this.#queue.push(first)
      this.#waiting.shift()
    }
  }

  async #run(): Promise<void> {
    // Everything sent in this turn of the event loop joins the first group.
    await immediate()
    while (this.#queue.length > 0) {
      const early = this.#wroteAt + WRITE_INTERVAL_MS - performance.now()
      if (early > 0 && this.#buffered < GROUP_RECORDS) await delay(early)
      this.#writeGroup()
      await immediate()
    }
    this.#running = undefined
  }

  #writeGroup(): void {
    const group: Sending[] = []
    let records: ProducedRecord[] = []
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      if (group.length > 0 && records.length + next.records.length > GROUP_RECORDS) break
      group.push(next)
      records = records.length === 0 ? [...next.records] : records
      if (group.length > 1) for (const record of next.records) records.push(record)
      this.#queue.shift()
    }
    this.#write(group, records)
    this.#buffered -= records.length
    this.#wroteAt = performance.now()
    this.#admit()
  }

  #write(group: readonly Sending[], records: readonly ProducedRecord[]): void {
    try {
      this.#append(records)
      for (const { resolve } of group) resolve()
    } catch (error) {
      // One sender's invalid record must not fail the others: misuse is found again alone.
      if (group.length > 1 && error instanceof BrokerError && misuse.has(error.code))
        for (const one of group) this.#write([one], one.records)
      else for (const { reject } of group) reject(error)
    }
  }
}

const misuse: ReadonlySet<string> = new Set([
  'TOPIC_UNKNOWN',
  'PARTITION_UNKNOWN',
  'RECORD_INVALID',
  'RECORD_TOO_LARGE',
])
