// Generated from the .avsc files by `npm run generate`. Do not edit.

export type AlertActionKind = 'silence' | 'wake' | 'acknowledge' | 'test' | 'retry'

/** What somebody did about alarms. Written by the dashboard alone; never changed, what takes an action back is another action. */
export interface AlertAction {
  /** unique; a silence is taken back by its id */
  readonly id: string
  readonly kind: AlertActionKind
  /** epoch ms */
  readonly at: number
  /** account name */
  readonly by: string
  /** of a silence: '' is every channel */
  readonly channelId: string
  /** of a silence: '' is every kind */
  readonly alertKind: string
  /** wake: the silence's id; acknowledge: the alert's id; test: the notifier's name; retry: the id of the notification that was given up */
  readonly subject: string
  /** of a retry: who is to be told again */
  readonly notifier: string
  /** of a silence: when it ends, epoch ms */
  readonly until: number
  /** why, as written; at most 300 UTF-16 units */
  readonly reason: string
}

export type AlertState = 'pending' | 'firing' | 'recovering' | 'resolved'

/** One transition of one alert. The latest record of an id is the alert's state. */
export interface Alert {
  /** channelId/kind/since: one life of an alert */
  readonly id: string
  readonly channelId: string
  readonly broadcastId: string
  /** kebab-case; docs/alarms.md lists them */
  readonly kind: string
  readonly state: AlertState
  /** when the condition first held, epoch ms */
  readonly since: number
  /** of this transition, epoch ms */
  readonly at: number
  /** what was measured, a share for surges */
  readonly value: number
  /** Wilson lower bound of the value */
  readonly lower: number
  /** Wilson upper bound of the value */
  readonly upper: number
  readonly threshold: number
  /** the channel's own usual value */
  readonly baseline: number
  readonly peak: number
  /** messages the value stands on */
  readonly messages: number
  /** what grew with it */
  readonly words: readonly string[]
  /** masked messages, at most three */
  readonly samples: readonly string[]
  readonly reason: string
  /** whom it is about where that is not the channel: an author's id. Alerts with a subject are for moderators only */
  readonly subject: string
  /** the subject's display name */
  readonly subjectName: string
  /** as the platform shows it; '' while unknown */
  readonly channelName: string
  /** people who wrote what surged */
  readonly authors: number
  /** share of it that the three loudest of them wrote */
  readonly loudest: number
  readonly revision: number
}

export interface Tokens {
  /** nouns and other content words, lower case, in order */
  readonly words: readonly string[]
  readonly emotes: readonly string[]
  readonly emoji: readonly string[]
  readonly mentions: readonly string[]
  readonly urls: readonly string[]
  /** length of laughter runs */
  readonly laughs: number
  /** length of crying runs */
  readonly cries: number
  /** asks something */
  readonly question: boolean
}

export interface ProfanitySpan {
  /** first UTF-16 unit of the original text */
  readonly start: number
  /** one past the last UTF-16 unit */
  readonly end: number
  /** 1 mild, 2 swearing or insult, 3 hate, family insult, sexual harassment, threat */
  readonly severity: number
  /** plain, or how it was spelled around */
  readonly technique: string
  /** stable id of the rule that matched */
  readonly rule: string
  /** vulgar, insult, family, sexual, hate, threat, custom */
  readonly category: string
}

export type SentimentLabel = 'positive' | 'neutral' | 'negative'

export interface Sentiment {
  readonly label: SentimentLabel
  /** probability */
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  /** calibrated probability that the label is right */
  readonly confidence: number
  /** name@version */
  readonly model: string
  /** the model does not know: the label is its best guess, to be shown as unsure */
  readonly abstained: boolean
}

export interface Abuse {
  /** calibrated probability */
  readonly profanity: number
  /** insult or hate */
  readonly hate: number
  readonly sexual: number
  /** the model is sure and no span was found */
  readonly suspect: boolean
  /** name@version */
  readonly model: string
}

