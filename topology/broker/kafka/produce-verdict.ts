import { errors, fencing, leaderMoved, tooLarge, transient } from './error-codes.ts'
import type { PartitionLane, Sent } from './partition-lane.ts'

/**
 * What is to be done with a batch after an answer. moved: look for the leader, then again. again, soon: after a while.
 * behind: one before it has to go first. renumber: the broker no longer knows our numbers, and has not taken it.
 */
export type Verdict = 'written' | 'moved' | 'again' | 'soon' | 'behind' | 'renumber' | 'refused'

/** `isRenewable`: outside a transaction, a batch may go again under new numbers. */
export function judge(
  code: number,
  lane: PartitionLane,
  sent: Sent,
  isRenewable: boolean,
): { readonly verdict: Verdict; readonly mayBeWritten: boolean } {
  return { verdict: verdictOf(code, lane, sent, isRenewable), mayBeWritten: written.has(code) }
}

function verdictOf(code: number, lane: PartitionLane, sent: Sent, isRenewable: boolean): Verdict {
  if (code === errors.NONE) return 'written'
  // So old that the broker has forgotten where it stands; a transaction has to know, for its last ones.
  if (code === errors.DUPLICATE_SEQUENCE_NUMBER && isRenewable) return 'written'
  if (leaderMoved.has(code)) return 'moved'
  // The markers of the transaction before are still being written.
  if (code === errors.CONCURRENT_TRANSACTIONS) return 'soon'
  if (transient.has(code)) return 'again'
  if (lane.isWritten(sent)) return 'written'
  if (code === errors.OUT_OF_ORDER_SEQUENCE_NUMBER && lane.hasEarlier(sent)) return 'behind'
  if (isRenewable && !tooLarge.has(code) && (lane.broken || numbersLost.has(code) || fencing.has(code)))
    return 'renumber'
  return 'refused'
}

/** It stands in the leader's log already, and only its replicas are late. */
const written: ReadonlySet<number> = new Set([errors.REQUEST_TIMED_OUT, errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND])

const numbersLost: ReadonlySet<number> = new Set([
  errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
  errors.UNKNOWN_PRODUCER_ID,
  errors.INVALID_PRODUCER_ID_MAPPING,
])
