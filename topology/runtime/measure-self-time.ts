import { AsyncRuntime } from './async-runtime.ts'
import type { RuntimeNode } from './runtime-node.ts'

/** Adds up, in each node's metrics, the time it spends itself: its call less the calls it makes. Async nodes do it alone. */
export function measureSelfTime(nodes: readonly RuntimeNode[]): void {
  let childrenMs = 0
  for (const node of nodes) {
    if (node instanceof AsyncRuntime) continue
    const process = node.process.bind(node)
    node.process = (record) => {
      const siblingsMs = childrenMs
      childrenMs = 0
      const started = performance.now()
      try {
        process(record)
      } finally {
        const tookMs = performance.now() - started
        node.metrics.selfMs += tookMs - childrenMs
        childrenMs = siblingsMs + tookMs
      }
    }
  }
}