/** A chat message with its words, profanity and sentiment. */
export interface AnalyzedMessage {
  readonly message: ChatMessage
  readonly tokens: Tokens
  readonly profanity: readonly ProfanitySpan[]
  /** highest severity of the spans, 0 when clean */
  readonly severity: number
  /** null while the model is unavailable or the kind carries no text */
  readonly sentiment: null | Sentiment
  /** what the profanity model thinks of the whole line; null while it is unavailable */
  readonly abuse: null | Abuse
  /** epoch ms UTC */
  readonly analyzedAt: number
}

/** A person of a channel is to be forgotten by the analysis. Keyed by channelId. Names nobody: whoever knows an author's id can tell whether it is the one. */
export interface AuthorErasure {
  readonly channelId: string
  /** 32 random bytes in hexadecimal, of this record alone */
  readonly salt: string
  /** HMAC-SHA256 of the author's id under the salt, in hexadecimal */
  readonly authorHash: string
  /** when it was asked for, epoch ms UTC */
  readonly at: number
}

/** An author's offences on a channel, over all its broadcasts. */
export interface AuthorOffence {
  readonly channelId: string
  /** of the latest offence */
  readonly broadcastId: string
  readonly authorId: string
  /** as last seen */
  readonly authorName: string
  /** sum of severities, halved every 7 days */
  readonly strikes: number
  readonly mild: number
  readonly strong: number
  readonly severe: number
  readonly firstAt: number
  readonly lastAt: number
  readonly lastMessageId: string
  readonly lastSeverity: number
  readonly revision: number
}

export type RequestAction = 'watch' | 'stop'

/** What somebody asked to watch, or to stop watching. Keyed by channelId. */
export interface BroadcastRequest {
  readonly channelId: string
  readonly source: string
  /** as pasted */
  readonly url: string
  readonly action: RequestAction
  readonly options: { readonly [key: string]: string }
  readonly requestedAt: number
  readonly requestedBy: string
}

export type SourceState = 'resolving' | 'waiting' | 'live' | 'quiet' | 'reconnecting' | 'degraded' | 'ended' | 'refused'

/** What a broadcast's source is doing. Keyed by channelId; written by collect alone. */
export interface BroadcastState {
  readonly channelId: string
  /** empty until resolved */
  readonly broadcastId: string
  readonly source: string
  readonly url: string
  readonly title: string
  readonly channelName: string
  readonly state: SourceState
  /** stable code in kebab-case, such as not-found, age, stopped, source-lost; docs/sources.md lists them */
  readonly reason: string
  readonly detail: string
  readonly attempt: number
  readonly nextTryAt: null | number
  /** of a broadcast that is waited for: when it is to start, epoch ms */
  readonly startsAt: null | number
  /** when watching began, epoch ms */
  readonly startedAt: number
  readonly lastMessageAt: null | number
  readonly at: number
}

export type RuleList = 'block' | 'allow'

export type RuleForm = 'literal' | 'wildcard' | 'regex'

export interface ChannelRule {
  /** stable; becomes the rule id of a span */
  readonly id: string
  readonly list: RuleList
  /** literal sees through evasions; in a wildcard * is any run within a word and ? one character; regex is RE2 syntax */
  readonly form: RuleForm
  readonly pattern: string
  readonly severity: number
  readonly category: string
  readonly note: string
  readonly addedBy: string
  readonly addedAt: number
}

export interface DictionaryWord {
  /** counted as one word under this spelling */
  readonly word: string
  /** other spellings of it */
  readonly variants: readonly string[]
}

/** One version of a channel's own block and allow lists, exempt authors and dictionary. Keyed by channelId; the latest version is in force. */
export interface ChannelRules {
  readonly channelId: string
  /** counts up by one with every change of the channel's rules */
  readonly version: number
  readonly rules: readonly ChannelRule[]
  /** author ids that are never flagged, counted as offenders or masked */
  readonly allowedAuthors: readonly string[]
  readonly dictionary: readonly DictionaryWord[]
  readonly updatedAt: number
  readonly updatedBy: string
}

