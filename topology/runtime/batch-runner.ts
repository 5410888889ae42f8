import { IllegalStateError } from '../errors.ts'
import type { Epoch } from './epoch.ts'
import { type Batch, Pipeline } from './pipeline.ts'
import { Hole, type Moment, type Tape } from './tape.ts'

export interface BatchRunnerOptions {
  /** 1: no async nodes, every batch ends where it began. */
  readonly stages: number
  readonly maxOpenBatches: number
  readonly isClosed: () => boolean
  readonly moment: () => Moment
  readonly enter: (moment: Moment) => void
  /** Runs the work of a stage on one snapshot of the state. */
  readonly snapshot: (work: () => void) => void
  /** A stage behind an async node failed. */
  readonly onFailure: (error: unknown) => void
}

/** Takes the batches of one task from their first node to the end: what a batch makes, in which stage, onto which tape. */
export class BatchRunner {
  readonly #options: BatchRunnerOptions
  readonly #pipeline: Pipeline | undefined
  #tape: Tape | undefined
  #stage = 0

  constructor(options: BatchRunnerOptions) {
    this.#options = options
    const { stages, isClosed } = options
    if (stages > 1)
      this.#pipeline = new Pipeline({
        stages,
        isClosed,
        runStage: (tape, stage, batch) => this.#runStage(tape, stage, batch),
      })
  }

  /** Where finished outputs and holes go at this moment. Throws when no node has its turn: nobody would take them. */
  get tape(): Tape {
    if (!this.#tape)
      throw new IllegalStateError(
        'a node forwarded outside of process, punctuate and flush: what takes time belongs in an async node',
      )
    return this.#tape
  }

  /** The stage whose nodes have their turn. */
  get stage(): number {
    return this.#stage
  }

  /** Batches between their first stage and their end. */
  get open(): number {
    return this.#pipeline?.open ?? 0
  }

  get hasRoom(): boolean {
    return this.open < this.#options.maxOpenBatches
  }

  /** One place more than for records: a pipeline that they keep full would never let a clock have its turn. */
  get hasRoomForClock(): boolean {
    return this.open <= this.#options.maxOpenBatches
  }

  /** Resolves when a batch has come through its async nodes. */
  get nextRoom(): Promise<void> {
    return this.#pipeline?.left ?? Promise.resolve()
  }

  /** Opens a batch of `epoch`; the returned function hands it to the later stages, if there are any. */
  begin(epoch: Epoch, afterStage?: (stage: number) => void): () => Promise<void> {
    const pipeline = this.#pipeline
    const tape: Tape = pipeline ? [] : epoch.outputs
    this.#tape = tape
    const done: Batch['done'] = (outputs) => {
      for (const output of outputs) epoch.outputs.push(output)
    }
    return () => {
      this.#tape = undefined
      if (!pipeline) return Promise.resolve()
      const pushed = pipeline.push({ tape, done, ...(afterStage && { afterStage }) })
      pushed.catch(this.#options.onFailure)
      return pushed
    }
  }

  #runStage(tape: Tape, stage: number, batch: Batch): Tape {
    const { enter, moment, snapshot } = this.#options
    const before = moment()
    const next: Tape = []
    this.#tape = next
    this.#stage = stage
    try {
      snapshot(() => {
        for (const item of tape) {
          if (item instanceof Hole && item.stage === stage) {
            enter(item.moment)
            item.fill()
          } else next.push(item)
        }
      })
      batch.afterStage?.(stage)
    } finally {
      this.#stage = 0
      this.#tape = undefined
      enter(before)
    }
    return next
  }
}
