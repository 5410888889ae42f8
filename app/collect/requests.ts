import { topics } from '#schemas/topics.ts'
import type { BroadcastRequest, ChannelSettings } from '#schemas/types.ts'
import type { Broker, Producer } from '#topology'
import { recordsOf } from '../produce.ts'

/** Writes what somebody asked for; the collector reads it from the topic, as it would from another process. */
export function produceRequest(broker: Broker, producer: Producer, request: BroadcastRequest): Promise<void> {
  return producer.send([recordsOf(broker, topics.broadcastRequests)(request.channelId, request, request.requestedAt)])
}

export function produceSettings(broker: Broker, producer: Producer, settings: ChannelSettings): Promise<void> {
  return producer.send([recordsOf(broker, topics.channelSettings)(settings.channelId, settings, settings.updatedAt)])
}

/**
 * Takes a broadcast out of the log: its messages, everything derived from them, and its state. The archive is another
 * matter. Returns the records taken away.
 */
export async function eraseBroadcast(
  broker: Broker,
  producer: Producer,
  channelId: string,
  broadcastId: string,
): Promise<number> {
  let erased = 0
  const from = async <T>(topic: (typeof topics)[keyof typeof topics], isOf: (value: T) => boolean) => {
    const codec = topic.value.bind(broker.schemas, `${topic.name}-value`)
    const key = Buffer.from(channelId)
    erased += await broker.erase(topic.name, (record) => {
      if (!record.key || !record.value || !key.equals(record.key)) return false
      try {
        return isOf(codec.decode(record.value) as T)
      } catch {
        // What cannot be read cannot be shown to be another broadcast's: the person asked for it to be gone.
        return true
      }
    })
  }
  const byBroadcast = (value: { readonly broadcastId: string }) => value.broadcastId === broadcastId
  await from(topics.chatMessages, byBroadcast)
  await from<{ message: { broadcastId: string } }>(topics.analyzedMessages, ({ message }) => byBroadcast(message))
  for (const topic of [topics.windowCounts, topics.keywordCounts, topics.authorOffences, topics.alerts])
    await from(topic, byBroadcast)
  let wasCurrent = false
  await from<{ broadcastId: string }>(topics.broadcastStates, (state) => {
    wasCurrent ||= byBroadcast(state)
    return byBroadcast(state)
  })
  if (wasCurrent) {
    const now = Date.now()
    await producer.send([
      recordsOf(broker, topics.broadcastStates)(channelId, null, now),
      recordsOf(broker, topics.broadcastRequests)(channelId, null, now),
    ])
  }
  return erased
}