/** A channel's own rules. Keyed by channelId; a table of the analysis. */
export interface ChannelSettings {
  readonly channelId: string
  /** spans of this severity or more are masked */
  readonly maskSeverity: number
  readonly blockedWords: readonly string[]
  readonly allowedWords: readonly string[]
  /** negative share above which a surge may fire */
  readonly surgeShare: number
  /** times the channel's usual share */
  readonly surgeRatio: number
  /** least messages in 60 s */
  readonly surgeMessages: number
  /** so many offences of one author raise an alert; 0 never does */
  readonly offenceCount: number
  /** least severity of an offence that counts for it */
  readonly offenceSeverity: number
  /** the time within which they must lie */
  readonly offenceMinutes: number
  /** share of masked swearing above which a surge may fire */
  readonly profanityShare: number
  /** so long a silence of a chat that is usually busy raises an alert; 0 never does */
  readonly quietSeconds: number
  /** mentions of these raise an alert */
  readonly watchWords: readonly string[]
  /** so many messages that mention one of them */
  readonly watchCount: number
  /** the time within which they must lie */
  readonly watchMinutes: number
  /** IANA name of the zone in which the channel's own pages show times; empty: each reader's own */
  readonly timeZone: string
  readonly updatedAt: number
  readonly updatedBy: string
}

export type MessageKind = 'text' | 'paid' | 'sticker' | 'membership' | 'gift' | 'system' | 'notice' | 'delete' | 'clear' | 'status' | 'restore'

export type Role = 'owner' | 'moderator' | 'staff' | 'vip' | 'member' | 'verified' | 'fan' | 'anonymous'

export interface Badge {
  readonly id: string
  readonly label: string
  readonly url: null | string
}

export interface Author {
  readonly id: string
  /** display name */
  readonly name: string
  readonly handle: null | string
  readonly roles: readonly Role[]
  readonly badges: readonly Badge[]
  /** months of membership */
  readonly months: null | number
}

export interface Emote {
  readonly id: string
  readonly url: null | string
}

export interface Run {
  /** plain text, or the emote's code */
  readonly text: string
  readonly emote: null | Emote
}

export interface Amount {
  readonly value: number
  /** ISO 4217, or the platform's unit such as bits */
  readonly currency: string
  readonly raw: string
  /** the value in millionths, exact; null in what was written before there were micros */
  readonly micros: null | number
}

export interface Target {
  readonly messageId: null | string
  readonly authorId: null | string
  /** of an author: how long they may not write, 0 for ever; null where the platform does not say */
  readonly seconds: null | number
}

/** One thing that happened in a broadcast's chat, as its platform told it. Source of every other topic. */
export interface ChatMessage {
  /** platform: twitch, youtube, naver-shopping, chzzk, soop, replay or demo */
  readonly source: string
  /** platform:channel, lower case; the record key */
  readonly channelId: string
  /** one broadcast of the channel */
  readonly broadcastId: string
  /** the platform's message id, or one derived deterministically; the deduplication key */
  readonly id: string
  /** delete and clear take away, restore takes a delete back; status says that messages are missing here */
  readonly kind: MessageKind
  /** when it was written, by the platform's clock, epoch ms UTC; the record timestamp */
  readonly timestamp: number
  /** when this machine received it, epoch ms UTC */
  readonly receivedAt: number
  readonly author: Author
  /** the runs joined, NFC, at most 2,000 UTF-16 units */
  readonly text: string
  readonly runs: readonly Run[]
  readonly amount: null | Amount
  /** of a delete or restore: the message, or the author whose messages are meant */
  readonly target: null | Target
  /** delivered by the platform as history, not live */
  readonly history: boolean
  /** the platform's own form where the kind is not fully mapped; at most 8,192 UTF-16 units */
  readonly raw: null | string
}

export interface DeadLetterHeader {
  readonly key: string
  readonly value: Uint8Array
}

export type DeadLetterStage = 'deserialization' | 'processing' | 'production' | 'late' | 'future'

