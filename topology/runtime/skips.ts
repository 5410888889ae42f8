import type { ProducedRecord } from '../broker/broker.ts'
import type { Coordinates } from '../errors.ts'
import type { DropReason } from '../processor.ts'
import { noHeaders, type StreamRecord } from '../record.ts'
import { channels, logEvents } from '../telemetry.ts'
import type { DeadLetter, DeadLetterStage } from './dead-letter.ts'
import type { Environment } from './environment.ts'
import type { Task } from './task.ts'

export interface Skipped {
  readonly reason: DropReason | DeadLetterStage
  readonly stage: DeadLetterStage
  readonly node: string
  readonly cause: unknown
  /** What the node was given, where that is not what was read. */
  readonly record: StreamRecord | undefined
  readonly deadLetter: boolean
}

/** No record vanishes: each one that is skipped is counted once, logged once and, where configured, a dead letter. */
export class Skips {
  readonly #environment: Environment
  readonly #task: Task

  constructor(environment: Environment, task: Task) {
    this.#environment = environment
    this.#task = task
  }

  at(node: string): Coordinates {
    const { input, id } = this.#task
    if (!input) return { task: id, node }
    const { topic, partition, offset } = input
    return { task: id, node, topic, partition, offset }
  }

  /** Returns the dead letter's record, when there is a queue for it. */
  skip(skipped: Skipped): ProducedRecord | undefined {
    const { reason, node, cause, record } = skipped
    const { metrics, input, streamTime } = this.#task
    metrics.dropped[reason] = (metrics.dropped[reason] ?? 0) + 1
    const error = cause instanceof Error ? cause : new Error(String(cause))
    const timestamp = record?.timestamp ?? input?.timestamp
    this.#environment.logger.warn(logEvents.skipped, {
      reason,
      ...this.at(node),
      timestamp,
      streamTime,
      message: error.message,
    })
    const letter = this.#letter(skipped, error)
    if (channels.skipped.hasSubscribers)
      channels.skipped.publish({ applicationId: this.#environment.applicationId, reason, ...letter })
    return skipped.deadLetter ? this.#produce(letter) : undefined
  }

  #letter({ stage, node, record }: Skipped, error: Error): DeadLetter {
    const { input, id, partition, streamTime } = this.#task
    return {
      stage,
      topic: input?.topic ?? '',
      partition: input?.partition ?? partition,
      offset: input?.offset ?? -1,
      timestamp: input?.timestamp ?? record?.timestamp ?? Math.max(0, streamTime),
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
    return {
      topic: topic.name,
      key: letter.key,
      value: codec.encode(toValue(letter)),
      timestamp: letter.timestamp,
      headers: noHeaders,
    }
  }
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name
