/** What stands in which collection. Values lie in them as they are, so that any tool can read them. */
import type { Collection, Db } from 'mongodb'
import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  ChannelRules,
  KeywordCount,
  OperatorAction,
  WindowCount,
} from '#schemas/types.ts'
import type { PlatformSanction } from '../archive.ts'
import type { Origin } from './place.ts'

interface OfBroadcast {
  readonly channelId: string
  readonly broadcastId: string
}

export interface MessageDocument extends AnalyzedMessage {
  /** channel/id */
  readonly _id: string
  readonly place: string
  readonly origin: Origin
  /** Pairs of characters, by which any two syllables are found. */
  readonly grams: readonly string[]
  readonly deletedAt: number | null
  /** The log order of the record that last took it away or gave it back. */
  readonly markedBy: string
}

export interface BroadcastDocument extends OfBroadcast {
  /** channel/broadcast */
  readonly _id: string
  /** Another one after an erasure or a retention: what was remembered of its people no longer holds. */
  readonly incarnation: string
  /** Counts every change of the counts. */
  readonly version: number
  readonly source: string
  readonly startedAt: number
  readonly lastMessageAt: number | null
  readonly messages: number
  readonly authors: number
  readonly profane: number
  readonly state: BroadcastState | null
  readonly stateAt: number | null
  /** Messages before these offsets (exclusive) are in the counts. */
  readonly countedTo: readonly Origin[]
  /** An erasure goes on, or was interrupted: nobody sees it any more. */
  readonly isErasing: boolean
  /** Retention took messages that the counts still have. */
  readonly mustRecount: boolean
}

/** Somebody wrote in a broadcast; place and origin are those of the first message. */
export interface ParticipantDocument extends OfBroadcast {
  /** channel/broadcast/author */
  readonly _id: string
  readonly authorId: string
  readonly place: string
  readonly origin: Origin
}

/** Under which names a person was seen on a channel. */
export interface AuthorDocument {
  /** channel/author */
  readonly _id: string
  readonly channelId: string
  readonly authorId: string
  /** Counts every change. */
  readonly version: number
  /** Newest first, at most ten. */
  readonly names: readonly SeenName[]
  /** Of all of them. */
  readonly grams: readonly string[]
}

export interface SeenName {
  readonly name: string
  /** Of a message under it: later ones order the names. */
  readonly place: string
}

export interface VersionedDocument<T> {
  readonly _id: string
  readonly channelId: string
  readonly revision: number
  readonly value: T
}

export interface WindowDocument extends VersionedDocument<WindowCount> {
  readonly broadcastId: string
  readonly size: number
  readonly start: number
  readonly end: number
}

export interface KeywordsDocument extends VersionedDocument<KeywordCount> {
  readonly broadcastId: string
  readonly at: number
  /** The last erasure of a person from the channel that has looked at it, epoch ms; 0 for none. */
  readonly sweptAt: number
}

export interface OffenceDocument extends VersionedDocument<AuthorOffence> {
  readonly broadcastId: string
  readonly authorId: string
  /** Orders offences by what their strikes are worth. */
  readonly rank: number
  readonly lastAt: number
}

export interface AlertDocument extends VersionedDocument<Alert> {
  readonly broadcastId: string
  readonly since: number
  readonly at: number
  /** 1 once it fired. */
  readonly fired: number
}

export interface RulesDocument {
  readonly _id: string
  readonly channelId: string
  readonly version: number
  readonly updatedAt: number
  readonly updatedBy: string
  readonly rules: number
  readonly value: ChannelRules
}

export interface ActionDocument extends Omit<OperatorAction, 'details'> {
  /** The action's id. */
  readonly _id: string
  /** Orders actions: when it was done, then when it was stored. */
  readonly place: string
  /** Pairs, because a name in it may be anything, and the name of a field may not. */
  readonly details: readonly { readonly name: string; readonly value: string }[]
}

export interface SanctionDocument extends PlatformSanction {
  /** channel/author/at/id */
  readonly _id: string
}

/** A message was taken away (or given back: null) before it came. */
export interface AwaitedDocument {
  /** channel/id of the message */
  readonly _id: string
  readonly at: number | null
  readonly by: string
  readonly storedAt: Date
}

export interface ClearDocument extends OfBroadcast {
  /** channel/broadcast/author; the author is empty for everybody */
  readonly _id: string
  readonly authorId: string
  readonly at: number
  readonly by: string
}

/** A record that could not be read, or that the server refuses for what it is. */
export interface SetAsideDocument {
  readonly _id: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly bytes: number
  readonly code: string
  readonly message: string
  readonly storedAt: Date
}

export interface ErasedDocument {
  /** channel/broadcast */
  readonly _id: string
  readonly at: number
}

/** channel: when somebody was erased from it last. channel/hash: when this person was. */
export interface ErasedPersonDocument {
  readonly _id: string
  readonly channelId: string
  /** Of the channel's hashes; null in a person's own document. */
  readonly salt: string | null
  readonly at: number
}

/** An operator's action that went with a person. */
export interface ErasedActionDocument {
  readonly _id: string
}

export interface PositionDocument {
  /** topic/partition */
  readonly _id: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly generation: number
}

/** Which layout the collections have. */
export interface LayoutDocument {
  readonly _id: string
  readonly version: number
}

export interface Collections {
  readonly messages: Collection<MessageDocument>
  readonly broadcasts: Collection<BroadcastDocument>
  readonly participants: Collection<ParticipantDocument>
  readonly authors: Collection<AuthorDocument>
  readonly windows: Collection<WindowDocument>
  readonly keywords: Collection<KeywordsDocument>
  readonly offences: Collection<OffenceDocument>
  readonly alerts: Collection<AlertDocument>
  readonly rules: Collection<RulesDocument>
  readonly actions: Collection<ActionDocument>
  readonly sanctions: Collection<SanctionDocument>
  readonly awaited: Collection<AwaitedDocument>
  readonly clears: Collection<ClearDocument>
  readonly setAside: Collection<SetAsideDocument>
  readonly erased: Collection<ErasedDocument>
  readonly erasedPeople: Collection<ErasedPersonDocument>
  readonly erasedActions: Collection<ErasedActionDocument>
  readonly positions: Collection<PositionDocument>
  readonly layout: Collection<LayoutDocument>
}

export const collectionsOf = (database: Db): Collections => ({
  messages: database.collection('messages'),
  broadcasts: database.collection('broadcasts'),
  participants: database.collection('participants'),
  authors: database.collection('authors'),
  windows: database.collection('windows'),
  keywords: database.collection('keywords'),
  offences: database.collection('offences'),
  alerts: database.collection('alerts'),
  rules: database.collection('rules-versions'),
  actions: database.collection('operator-actions'),
  sanctions: database.collection('platform-sanctions'),
  awaited: database.collection('awaited-removals'),
  clears: database.collection('clears'),
  setAside: database.collection('set-aside'),
  erased: database.collection('erased'),
  erasedPeople: database.collection('erased-people'),
  erasedActions: database.collection('erased-actions'),
  positions: database.collection('positions'),
  layout: database.collection('layout'),
})
