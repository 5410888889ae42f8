import type { StreamRecord } from '../record.ts'
import { RuntimeNode } from './runtime-node.ts'
import { Hole, type Moment } from './tape.ts'
import type { Task } from './task.ts'

/** Stands before a node of a later stage: what is forwarded to it waits on the tape for its turn. */
export class Crossing extends RuntimeNode {
  readonly #task: Task
  readonly #target: RuntimeNode

  constructor(task: Task, target: RuntimeNode) {
    super(target.name, target.stage)
    this.#task = task
    this.#target = target
  }

  process(record: StreamRecord): void {
    this.#task.tape.push(new Arrival(this.#target, record, this.#task.moment()))
  }
}

class Arrival extends Hole {
  readonly #node: RuntimeNode
  readonly #record: StreamRecord

  constructor(node: RuntimeNode, record: StreamRecord, moment: Moment) {
    super(node.stage, moment)
    this.#node = node
    this.#record = record
  }

  fill(): void {
    this.#node.process(this.#record)
  }
}
