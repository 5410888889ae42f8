import type { FetchedRecord, ProducedRecord } from '../broker/broker.ts'

/**
 * What a batch has made so far, in lineage order: the order in which one record at a time would have made it. A finished
 * output is a `ProducedRecord`. Where a record must wait for an async node, or for one that runs later, there is a
 * `Hole`; the stage that fills it puts what it makes exactly there. So merges and sinks see the order of one at a time,
 * and no record needs to carry its place with it: the place on the tape is the lineage ordinal.
 */
export type Tape = (ProducedRecord | Hole)[]

/** The record being worked on, the stream time it brought, and whether everything was read then; saved with a hole, brought back when it is filled. */
export interface Moment {
  readonly input: FetchedRecord | undefined
  readonly streamTime: number
  readonly isCaughtUp: boolean
}

export abstract class Hole {
  readonly stage: number
  readonly moment: Moment
  constructor(stage: number, moment: Moment) {
    this.stage = stage
    this.moment = moment
  }
  /** Does what had to wait; its outputs and further holes go onto the task's tape. */
  abstract fill(): void
}

/** Something to call when the stage comes to it. */
export class Deferred extends Hole {
  readonly fill: () => void
  constructor(stage: number, moment: Moment, fill: () => void) {
    super(stage, moment)
    this.fill = fill
  }
}
