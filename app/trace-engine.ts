import { channels } from '#topology'
import type { Config } from './config.ts'
import { type Traces, tracesOf } from './traces.ts'

/** What the engine's channel `streams:node` brings; the engine only promises plain data there. */
interface TracedNode {
  readonly task: string
  readonly node: string
  readonly headers: Parameters<Traces['add']>[1]
  readonly startedAt: number
  readonly endedAt: number
}

/**
 * Adds what this thread's stream client does with a traced message to its trace, node by node. To be called before the client
 * starts; the returned function ends it and sends what was measured.
 */
export async function traceEngine(config: Pick<Config, 'traces'>): Promise<() => Promise<void>> {
  const traces = await tracesOf('analyze', config)
  return traces ? traceEngineTo(traces) : async () => {}
}

export function traceEngineTo(traces: Traces): () => Promise<void> {
  const take = (message: unknown) => {
    const { task, node, headers, startedAt, endedAt } = message as TracedNode
    traces.add(node, headers, { startedAt, endedAt, attributes: { task } })
  }
  channels.node.subscribe(take)
  return async () => {
    channels.node.unsubscribe(take)
    await traces.close()
  }
}
