import { IllegalStateError } from '../errors.ts'

/**
 * The states of a `Streams` client, after Kafka Streams' KafkaStreams.State.
 *
 *                 +---------+
 *         +-------| CREATED |
 *         |       +----+----+
 *         |            v
 *         |     +-------------+
 *         |  +--| REBALANCING |<-+   joins, restores its stores
 *         |  |  +------+------+  |
 *         |  |         v         |
 *         |  |    +---------+    |
 *         |  |    | RUNNING |----+
 *         |  |    +--+---+--+
 *         |  |       |   |
 *         v  v       v   v           (REBALANCING fails into PENDING_ERROR, too)
 *    +------------------+   +---------------+
 *    | PENDING_SHUTDOWN |   | PENDING_ERROR |
 *    +--------+---------+   +-------+-------+
 *             v                     v
 *      +-------------+          +-------+
 *      | NOT_RUNNING |          | ERROR |   the thread failed; nothing uncommitted was kept
 *      +-------------+          +-------+
 */
const transitions = {
  CREATED: ['REBALANCING', 'PENDING_SHUTDOWN'],
  REBALANCING: ['RUNNING', 'PENDING_SHUTDOWN', 'PENDING_ERROR'],
  RUNNING: ['REBALANCING', 'PENDING_SHUTDOWN', 'PENDING_ERROR'],
  PENDING_SHUTDOWN: ['NOT_RUNNING', 'PENDING_ERROR'],
  NOT_RUNNING: [],
  PENDING_ERROR: ['ERROR'],
  ERROR: [],
} as const satisfies Record<string, readonly string[]>

export type StreamsState = keyof typeof transitions

/** Throws IllegalStateError for a transition that is not drawn above. */
export function requireTransition(from: StreamsState, to: StreamsState): void {
  if (!(transitions[from] as readonly string[]).includes(to))
    throw new IllegalStateError(`cannot go from ${from} to ${to}`)
}