/** A record that could not be decoded, processed or produced, or came too late, with its raw bytes and the cause. */
export interface DeadLetter {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: null | Uint8Array
  readonly value: null | Uint8Array
  readonly headers: readonly DeadLetterHeader[]
  readonly stage: DeadLetterStage
  readonly application: string
  readonly task: string
  readonly node: string
  readonly code: string
  readonly message: string
  readonly stack: string
  /** epoch ms */
  readonly at: number
}

export type DeliveryState = 'attempting' | 'waiting' | 'delivered' | 'dead'

/** How far one notification came on its way to one notifier. The latest record of notification and notifier counts. */
export interface Delivery {
  readonly notificationId: string
  /** slack, email, webhook */
  readonly notifier: string
  readonly state: DeliveryState
  /** of those that were made, from 1 */
  readonly attempt: number
  /** epoch ms */
  readonly at: number
  readonly tookMs: number
  /** stable code of what went wrong; '' when nothing did */
  readonly code: string
  /** what the other side said; at most 300 UTF-16 units */
  readonly answer: string
  /** what the other side calls the message, to answer in its thread */
  readonly reference: string
  /** while it waits, epoch ms */
  readonly nextTryAt: number
}

export interface ReadPlace {
  readonly topic: string
  readonly partition: number
  /** offset of the next record it reads */
  readonly position: number
  /** offset behind the last record */
  readonly end: number
}

/** What the notify role measured of one part of the system. Every few seconds; the alarms about the system are judged by it. */
export interface HealthSample {
  /** epoch ms */
  readonly at: number
  /** kind of the alarm that is judged by it: consumer-lag, sink-lag, dead-letters, model-slow, clock-trouble */
  readonly kind: string
  /** an application, a store, a machine */
  readonly subject: string
  /** dead-letters: records there ever were; model-slow: seconds that a message waits for it; clock-trouble: seconds of a step, or that a machine is ahead */
  readonly value: number
  readonly detail: string
  /** of a lag: how far a reader is in each partition */
  readonly places: readonly ReadPlace[]
}

export interface Keyword {
  readonly word: string
  /** decayed count */
  readonly weight: number
  /** messages with the word since it entered the ranking */
  readonly count: number
  /** decayed share weight of positive messages */
  readonly positive: number
  readonly negative: number
  readonly emote: boolean
  /** how many times as often as usual in this broadcast it is said now; 1 while too little is known */
  readonly burst: number
  /** how many times as often as in the channel's earlier broadcasts it is said now, by share of messages; 1 while too little is known of them */
  readonly channelBurst: number
  /** first said in the last minutes of a broadcast that has gone on for longer */
  readonly fresh: boolean
}

/** What a broadcast's chat talks about now: the heaviest words, decayed. */
export interface KeywordCount {
  readonly channelId: string
  readonly broadcastId: string
  /** stream time, epoch ms */
  readonly at: number
  readonly words: readonly Keyword[]
  /** words of this broadcast that no dictionary holds, found by statistics; most written first */
  readonly coined: readonly string[]
  readonly revision: number
}

export type NotificationTransition = 'firing' | 'repeated' | 'resolved' | 'test'

/** One thing to tell people, decided once. Holds every fact it is told with, so that a message that is sent again says the same. */
export interface Notification {
  /** idempotency key: alert id and what is told of it */
  readonly id: string
  readonly transition: NotificationTransition
  /** when it was decided, epoch ms */
  readonly at: number
  /** for this one alone; '' is for all */
  readonly notifier: string
  /** what is told together, the gravest first; empty for a test */
  readonly alerts: readonly Alert[]
  /** how many reminders there were before this one */
  readonly repeats: number
  /** it comes and goes: nothing more is told of it until it has been quiet for long */
  readonly flapping: boolean
  /** of a test: who asked for it */
  readonly by: string
}

