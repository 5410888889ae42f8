import type { StreamRecord } from '../record.ts'
import type { NodeMetrics } from './task-metrics.ts'

/** A node at work in one task. */
export abstract class RuntimeNode {
  readonly name: string
  readonly stage: number
  readonly metrics: NodeMetrics = { processed: 0, selfMs: 0 }
  /** Where `forward` goes, in the order of declaration. */
  children: RuntimeNode[] = []

  constructor(name: string, stage: number) {
    this.name = name
    this.stage = stage
  }

  abstract process(record: StreamRecord): void

  forward(record: StreamRecord): void {
    const children = this.children
    for (let i = 0; i < children.length; i++) children[i]!.process(record)
  }
}

export class SourceRuntime extends RuntimeNode {
  process(record: StreamRecord): void {
    this.metrics.processed += 1
    this.forward(record)
  }
}
