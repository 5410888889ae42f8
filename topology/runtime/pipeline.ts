import type { ProducedRecord } from '../broker/broker.ts'
import { AsyncResult, type AsyncRuntime } from './async-runtime.ts'
import type { Tape } from './tape.ts'

export interface Batch {
  /** What stage 0 left. */
  readonly tape: Tape
  /** Called when a stage has filled its holes; what it puts on the tape belongs to the batch. */
  readonly afterStage?: (stage: number) => void
  /** Everything is forwarded; the outputs are in lineage order. */
  readonly done: (outputs: readonly ProducedRecord[]) => void
}

export interface PipelineOptions {
  readonly stages: number
  /** Fills the holes of one stage and returns the tape that results. */
  readonly runStage: (tape: Tape, stage: number, batch: Batch) => Tape
  readonly isClosed: () => boolean
}

/**
 * Carries batches over the async nodes. Batches run ahead of each other's async calls, but every stage takes them in
 * order, so a stage sees exactly the sequence it would see one record at a time.
 *
 *     batch 1:  stage 0 | async ......... | stage 1
 *     batch 2:            stage 0 | async ....... (waits) | stage 1
 */
export class Pipeline {
  readonly #options: PipelineOptions
  /** For each stage, the end of the last batch that was let in. */
  readonly #turns: Promise<void>[]
  #open = 0
  #left = Promise.withResolvers<void>()

  constructor(options: PipelineOptions) {
    this.#options = options
    this.#turns = Array.from({ length: options.stages }, () => Promise.resolve())
  }

  /** Batches between stage 0 and their end. */
  get open(): number {
    return this.#open
  }

  /** Resolves when the next batch leaves. */
  get left(): Promise<void> {
    return this.#left.promise
  }

  /** Resolves after `batch.done`; rejects when user code failed a stage. Call it in the order of the batches. */
  async push(batch: Batch): Promise<void> {
    const { stages, runStage, isClosed } = this.#options
    this.#open += 1
    let { tape } = batch
    let turn = this.#takeTurn(1)
    try {
      for (let stage = 1; stage < stages; stage++) {
        await resolveAsync(tape, stage)
        await turn.before
        if (isClosed()) {
          turn.end()
          return
        }
        tape = runStage(tape, stage, batch)
        // In line for the next stage before the batch behind may run this one.
        const next = stage + 1 < stages ? this.#takeTurn(stage + 1) : undefined
        if (!next) batch.done(tape as ProducedRecord[])
        turn.end()
        if (next) turn = next
      }
    } catch (error) {
      turn.fail(error)
      throw error
    } finally {
      this.#open -= 1
      this.#left.resolve()
      this.#left = Promise.withResolvers<void>()
    }
  }

  #takeTurn(stage: number): Turn {
    const before = this.#turns[stage]!
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    // A failed batch fails the ones behind it; its own caller is the one to hear of it.
    promise.catch(() => {})
    this.#turns[stage] = promise
    return { before, end: resolve, fail: reject }
  }
}

interface Turn {
  readonly before: Promise<void>
  readonly end: () => void
  readonly fail: (error: unknown) => void
}

/** Calls the async nodes for every hole that waits for one before `stage`. */
async function resolveAsync(tape: Tape, stage: number): Promise<void> {
  const byNode = new Map<AsyncRuntime, AsyncResult[]>()
  for (const item of tape) {
    if (!(item instanceof AsyncResult) || item.stage !== stage) continue
    const results = byNode.get(item.node)
    if (results) results.push(item)
    else byNode.set(item.node, [item])
  }
  await Promise.all([...byNode].map(([node, results]) => node.resolve(results)))
}
