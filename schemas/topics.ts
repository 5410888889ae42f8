/**
 * Every topic, declared once. A topic has exactly one writing role. All are keyed by `channelId`
 * (UTF-8, unframed, never evolves), so that what belongs to a channel meets in one task.
 */
import { type AvroSerde, avroSerde } from './avro.ts'
import type {
  Alert,
  AlertAction,
  AnalyzedMessage,
  AuthorErasure,
  AuthorOffence,
  BroadcastRequest,
  BroadcastState,
  ChannelRules,
  ChannelSettings,
  ChatMessage,
  DeadLetter,
  Delivery,
  HealthSample,
  KeywordCount,
  Notification,
  OperatorAction,
  WindowCount,
} from './types.ts'

export interface TopicDeclaration<T> {
  readonly name: string
  readonly value: AvroSerde<T>
  readonly partitions: number
  readonly cleanupPolicy: 'delete' | 'compact'
  /** How long records are kept, ms; null keeps them for ever. */
  readonly retentionMs: number | null
  /** The role that writes it. */
  readonly writer: 'collect' | 'analyze' | 'dashboard' | 'notify'
}

/** Channels spread over this many partitions unless a cluster is told otherwise; one partition is one task. */
export const PARTITIONS = 4
const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

/** The topics with this many partitions each. */
export function topicsOn(partitions: number) {
  const topic = <T>(
    name: string,
    schema: string,
    writer: TopicDeclaration<T>['writer'],
    retentionMs: number | null,
    cleanupPolicy: TopicDeclaration<T>['cleanupPolicy'] = 'delete',
  ): TopicDeclaration<T> => ({ name, value: avroSerde<T>(schema), partitions, cleanupPolicy, retentionMs, writer })

  return {
    chatMessages: topic<ChatMessage>('chat-messages', 'chat-message', 'collect', 7 * DAY),
    analyzedMessages: topic<AnalyzedMessage>('analyzed-messages', 'analyzed-message', 'analyze', 7 * DAY),
    windowCounts: topic<WindowCount>('window-counts', 'window-count', 'analyze', 7 * DAY),
    keywordCounts: topic<KeywordCount>('keyword-counts', 'keyword-count', 'analyze', DAY),
    authorOffences: topic<AuthorOffence>('author-offences', 'author-offence', 'analyze', 30 * DAY),
    alerts: topic<Alert>('alerts', 'alert', 'analyze', 30 * DAY),
    broadcastRequests: topic<BroadcastRequest>('broadcast-requests', 'broadcast-request', 'dashboard', null, 'compact'),
    broadcastStates: topic<BroadcastState>('broadcast-states', 'broadcast-state', 'collect', null, 'compact'),
    channelSettings: topic<ChannelSettings>('channel-settings', 'channel-settings', 'dashboard', null, 'compact'),
    channelRules: topic<ChannelRules>('channel-rules', 'channel-rules', 'dashboard', null, 'compact'),
    operatorActions: topic<OperatorAction>('operator-actions', 'operator-action', 'dashboard', 730 * DAY),
    // As long as what the analysis remembers of somebody's offences.
    authorErasures: topic<AuthorErasure>('author-erasures', 'author-erasure', 'dashboard', 180 * DAY),
    deadLetters: topic<DeadLetter>('dead-letters', 'dead-letter', 'analyze', 30 * DAY),
    // Few records, and what is told must be in order over all channels: one partition each.
    alertActions: { ...topic<AlertAction>('alert-actions', 'alert-action', 'dashboard', 90 * DAY), partitions: 1 },
    notifications: { ...topic<Notification>('notifications', 'notification', 'notify', 30 * DAY), partitions: 1 },
    // What is measured of the system is worth an hour, so that whoever follows it has little to read.
    healthSamples: { ...topic<HealthSample>('health-samples', 'health-sample', 'notify', HOUR), partitions: 1 },
    systemAlerts: { ...topic<Alert>('system-alerts', 'alert', 'notify', 30 * DAY), partitions: 1 },
    deliveries: { ...topic<Delivery>('deliveries', 'delivery', 'notify', 30 * DAY), partitions: 1 },
  } as const
}

export type Topics = ReturnType<typeof topicsOn>
export const topics: Topics = topicsOn(PARTITIONS)

/** Canonical key bytes of a channel. */
export const channelKey = (channelId: string): Uint8Array => Buffer.from(channelId, 'utf8')
