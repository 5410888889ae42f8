import { IllegalStateError, StoreNotConnectedError, StreamsError } from '../errors.ts'
import type { DropReason, Processor, ProcessorContext, Punctuation, PunctuationType } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import type { CacheScope } from '../state/record-cache.ts'
import type { StateStore } from '../state/state-store.ts'
import type { ProcessorNode } from '../topology.ts'
import { RuntimeNode } from './runtime-node.ts'
import type { Task } from './task.ts'

/** A processor with its context; the two are one object, because nothing else sees either of them. */
export class ProcessorRuntime extends RuntimeNode implements ProcessorContext {
  readonly task: Task
  readonly #node: ProcessorNode
  readonly #processor: Processor
  #schedules = 0

  constructor(task: Task, node: ProcessorNode, stage: number) {
    super(node.name, stage)
    this.task = task
    this.#node = node
    this.#processor = node.supplier()
  }

  get stores(): readonly string[] {
    return this.#node.stores
  }

  init(): void {
    this.#processor.init?.(this)
  }

  process(record: StreamRecord): void {
    this.metrics.processed += 1
    try {
      const returned = this.#processor.process(record) as unknown
      if (returned instanceof Promise) this.#refuse(returned)
    } catch (cause) {
      // An engine's own error is about the task, not about this record.
      if (cause instanceof StreamsError) throw cause
      this.task.skips.failedProcessing(this.name, record, cause)
    }
  }

  /** TypeScript takes an async function for one that returns nothing; its record would be committed before it is done. */
  #refuse(promise: Promise<unknown>): never {
    promise.catch(() => {})
    throw new IllegalStateError(
      `node "${this.name}": process returned a promise; what takes time belongs in an async node`,
    )
  }

  flush(): void {
    this.#processor.flush?.()
  }

  close(): void {
    try {
      this.#processor.close?.()
    } catch (cause) {
      this.task.skips.failedClose(this.name, cause)
    }
  }

  override forward(record: StreamRecord, childName?: string): void {
    const { children } = this
    if (childName === undefined) {
      const side = this.#node.sideOutputs
      if (side.length === 0) for (let i = 0; i < children.length; i++) children[i]!.process(record)
      else for (const child of children) if (!side.includes(child.name)) child.process(record)
      return
    }
    const child = children.find(({ name }) => name === childName)
    if (!child) throw new TypeError(`node "${this.name}" has no child "${childName}"`)
    child.process(record)
  }

  get node(): string {
    return this.name
  }

  get applicationId(): string {
    return this.task.applicationId
  }

  get sessionEpoch(): number {
    return this.task.sessionEpoch
  }

  get taskId(): string {
    return this.task.id
  }

  get partition(): number {
    return this.task.partition
  }

  get recordMetadata() {
    return this.task.input
  }

  get streamTime(): number {
    return this.task.streamTime
  }

  get isCaughtUp(): boolean {
    return this.task.isCaughtUp
  }

  currentSystemTimeMs(): number {
    return this.task.now()
  }

  get recordCache(): CacheScope | undefined {
    return this.task.recordCache
  }

  getStateStore<S extends StateStore>(name: string): S {
    if (!this.#node.stores.includes(name))
      throw new StoreNotConnectedError(`node "${this.name}" is not connected to store "${name}"`)
    return this.task.store(name) as unknown as S
  }

  schedule(intervalMs: number, type: PunctuationType, callback: (timestamp: number) => void): Punctuation {
    if (!(intervalMs >= 1)) throw new RangeError(`node "${this.name}": cannot punctuate every ${intervalMs} ms`)
    const id = `${this.name}#${this.#schedules++}`
    return this.task.schedule(id, this, intervalMs, type, callback)
  }

  drop(reason: DropReason, detail: string, options?: { readonly deadLetter?: boolean }): void {
    this.task.skips.drop(this.name, reason, detail, options?.deadLetter)
  }
}
