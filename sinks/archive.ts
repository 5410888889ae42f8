/**
 * The archive: what stays after the log's retention. SQLite, or MongoDB, with Elasticsearch beside it, stands behind it.
 * Written by the export role alone, read by the dashboard and the CLI.
 */
import type {
  Alert,
  AnalyzedMessage,
  AuthorOffence,
  BroadcastState,
  ChannelRules,
  ChannelSettings,
  ChatMessage,
  KeywordCount,
  OperatorAction,
  SentimentLabel,
  WindowCount,
} from '#schemas/types.ts'
import type { Position, TopicPartition } from '#topology'
import type { ExpiryRule } from './expiry.ts'

/** What was read from the output topics since the last batch, and where reading goes on. */
export interface ArchiveBatch {
  readonly messages: readonly AnalyzedMessage[]
  /** Where each of `messages` stands in the log. */
  readonly origins: readonly Position[]
  readonly windows: readonly WindowCount[]
  readonly keywords: readonly KeywordCount[]
  readonly offences: readonly AuthorOffence[]
  readonly alerts: readonly Alert[]
  readonly states: readonly BroadcastState[]
  /** Every version of channels' own rules. */
  readonly rules?: readonly ChannelRules[]
  /** What operators did; an id that is there already is the same action and changes nothing. */
  readonly actions?: readonly OperatorAction[]
  readonly positions: readonly Position[]
  /** Records of these topics that could not be read. Kept aside, within bounds, so that nothing vanishes. */
  readonly undecodable?: readonly UndecodableRecord[]
}

/** A record whose value did not decode, with its coordinates and the cause. */
export interface UndecodableRecord extends TopicPartition {
  readonly offset: number
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly code: string
  readonly message: string
}

/** What was taken out of an archive. */
export interface ErasedPerson {
  readonly messages: number
  /** Rows or documents beside the messages that were removed, or rewritten without the person. */
  readonly others: number
}

/** Calls may overlap; they take effect one after the other. All throw `ArchiveError`. */
export interface ArchiveWriter {
  /** Where reading goes on: the positions stored with the data. */
  positions(): Promise<readonly Position[]>
  /**
   * Writes everything and the positions in one transaction: exactly once. Older revisions never replace newer ones; a
   * message that is there already stays as it is; a batch none of whose positions is ahead of the stored ones is a
   * replay and changes nothing. After an error nothing of the batch is stored, or all of it: call again.
   */
  apply(batch: ArchiveBatch): Promise<void>
  /** Sets positions even backwards: for a log that was made anew, whose offsets begin again. */
  resetPositions(positions: readonly Position[]): Promise<void>
  /**
   * Removes a broadcast and everything stored of it, irrecoverably. What the log still brings of it afterwards stays
   * out; a broadcast watched anew comes in. Offences of its authors are counted again over what other broadcasts hold.
   * What operators did stays: who deleted it, and who saw what of it before, can still be asked.
   * Returns the number of messages removed.
   */
  deleteBroadcast(channelId: string, broadcastId: string): Promise<number>
  /**
   * Removes a person from a channel, irrecoverably: messages, names, offences, sanctions, what operators wrote down about
   * them, and what alerts, words and rules hold of theirs. What the log still brings of the time until now stays out; what
   * they write from then on comes in. Safe to call again after an interruption.
   */
  erasePerson(channelId: string, authorId: string): Promise<ErasedPerson>
  /**
   * Retention: removes what the rules say is too old, in steps between which everything else goes on, and counts of
   * broadcasts say what is left. Returns how much went by each rule. What the log brings again comes in, and goes with the
   * next run. Safe to call again after an interruption.
   */
  expire(rules: readonly ExpiryRule[]): Promise<readonly number[]>
  /** How much `expire` would remove by each rule, of what the store holds itself; changes nothing. */
  countExpired(rules: readonly ExpiryRule[]): Promise<readonly number[]>
  close(): Promise<void>
}

export interface ArchiveQuery {
  /** Substring; every word must occur. Korean of two syllables is found too. */
  readonly text?: string
  readonly channelId?: string
  /** One of these; at most 500. None: nothing is found. */
  readonly channelIds?: readonly string[]
  readonly broadcastIds?: readonly string[]
  readonly authorId?: string
  /** Part of the display name. */
  readonly authorName?: string
  readonly from?: number
  readonly to?: number
  readonly minSeverity?: number
  readonly sentiments?: readonly SentimentLabel[]
  readonly questionsOnly?: boolean
  readonly paidOnly?: boolean
  readonly includeDeleted?: boolean
  readonly order?: 'newest' | 'oldest'
  /** Page size, at most 500. */
  readonly limit?: number
  /** From `SearchPage.next`. */
  readonly cursor?: string
}

export interface ArchivedMessage extends AnalyzedMessage {
  /** When a moderator upstream took it away; null while it stands. */
  readonly deletedAt: number | null
}

export interface MessageKey {
  readonly channelId: string
  readonly id: string
}

export interface SearchPage {
  readonly messages: readonly ArchivedMessage[]
  readonly next: string | null
  /** Exact up to 10,000, then 10,000. */
  readonly total: number
  readonly broadcasts: number
  readonly authors: number
}

export interface BroadcastSummary {
  readonly channelId: string
  readonly broadcastId: string
  readonly source: string
  readonly title: string
  readonly channelName: string
  readonly url: string
  readonly state: BroadcastState
  readonly startedAt: number
  readonly lastMessageAt: number | null
  /** Those stored that viewers wrote (kinds text and paid), as the windows count them. */
  readonly messages: number
  readonly authors: number
  /** Messages of severity 2 or more. */
  readonly profane: number
  /** Alerts that fired. */
  readonly alerts: number
}

