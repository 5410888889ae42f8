import { channelKey, topics as declared, type Topics } from '#schemas/topics.ts'
import type { BroadcastSummary } from '#sinks/archive.ts'
import type { Broker } from '#topology'
import { readTopic } from '../read-topic.ts'

/**
 * What the analysis put aside of a broadcast's records, by the stage at which it did: the dead letters that the log
 * still holds of its channel and its time.
 */
export async function putAsideOf(
  broker: Broker,
  { channelId, startedAt, lastMessageAt }: Pick<BroadcastSummary, 'channelId' | 'startedAt' | 'lastMessageAt'>,
  { topics = declared, signal }: { readonly topics?: Topics; readonly signal?: AbortSignal } = {},
): Promise<{ [stage: string]: number }> {
  const counts: { [stage: string]: number } = {}
  const key = Buffer.from(channelKey(channelId))
  const end = (lastMessageAt ?? startedAt) + 60_000
  await readTopic({
    broker,
    topic: topics.deadLetters,
    signal,
    onRecord: ({ value }) => {
      if (!value || value.timestamp < startedAt || value.timestamp >= end) return
      if (value.key && key.equals(value.key)) counts[value.stage] = (counts[value.stage] ?? 0) + 1
    },
  })
  return counts
}
