import type { Faults } from './faults.ts'
import { LogBroker } from './log/log-broker.ts'
import { MemoryLog } from './memory/memory-log.ts'

export interface MemoryBrokerOptions {
  /** Several brokers on one log stand for the threads, or the lives, of one application. Absent: a log of its own. */
  readonly log?: MemoryLog
  /** Epoch ms; ages of records in the log come from it. Belongs to the log: not used beside `log`. */
  readonly clock?: () => number
  readonly faults?: Faults
}

/** A log in memory: what `SqliteBroker` does, without a disk. Runs `TopologyTestDriver` and tests. */
export class MemoryBroker extends LogBroker {
  constructor({ log, clock, faults }: MemoryBrokerOptions = {}) {
    super(log ?? new MemoryLog({ clock, faults }), faults)
  }
}
