import { type TopicDeclaration, topics } from '#schemas/topics.ts'
import type { DeadLetter } from '#schemas/types.ts'
import type { Broker, Producer } from '#topology'
import { recordsOf } from '../produce.ts'
import { eraseState } from './erase-state.ts'

export interface Erasure {
  readonly channelId: string
  readonly broadcastId: string
  /** The channel's state and request are of this broadcast: they go as well. */
  readonly isCurrent: boolean
}

/**
 * Takes a broadcast out of the log: its messages, everything derived from them, what the analysis remembers, and its
 * state. The analysis must stand still. The archive is another matter. Returns the records taken away.
 *
 * The state goes last: until then an erasure that was interrupted shows, and can be asked for again.
 */
export async function eraseBroadcast(broker: Broker, producer: Producer, erasure: Erasure): Promise<number> {
  const { channelId, broadcastId, isCurrent } = erasure
  let erased = 0
  const from = async <T>(topic: TopicDeclaration<T>, isOf: (value: T) => boolean) => {
    erased += await broker.erase(topic.name, ({ key, value }) => matches(topic, key, value, isOf))
  }
  const codecs = new Map(
    Object.values(topics).map((topic) => [topic.name, topic.value.bind(broker.schemas, `${topic.name}-value`)]),
  )
  const key = Buffer.from(channelId)
  const matches = <T>(
    topic: { readonly name: string },
    recordKey: Uint8Array | null,
    value: Uint8Array | null,
    isOf: (value: T) => boolean,
  ): boolean => {
    if (!recordKey || !value || !key.equals(recordKey)) return false
    try {
      return isOf(codecs.get(topic.name)!.decode(value) as T)
    } catch {
      // What cannot be read cannot be shown to be another broadcast's: the person asked for it to be gone.
      return true
    }
  }
  const isOfThis = (value: { readonly broadcastId: string }) => value.broadcastId === broadcastId

  await from(topics.chatMessages, isOfThis)
  await from(topics.analyzedMessages, ({ message }) => isOfThis(message))
  await from(topics.windowCounts, isOfThis)
  await from(topics.keywordCounts, isOfThis)
  await from(topics.authorOffences, isOfThis)
  await from(topics.alerts, isOfThis)
  await from(topics.deadLetters, (letter: DeadLetter) =>
    letter.topic === topics.chatMessages.name
      ? matches(topics.chatMessages, letter.key, letter.value, isOfThis)
      : false,
  )
  await eraseState(broker, channelId, broadcastId)
  await from(topics.broadcastStates, isOfThis)
  if (isCurrent) {
    const now = Date.now()
    await producer.send([
      recordsOf(broker, topics.broadcastStates)(channelId, null, now),
      recordsOf(broker, topics.broadcastRequests)(channelId, null, now),
    ])
  }
  return erased
}
