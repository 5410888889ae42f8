import type { ProducedRecord } from '../broker/broker.ts'
import { MAX_RECORD_BYTES, recordBytes } from '../broker/log/records.ts'
import { type Coordinates, DeserializationError, ProcessingError, ProductionError } from '../errors.ts'
import type { DropReason } from '../processor.ts'
import { isTimestamp, noHeaders, type StreamRecord } from '../record.ts'
import { channels, logEvents } from '../telemetry.ts'
import type { DeadLetter, DeadLetterStage } from './dead-letter.ts'
import type { Environment } from './environment.ts'
import type { Taken } from './record-queue.ts'
import type { Task } from './task.ts'

interface Skipped {
  readonly reason: DropReason | DeadLetterStage
  readonly stage: DeadLetterStage
  readonly node: string
  readonly cause: unknown
  /** What the node was given, where that is not what was read. */
  readonly record: StreamRecord | undefined
  readonly deadLetter: boolean
}

/**
 * No record vanishes: each one that leaves the stream before its time is counted once, logged once and, where configured,
 * a dead letter in the transaction of what it stands for. Where the policy is `fail`, the task stops before that.
 */
export class Skips {
  readonly #environment: Environment
  readonly #task: Task

  constructor(environment: Environment, task: Task) {
    this.#environment = environment
    this.#task = task
  }

  /** The bytes are not what the serde reads, or there is no time in them. */
  unreadable(node: string, { kind, cause }: NonNullable<Taken['problem']>): void {
    if (this.#environment.policies.deserialization === 'fail')
      throw new DeserializationError('a record cannot be read', this.#at(node), cause)
    this.#skip({ reason: kind, stage: 'deserialization', node, cause, record: undefined, deadLetter: true })
  }

  /** User code threw while it worked on `record`. Returns when the policy is to go on. */
  failedProcessing(node: string, record: StreamRecord | undefined, cause: unknown): void {
    if (this.#environment.policies.processing === 'fail')
      throw new ProcessingError('a node threw', this.#at(node), cause)
    this.#skip({ reason: 'processing', stage: 'processing', node, cause, record, deadLetter: true })
  }

  failedProduction(node: string, record: StreamRecord, cause: unknown): void {
    if (this.#environment.policies.production === 'fail')
      throw new ProductionError('a result cannot be encoded', this.#at(node), cause)
    this.#skip({ reason: 'production', stage: 'production', node, cause, record, deadLetter: true })
  }

  /** A processor threw while it was closed. Its work is committed or discarded by then, so the others close as well. */
  failedClose(node: string, cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause)
    this.#environment.logger.error(logEvents.closeFailed, { ...this.#at(node), message })
  }

  /** By rule, not by failure. `deadLetter: false` when it goes on elsewhere. */
  drop(node: string, reason: DropReason, detail: string, deadLetter = true): void {
    const stage = reason === 'late' || reason === 'future' ? reason : 'processing'
    this.#skip({ reason, stage, node, cause: new Error(detail), record: undefined, deadLetter })
  }

  #at(node: string): Coordinates {
    const { input, id } = this.#task
    if (!input) return { task: id, node }
    const { topic, partition, offset } = input
    return { task: id, node, topic, partition, offset }
  }

  #skip(skipped: Skipped): void {
    const { reason, node, cause, record } = skipped
    const { metrics, input, streamTime } = this.#task
    metrics.dropped[reason] = (metrics.dropped[reason] ?? 0) + 1
    const error = cause instanceof Error ? cause : new Error(String(cause))
    const timestamp = record?.timestamp ?? input?.timestamp
    this.#environment.logger.warn(logEvents.skipped, {
      reason,
      ...this.#at(node),
      timestamp,
      streamTime,
      message: error.message,
    })
    const letter = this.#letter(skipped, error)
    if (channels.skipped.hasSubscribers)
      channels.skipped.publish({ applicationId: this.#environment.applicationId, reason, ...letter })
    const produced = skipped.deadLetter ? this.#produce(letter) : undefined
    if (produced) this.#task.tape.push(produced)
  }

  #letter({ stage, node, record }: Skipped, error: Error): DeadLetter {
    const { input, id, partition, streamTime } = this.#task
    return {
      stage,
      topic: input?.topic ?? '',
      partition: input?.partition ?? partition,
      offset: input?.offset ?? -1,
      timestamp:
        input?.timestamp ?? (record && isTimestamp(record.timestamp) ? record.timestamp : Math.max(0, streamTime)),
      key: input?.key ?? null,
      value: input?.value ?? null,
      headers: input?.headers ?? noHeaders,
      application: this.#environment.applicationId,
      task: id,
      node,
      code: codeOf(error),
      message: error.message,
      stack: error.stack ?? '',
      at: this.#environment.clock(),
    }
  }

  #produce(letter: DeadLetter): ProducedRecord | undefined {
    const { deadLetters } = this.#environment
    if (!deadLetters) return undefined
    this.#task.metrics.deadLetters += 1
    const { topic, toValue, codec } = deadLetters
    const record = (what: DeadLetter): ProducedRecord => ({
      topic: topic.name,
      key: what.key,
      value: codec.encode(toValue(what)),
      timestamp: what.timestamp,
      headers: noHeaders,
    })
    const whole = record(letter)
    if (recordBytes(whole) <= MAX_RECORD_BYTES) return whole
    return record({ ...letter, key: null, value: null, headers: noHeaders })
  }
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name
