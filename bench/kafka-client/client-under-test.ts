/** One Kafka client, made to do the same work as the others. */
export interface ClientUnderTest {
  readonly name: string
  /** Produces all batches, acknowledged by all replicas, idempotent, at most `inFlight` sends at a time. */
  produce(topic: string, batches: readonly (readonly BenchRecord[])[], inFlight: number): Promise<void>
  /** Each batch as a transaction of its own, one after the other. */
  transact(topic: string, batches: readonly (readonly BenchRecord[])[]): Promise<void>
  /**
   * Reads `count` committed records from the beginning. Calls `onFirst` at the first one, so that joining a group is not
   * measured, and resolves with the sum of the values' lengths.
   */
  consume(topic: string, partitions: number, count: number, onFirst: () => void): Promise<number>
}

export interface BenchRecord {
  readonly key: Buffer
  readonly value: Buffer
}

/** Runs `send` for every batch in order, at most `inFlight` at a time. */
export async function window<T>(
  batches: readonly T[],
  inFlight: number,
  send: (batch: T) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < batches.length) await send(batches[next++]!)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}
