import type { Position } from '../broker.ts'
import type { BatchSender } from './batch-sender.ts'
import type { TransactionalProducerOptions } from './client-options.ts'
import type { Patience } from './coordinators.ts'
import { fencing, tooLarge } from './error-codes.ts'
import type { PackedBatch } from './pack-records.ts'
import type { BatchResult } from './partition-lane.ts'
import { tooLate } from './refusal.ts'
import type { Time } from './rpc.ts'
import { TransactionFailure } from './transaction-failure.ts'

/** A topic takes no batch of this size. */
export class BatchTooLargeError extends TransactionFailure {
  readonly topic: string
  readonly bytes: number
  constructor(cause: Error, topic: string, bytes: number) {
    super('abort', cause)
    this.topic = topic
    this.bytes = bytes
  }
}

/**
 * All batches of a transaction, to all leaders at once. Resolves with the offset after the last record of each partition;
 * throws TransactionFailure when one cannot be written, as soon as nothing is on its way any more.
 */
export async function produceBatches(
  sender: BatchSender,
  batches: readonly PackedBatch[],
  { time, compression = 'none' }: Pick<TransactionalProducerOptions, 'time' | 'compression'>,
  patience: Patience,
): Promise<readonly Position[]> {
  const results: BatchResult[] = []
  let first: TransactionFailure | undefined
  for (const [i, { topic, partition, builder }] of batches.entries())
    sender.add({
      topic,
      partition,
      records: builder.records,
      size: builder.bytes,
      deadline: patience.deadline,
      encode: (identity, baseSequence) =>
        builder.finish({ ...identity, baseSequence, transactional: true, compression }),
      settle: (result) => {
        results[i] = result
        if (result.kind === 'written') return
        // A fence says more than what came before it.
        if (!first || isFence(result)) first = failure(result, topic, builder.bytes)
        // The others can only be aborted with it: waiting for them would hold readers up.
        sender.cancel(result.cause)
      },
    })
  sender.flush()
  await settled(sender, time, patience)
  if (first) throw first
  const next = new Map<string, Position>()
  for (const [i, { topic, partition, builder }] of batches.entries()) {
    const result = results[i]
    if (result?.kind !== 'written') throw new TransactionFailure('abort', tooLate(`${topic}-${partition}`))
    if (result.baseOffset >= 0)
      next.set(`${topic} ${partition}`, { topic, partition, offset: result.baseOffset + builder.records })
  }
  return [...next.values()]
}

/** Until everything has settled, at most to the deadline: a broker that says nothing must not hold the abort up. */
async function settled(sender: BatchSender, time: Time, { deadline, signal }: Patience): Promise<void> {
  if (signal?.aborted) return
  const over = new AbortController()
  const end = () => over.abort()
  signal?.addEventListener('abort', end, { once: true })
  await Promise.race([sender.idle(), time.sleep(Math.max(0, deadline - time.now()), over.signal)])
  over.abort()
  signal?.removeEventListener('abort', end)
}

const isFence = (result: BatchResult) => result.kind === 'refused' && fencing.has(result.code)

function failure(result: Exclude<BatchResult, { kind: 'written' }>, topic: string, bytes: number): TransactionFailure {
  if (isFence(result)) return new TransactionFailure('fenced', result.cause)
  if (result.kind === 'refused' && tooLarge.has(result.code)) return new BatchTooLargeError(result.cause, topic, bytes)
  return new TransactionFailure('abort', result.cause)
}
