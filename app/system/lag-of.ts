import type { Broker } from '#topology'

export interface PartitionLag {
  readonly topic: string
  readonly partition: number
  readonly committed: number
  readonly end: number
  /** By offsets: gaps count too. */
  readonly lag: number
}

/** How far an application's committed offsets are behind, measured now. */
export async function lagOf(
  broker: Pick<Broker, 'committed' | 'offsets'>,
  applicationId: string,
): Promise<readonly PartitionLag[]> {
  const committed = await broker.committed(applicationId)
  return Promise.all(
    committed.map(async ({ topic, partition, offset }) => {
      const { latest } = await broker.offsets({ topic, partition })
      return { topic, partition, committed: offset, end: latest, lag: Math.max(0, latest - offset) }
    }),
  )
}
