import type { Headers, StreamRecord } from '../record.ts'
import { channels } from '../telemetry.ts'
import { AsyncRuntime } from './async-runtime.ts'
import type { RuntimeNode } from './runtime-node.ts'

/** What is told of a node and a record with headers: most records have none, and cost one comparison. */
export interface TracedNode {
  readonly applicationId: string
  readonly task: string
  readonly node: string
  readonly headers: Headers
  /** Epoch ms; a node's time holds that of the nodes behind it, an async node's ends when its result is there. */
  readonly startedAt: number
  readonly endedAt: number
}

/** Wraps the nodes so that they tell on the channel `streams:node`. Called when somebody listens there before the start. */
export function traceNodes(nodes: readonly RuntimeNode[], applicationId: string, task: string): void {
  const now = () => performance.timeOrigin + performance.now()
  for (const node of nodes) {
    const tell = (headers: Headers, startedAt: number) =>
      channels.node.publish({
        applicationId,
        task,
        node: node.name,
        headers,
        startedAt,
        endedAt: now(),
      } satisfies TracedNode)
    const process = node.process.bind(node)
    if (node instanceof AsyncRuntime) {
      const began = new WeakMap<StreamRecord, number>()
      node.process = (record) => {
        if (record.headers.length > 0) began.set(record, now())
        process(record)
      }
      const deliver = node.deliver.bind(node)
      node.deliver = (result) => {
        const startedAt = began.get(result.record)
        if (startedAt !== undefined) tell(result.record.headers, startedAt)
        deliver(result)
      }
      continue
    }
    node.process = (record) => {
      if (record.headers.length === 0) return process(record)
      const startedAt = now()
      try {
        process(record)
      } finally {
        tell(record.headers, startedAt)
      }
    }
  }
}
