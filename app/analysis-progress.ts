import { setTimeout as sleep } from 'node:timers/promises'
import type { Topics } from '#schemas/topics.ts'
import { type Broker, measurementsOf, type StreamsMetrics } from '#topology'
import { ANALYSIS } from './applications.ts'
import type { AnalyzeStatus } from './embedded/status.ts'
import { hasUnread } from './has-unread.ts'

/** Resolves when everything in the log is analysed and committed: also what the model has in hand. */
export async function analysisCaughtUp(broker: Broker, topics: Topics, everyMs: number): Promise<void> {
  // What chatTopology reads.
  const { chatMessages, channelSettings, channelRules, broadcastStates, authorErasures } = topics
  const sources = [chatMessages, channelSettings, channelRules, broadcastStates, authorErasures]
  while (await hasUnread(broker, sources, await broker.committed(ANALYSIS))) await sleep(everyMs)
}

/** What the stream threads of one process measure, as they tell it. */
export function measured(
  threads: readonly StreamsMetrics[],
): Pick<AnalyzeStatus, 'counters' | 'gauges' | 'work' | 'nodes'> {
  return { ...measurementsOf(threads), work: workOf(threads), nodes: nodesOf(threads) }
}

/** Over the tasks at work: a task that moves away takes its share with it, as a restart would. */
function nodesOf(threads: readonly StreamsMetrics[]): NonNullable<AnalyzeStatus['nodes']> {
  const sums: { [node: string]: { processed: number; selfMs: number } } = {}
  for (const { nodes } of threads.flatMap((thread) => thread.tasks))
    for (const [node, { processed, selfMs }] of Object.entries(nodes)) {
      sums[node] ??= { processed: 0, selfMs: 0 }
      sums[node].processed += processed
      sums[node].selfMs += selfMs
    }
  return sums
}

function workOf(threads: readonly StreamsMetrics[]): string {
  const tasks = threads.flatMap((thread) => thread.tasks)
  const restoring = threads.flatMap((thread) => thread.restoring)
  const standby = threads.flatMap((thread) => thread.standby)
  const parts = [
    tasks.length === 0 ? 'no tasks' : `tasks ${tasks.map(({ task, lag }) => `${task} (lag ${lag})`).join(', ')}`,
    ...restoring.map(({ task, store, remaining }) => `restoring ${store} of ${task}, ${remaining} left`),
    ...(standby.length > 0
      ? [`${standby.length} warm copies (lag ${standby.reduce((sum, { lag }) => sum + lag, 0)})`]
      : []),
  ]
  return parts.join('; ')
}
