import type { CommittedOffset, TopicPartition } from '../../broker.ts'
import type { Client } from '../client-options.ts'
import { type Coordinators, GaveUpError } from '../coordinators.ts'
import { errors } from '../error-codes.ts'
import { refusal, tooLate } from '../refusal.ts'
import { groupErrors } from './group-errors.ts'

export interface FetchOffsetsOptions extends Pick<Client, 'rpc' | 'time'> {
  readonly coordinators: Coordinators
  readonly groupId: string
  readonly partitions: readonly TopicPartition[]
  /** An open transaction is over after its own timeout; longer the log is asked in vain. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Committed offsets of a group, stable ones only (KIP-447): while an earlier owner's transaction that would change one
 * of them is open, the coordinator does not tell, and is asked again. Absent when none was committed. Throws BrokerError
 * KAFKA_TIMEOUT, KAFKA_UNAUTHORIZED, KAFKA_REFUSED.
 */
export async function fetchOffsets(options: FetchOffsetsOptions): Promise<readonly CommittedOffset[]> {
  const { rpc, time, coordinators, groupId, partitions, timeoutMs, signal } = options
  const what = `committed offsets of ${groupId}`
  if (partitions.length === 0) return []
  try {
    const { answer, code } = await coordinators.ask(
      {
        kind: 'group',
        key: groupId,
        ask: (node) => rpc.offsetFetch(node, { groupId, partitions, requireStable: true }),
        codeOf: (one) =>
          one.errorCode || (one.partitions.find(({ errorCode }) => errorCode !== errors.NONE)?.errorCode ?? 0),
        again: new Set([groupErrors.UNSTABLE_OFFSET_COMMIT]),
      },
      { deadline: time.now() + timeoutMs, signal },
    )
    if (code !== errors.NONE) throw refusal(code, what, answer.errorMessage)
    return answer.partitions
      .filter(({ offset }) => offset >= 0)
      .map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, metadata }))
  } catch (error) {
    throw error instanceof GaveUpError ? tooLate(what, error.cause) : error
  }
}
