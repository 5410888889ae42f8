import { type StreamRecord, withValue } from '../record.ts'
import type { AsyncNode } from '../topology.ts'
import { RuntimeNode } from './runtime-node.ts'
import { Hole, type Moment } from './tape.ts'
import type { Task } from './task.ts'

/**
 * A node whose results come later. Records that reach it leave a hole on the tape; `resolve` asks for the values of all
 * holes of a batch at once, before the next stage fills them.
 */
export class AsyncRuntime extends RuntimeNode {
  readonly #task: Task
  readonly #node: AsyncNode
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(task: Task, node: AsyncNode, stage: number) {
    super(node.name, stage)
    this.#task = task
    this.#node = node
  }

  process(record: StreamRecord): void {
    this.#task.tape.push(new AsyncResult(this, record, this.#task.moment()))
  }

  /** Resolves when every one has a value or an error of its own; never rejects. */
  async resolve(results: readonly AsyncResult[]): Promise<void> {
    const { batchSize } = this.#node
    const calls: Promise<void>[] = []
    for (let from = 0; from < results.length; from += batchSize)
      calls.push(this.#limited(results.slice(from, from + batchSize)))
    await Promise.all(calls)
  }

  deliver({ record, value, error }: AsyncResult): void {
    this.metrics.processed += 1
    if (error !== undefined) this.#task.skips.failedProcessing(this.name, record, error.cause)
    else this.forward(withValue(record, value))
  }

  async #limited(results: readonly AsyncResult[]): Promise<void> {
    if (this.#running >= this.#node.maxInFlight) await new Promise<void>((go) => this.#waiting.push(go))
    this.#running += 1
    const started = performance.now()
    try {
      await this.#call(results)
    } finally {
      this.metrics.selfMs += performance.now() - started
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  /** A batch that fails is halved until the record at fault stands alone: the others must not fall with it. */
  async #call(results: readonly AsyncResult[]): Promise<void> {
    if (this.#task.isClosed) return
    try {
      const values = await this.#node.mapBatch(results.map(({ record }) => record.value))
      if (values.length !== results.length)
        throw new RangeError(`async node "${this.name}" gave ${values.length} values for ${results.length}`)
      for (let i = 0; i < results.length; i++) results[i]!.value = values[i]
    } catch (cause) {
      if (results.length === 1) {
        results[0]!.error = { cause }
        return
      }
      const half = results.length >>> 1
      await this.#call(results.slice(0, half))
      await this.#call(results.slice(half))
    }
  }
}

export class AsyncResult extends Hole {
  readonly node: AsyncRuntime
  readonly record: StreamRecord
  value: unknown
  error: { readonly cause: unknown } | undefined

  constructor(node: AsyncRuntime, record: StreamRecord, moment: Moment) {
    super(node.stage + 1, moment)
    this.node = node
    this.record = record
  }

  fill(): void {
    this.node.deliver(this)
  }
}