/** One thing that somebody did in the dashboard or by the CLI: the audit trail, and the moderators' notes, sanctions and verdicts. Never changed; what takes an action back is another action. */
export interface OperatorAction {
  /** unique, made where the action was taken; a second record with it is the same action */
  readonly id: string
  /** stable kebab-case name: reveal, note, sanction, feedback, author-allowed, rules-changed, settings-changed, watch, stop, search, export, delete, erase, evidence, login ... */
  readonly kind: string
  /** epoch ms UTC */
  readonly at: number
  /** account name; local where no accounts are kept */
  readonly by: string
  /** owner, moderator or viewer */
  readonly role: string
  /** empty where no channel is meant */
  readonly channelId: string
  readonly broadcastId: string
  readonly authorId: string
  readonly messageId: string
  /** what the person wrote, such as a note; at most 2,000 UTF-16 units */
  readonly text: string
  readonly details: { readonly [key: string]: string }
}

export type AlertPhase = 'normal' | 'pending' | 'firing' | 'recovering'

/** Where one kind of alert of one channel stands. -1 is never. */
export interface AlertLife {
  readonly phase: AlertPhase
  /** when the condition first held, epoch ms */
  readonly since: number
  /** since when it has been away */
  readonly goodSince: number
  /** when the last one was over */
  readonly resolvedAt: number
  readonly peak: number
  readonly revision: number
  /** of the open alert */
  readonly broadcastId: string
}

/** What was told of one kind of alert of one channel, and what is still to be told. -1 is never. */
export interface AlertNotice {
  /** as it stood when it last fired, or was over */
  readonly alert: Alert
  /** it fires */
  readonly open: boolean
  /** when the firing is to be told, epoch ms */
  readonly dueAt: number
  /** id of the alert whose firing was told and whose end was not; '' when there is none */
  readonly toldId: string
  /** when something was last told of it */
  readonly toldAt: number
  /** reminders of the firing that was told */
  readonly repeats: number
  /** who has it in hand; '' is nobody */
  readonly acknowledgedBy: string
  /** since when it has been over */
  readonly calmSince: number
  /** when it fired lately, of the times that were told or fell into one that was */
  readonly firings: readonly number[]
}

export interface MoodBucket {
  /** start, epoch ms */
  readonly at: number
  readonly messages: number
  readonly scored: number
  /** with text but without sentiment */
  readonly unscored: number
  readonly negative: number
  readonly profane: number
}

export interface GrowingWord {
  readonly word: string
  /** count that halves in 30 s */
  readonly quick: number
  /** count that halves in 5 minutes */
  readonly slow: number
  readonly at: number
}

export interface Voice {
  /** hash of the author's id: whose it is does not matter here */
  readonly author: number
  readonly negative: number
  readonly profane: number
  /** of the last one, epoch ms */
  readonly at: number
}

export interface Mention {
  readonly word: string
  /** hash of the author's id */
  readonly author: number
  /** epoch ms */
  readonly at: number
}

/** The last eleven minutes of a channel's chat, as alerts need it. */
export interface ChannelMood {
  readonly broadcastId: string
  /** epoch ms */
  readonly streamTime: number
  /** machine time of the last message, epoch ms */
  readonly seenAt: number
  readonly buckets: readonly MoodBucket[]
  readonly words: readonly GrowingWord[]
  /** masked, at most three */
  readonly negativeSamples: readonly string[]
  readonly profaneSamples: readonly string[]
  /** who wrote what was negative or profane in the last minute */
  readonly voices: readonly Voice[]
  /** messages that mentioned a watched word lately, in the order of time */
  readonly mentions: readonly Mention[]
  /** masked, at most three */
  readonly mentionSamples: readonly string[]
}

/** Where a channel's memory of message ids stands. */
export interface DeduplicationGeneration {
  /** the generation that new ids join */
  readonly number: number
  /** timestamp of its first id, epoch ms */
  readonly startedAt: number
  /** ids in it */
  readonly ids: number
  /** the oldest generation that still has rows */
  readonly oldest: number
}