export interface AuthorHistory {
  readonly channelId: string
  readonly authorId: string
  /** Newest first, at most ten. */
  readonly names: readonly string[]
  readonly firstAt: number
  readonly lastAt: number
  readonly messages: number
  readonly negative: number
  /** Messages of severity 2 or more. */
  readonly profane: number
  readonly broadcasts: number
  readonly offence: AuthorOffence | null
  readonly recent: readonly ArchivedMessage[]
}

/** Every field that is given must hold. */
export interface ActionQuery {
  /** '' finds actions that concern no channel. */
  readonly channelId?: string
  readonly broadcastId?: string
  readonly authorId?: string
  /** One of these; at most 500. */
  readonly messageIds?: readonly string[]
  /** One of these; at most 500. */
  readonly kinds?: readonly string[]
  /** Who did it. */
  readonly by?: string
  /** Epoch ms, inclusive. */
  readonly from?: number
  /** Epoch ms, exclusive. */
  readonly to?: number
  /** Page size, at most 500. */
  readonly limit?: number
  /** From `ActionPage.next`. */
  readonly cursor?: string
}

/** Newest first; of one millisecond, the one stored last comes first. */
export interface ActionPage {
  readonly actions: readonly OperatorAction[]
  readonly next: string | null
}

/** The platform took away what an author wrote, and perhaps the right to write: a ban or a timeout there. */
export interface PlatformSanction {
  readonly channelId: string
  readonly broadcastId: string
  readonly authorId: string
  /** Of the platform's event. */
  readonly id: string
  readonly at: number
  /** How long the author may not write, 0 for ever; null where the platform did not say. */
  readonly seconds: number | null
}

/** What an archive keeps beside its messages, of which the log brings whole values. */
export type ValueKind = 'states' | 'windows' | 'keywords' | 'offences' | 'alerts'
export type ArchivedValues = Partial<Pick<ArchiveBatch, ValueKind>>

/** A version of a channel's own rules, without the rules themselves. */
export interface RulesVersion {
  readonly version: number
  readonly updatedAt: number
  readonly updatedBy: string
  /** How many rules it has. */
  readonly rules: number
}

/** Short reads on a connection of its own; safe on the web thread. */
export type ErasableMessage = Pick<ChatMessage, 'channelId' | 'broadcastId' | 'author' | 'receivedAt'>

export interface ArchiveReader {
  positions(): Promise<readonly Position[]>
  /** Newest first. @param options `channelIds`: of these alone, at most 500 */
  broadcasts(options?: {
    readonly limit?: number
    readonly channelIds?: readonly string[]
  }): Promise<readonly BroadcastSummary[]>
  broadcast(channelId: string, broadcastId: string): Promise<BroadcastSummary | null>
  search(query: ArchiveQuery): Promise<SearchPage>
  /** Messages per bucket for the histogram over a search. */
  histogram(
    query: ArchiveQuery,
    buckets: number,
  ): Promise<
    readonly { readonly start: number; readonly end: number; readonly messages: number; readonly negative: number }[]
  >
  message(channelId: string, id: string): Promise<ArchivedMessage | null>
  /** These messages in this order, at most 1,000; those that are not there are left out. For an index that only knows ids. */
  messagesByKey(keys: readonly MessageKey[]): Promise<readonly ArchivedMessage[]>
  /** Those that were erased with their broadcast or their author: the log may have them still, and here they stay out. */
  erasedAmong<T extends ErasableMessage>(messages: readonly T[]): Promise<ReadonlySet<T>>
  /** The newest `limit` messages of a broadcast older than `before` (exclusive), oldest first. */
  recentMessages(
    channelId: string,
    broadcastId: string,
    options: { readonly limit: number; readonly before?: { readonly timestamp: number; readonly id: string } },
  ): Promise<readonly ArchivedMessage[]>
  author(channelId: string, authorId: string): Promise<AuthorHistory | null>
  /** Latest revision of each window of this size, oldest first. */
  windows(channelId: string, broadcastId: string, sizeMs: number): Promise<readonly WindowCount[]>
  keywords(channelId: string, broadcastId: string): Promise<KeywordCount | null>
  /** Heaviest strikes first. */
  offences(channelId: string, limit: number): Promise<readonly AuthorOffence[]>
  /** Latest state of each alert, newest first. */
  alerts(
    channelId: string,
    options?: { readonly broadcastId?: string; readonly limit?: number },
  ): Promise<readonly Alert[]>
  /** The versions of a channel's own rules, newest first. */
  rulesVersions(channelId: string, limit: number): Promise<readonly RulesVersion[]>
  rulesVersion(channelId: string, version: number): Promise<ChannelRules | null>
  /** Throws ArchiveError (ARCHIVE_QUERY) for a cursor of something else. */
  actions(query: ActionQuery): Promise<ActionPage>
  /**
   * A message between those of its broadcast before and after it (at most 100 each), deleted ones too, oldest first. Empty
   * when it is not there.
   */
  context(
    channelId: string,
    messageId: string,
    around: { readonly before: number; readonly after: number },
  ): Promise<readonly ArchivedMessage[]>
  /** Bans and timeouts that the platform told of, newest first. They go with their broadcast. */
  platformSanctions(channelId: string, authorId: string, limit: number): Promise<readonly PlatformSanction[]>
  settings?(channelId: string): Promise<ChannelSettings | null>
  /** Everything that matches, streamed in pages, oldest first. */
  export(query: ArchiveQuery): AsyncIterable<ArchivedMessage>
  /**
   * All values of these kinds, of every channel, in pages of at most 500, also those whose messages are gone. In the order
   * of their keys.
   */
  values(kinds: readonly ValueKind[]): AsyncIterable<ArchivedValues>
  close(): Promise<void>
}
