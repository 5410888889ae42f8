import { mentionsOf } from '#processors/rank-keywords.ts'
import { keyParts } from '#processors/store-key.ts'
import { offenderAlertIds } from '#processors/watch-offenders.ts'
import { type TopicDeclaration, topics } from '#schemas/topics.ts'
import type { Alert, AnalyzedMessage, ChannelRules, ChatMessage, DeadLetter } from '#schemas/types.ts'
import type { Broker, Producer } from '#topology'
import { channelRulesOf } from '../channel-settings-of.ts'
import { recordsOf } from '../produce.ts'
import { readTopic } from '../read-topic.ts'
import { eraseRows, isUsual } from './erase-state.ts'

export interface Person {
  readonly channelId: string
  readonly authorId: string
}

/** What the log holds of a person. */
interface Traces {
  readonly messageIds: ReadonlySet<string>
  readonly broadcasts: ReadonlySet<string>
  /** Words that nobody else wrote in those broadcasts. */
  readonly words: ReadonlySet<string>
}

/**
 * Takes a person out of a log that can be rewritten: messages, everything that names them or holds their words, and what
 * the analysis remembers. The analysis must stand still. Safe to call again. Returns the records and rows taken away.
 *
 * Ids of messages that were seen stay until they expire: without them a source that delivers again would bring it back.
 */
export async function erasePersonFromLog(
  broker: Broker,
  producer: Producer,
  { channelId, authorId }: Person,
  now: number,
): Promise<number> {
  if (authorId === '') return 0
  const traces = await tracesOf(broker, { channelId, authorId })
  const isTheirs = ({ author, target }: ChatMessage) => author.id === authorId || target?.authorId === authorId
  const isTelling = (words: readonly string[], broadcastId: string) =>
    traces.broadcasts.has(broadcastId) && words.some((word) => traces.words.has(word))
  let erased = 0
  const key = Buffer.from(channelId)
  const from = async <T>(topic: TopicDeclaration<T>, isGone: (value: T) => boolean, orUnreadable = true) =>
    fromAny(topic, isGone, (found) => found !== null && key.equals(found), orUnreadable)
  const fromAny = async <T>(
    topic: TopicDeclaration<T>,
    isGone: (value: T) => boolean,
    isNear: (key: Uint8Array | null) => boolean = () => true,
    orUnreadable = false,
  ) => {
    const codec = topic.value.bind(broker.schemas, `${topic.name}-value`)
    erased += await broker.erase(topic.name, (record) => {
      if (!record.value || !isNear(record.key)) return false
      try {
        return isGone(codec.decode(record.value))
      } catch {
        // What cannot be read cannot be shown to be somebody else's.
        return orUnreadable
      }
    })
  }

  // Rules first: their latest version stays, without the person.
  const rules = await channelRulesOf(broker, channelId)
  if (rules?.allowedAuthors.includes(authorId))
    await producer.send([recordsOf(broker, topics.channelRules)(channelId, withoutAuthor(rules, authorId, now), now)])
  await from(topics.channelRules, ({ allowedAuthors }) => allowedAuthors.includes(authorId), false)
  await from(topics.authorOffences, (offence) => offence.authorId === authorId)
  const isTheirAlert = ({ broadcastId, samples, words, subject }: Alert) =>
    subject === authorId ||
    (traces.broadcasts.has(broadcastId) && (samples.length > 0 || isTelling(words, broadcastId)))
  await from(topics.alerts, isTheirAlert)
  // What was told of alerts is not kept by channel.
  await fromAny(topics.notifications, ({ alerts }) =>
    alerts.some((alert) => alert.channelId === channelId && isTheirAlert(alert)),
  )
  const about = offenderAlertIds(channelId, authorId)
  await fromAny(topics.deliveries, ({ notificationId }) => notificationId.startsWith(about))
  await fromAny(topics.alertActions, ({ subject }) => subject.startsWith(about))
  await from(topics.keywordCounts, ({ broadcastId, words, coined }) =>
    isTelling([...words.map(({ word }) => word), ...coined], broadcastId),
  )
  await from(
    topics.operatorActions,
    (action) =>
      action.authorId === authorId || traces.messageIds.has(action.messageId) || action.text.includes(authorId),
    false,
  )
  const messages = topics.chatMessages.value.bind(broker.schemas, `${topics.chatMessages.name}-value`)
  await from(topics.deadLetters, (letter: DeadLetter) => {
    if (letter.topic !== topics.chatMessages.name || !letter.value) return false
    try {
      return isTheirs(messages.decode(letter.value))
    } catch {
      return true
    }
  })
  erased += await eraseRows(broker, channelId, (store, row, value) => {
    const [channel, second = '', third = ''] = keyParts(row)
    if (channel !== channelId) return false
    // The mood's samples may be theirs; it is known again after eleven minutes.
    if (store === 'channel-moods' || isUsual(store)) return true
    if (store === 'keyword-states') return traces.broadcasts.has(second) && traces.words.has(third.slice(1))
    return second === authorId || (value as { readonly authorId?: unknown } | null)?.authorId === authorId
  })
  // What tells which words are theirs goes last: an erasure that was interrupted finds it again.
  await from(topics.analyzedMessages, ({ message }) => isTheirs(message))
  await from(topics.chatMessages, isTheirs)
  return erased
}

export const withoutAuthor = (rules: ChannelRules, authorId: string, now: number): ChannelRules => ({
  ...rules,
  version: rules.version + 1,
  allowedAuthors: rules.allowedAuthors.filter((id) => id !== authorId),
  updatedAt: now,
  updatedBy: 'erasure',
})

/** Two looks at the log: what the person wrote, then which of their words others wrote as well. */
async function tracesOf(broker: Broker, { channelId, authorId }: Person): Promise<Traces> {
  const messageIds = new Set<string>()
  const broadcasts = new Set<string>()
  const words = new Set<string>()
  const look = (onMessage: (analyzed: AnalyzedMessage) => void) =>
    readTopic({
      broker,
      topic: topics.analyzedMessages,
      onRecord: ({ key, value }) => {
        if (key === channelId && value) onMessage(value)
      },
    })
  await look((analyzed) => {
    if (analyzed.message.author.id !== authorId) return
    messageIds.add(analyzed.message.id)
    broadcasts.add(analyzed.message.broadcastId)
    for (const { word } of mentionsOf(analyzed)) words.add(word)
  })
  await look((analyzed) => {
    const { author, broadcastId } = analyzed.message
    if (author.id === authorId || !broadcasts.has(broadcastId)) return
    for (const { word } of mentionsOf(analyzed)) words.delete(word)
  })
  return { messageIds, broadcasts, words }
}