/** What the usual words of a channel are counted against. */
export interface KeywordChannel {
  /** messages with words over the channel's broadcasts, decayed as of `at` */
  readonly messages: number
  /** stream time, epoch ms */
  readonly at: number
  /** machine time when it last learned, epoch ms */
  readonly seenAt: number
}

/** Where a broadcast's ranking stands. */
export interface KeywordClock {
  readonly streamTime: number
  /** machine time of the last message, epoch ms */
  readonly seenAt: number
  readonly revision: number
  /** stream time of the first message, epoch ms; -1 where it was not kept */
  readonly began: number
  /** messages with words */
  readonly messages: number
  /** how many of them the channel's usual words have */
  readonly learned: number
  /** messages with words, decayed as of `streamTime` */
  readonly recent: number
}

/** One word of a broadcast's ranking. */
export interface KeywordState {
  /** decayed count as of `at` */
  readonly weight: number
  /** how much of the weight may belong to a word that was pushed out, as of `at` */
  readonly error: number
  readonly positive: number
  readonly negative: number
  readonly count: number
  readonly emote: boolean
  /** stream time, epoch ms */
  readonly at: number
  /** the same count decayed slowly, as of `at`: how often the broadcast usually says it */
  readonly usual: number
  /** how many of `count` the channel's usual words have */
  readonly learned: number
}

/** One of the words that a channel's chat usually says. */
export interface KeywordUsual {
  /** messages with the word over the channel's broadcasts, decayed as of `at` */
  readonly count: number
  /** stream time, epoch ms */
  readonly at: number
}

/** An author's offences that count towards the channel's threshold, while they do. */
export interface OffenderWatch {
  /** of the latest ones, ascending, epoch ms; no more than the threshold asks for */
  readonly times: readonly number[]
  /** when the alert that is open began; -1 when none is */
  readonly firingSince: number
  readonly authorName: string
  /** of the latest one */
  readonly broadcastId: string
  readonly revision: number
}

export interface EndMark {
  readonly topic: string
  readonly partition: number
  readonly end: number
  /** epoch ms */
  readonly at: number
}

export interface TimedValue {
  /** epoch ms */
  readonly at: number
  readonly value: number
}

/** What the last minutes of samples of one part of the system come to. */
export interface SystemWatch {
  /** of the last sample, epoch ms */
  readonly at: number
  /** ends that a reader has not reached yet, with the time when they were the end */
  readonly marks: readonly EndMark[]
  /** of the last five minutes */
  readonly values: readonly TimedValue[]
  /** of a notifier: attempts that failed since the last one that did not */
  readonly failures: number
}

/** What a channel's source was last heard to do. */
export interface WatchedSource {
  readonly broadcastId: string
  readonly state: string
  readonly reason: string
  /** since when it has been reconnecting, epoch ms; -1 when it is not */
  readonly lostSince: number
  /** as the platform shows it */
  readonly channelName: string
}

/** What an open window of one broadcast has counted. */
export interface WindowState {
  readonly messages: number
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  readonly unscored: number
  readonly unsure: number
  readonly profane: number
  readonly mildlyProfane: number
  /** HyperLogLog */
  readonly authors: Uint8Array
}

/** Counts of one broadcast in the window [windowStart, windowEnd). */
export interface WindowCount {
  readonly channelId: string
  readonly broadcastId: string
  /** epoch ms */
  readonly windowStart: number
  /** epoch ms, exclusive */
  readonly windowEnd: number
  readonly messages: number
  readonly positive: number
  readonly neutral: number
  readonly negative: number
  /** no model, or no text */
  readonly unscored: number
  /** scored with a confidence under 0.6; counted in the three above as well */
  readonly unsure: number
  /** messages of severity 2 or more */
  readonly profane: number
  /** messages of severity 1 */
  readonly mildlyProfane: number
  /** unique authors, estimated by HyperLogLog (standard error 1.6 %) */
  readonly authors: number
  /** final: the window is past its grace and will not change */
  readonly closed: boolean
  /** grows with every version of the same window */
  readonly revision: number
}
