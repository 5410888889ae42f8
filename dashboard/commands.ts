/**
 * What the dashboard may ask the rest of the program to do. `app/` implements it; pages reach it through the load
 * context, so that no page ever imports the engine.
 */
import type { NewRule, RulesChange, RulesErrorCode } from '#processors/channel-rules/change-rules.ts'
import type { DryRun } from '#processors/channel-rules/dry-run.ts'
import type { ChannelRules, ChannelSettings, ProfanitySpan } from '#schemas/types.ts'

/** Why a command could not be done. Each has a sentence in both languages, in `app/text/`. */
export type CommandErrorCode =
  | 'URL_UNSUPPORTED'
  | 'URL_INVALID'
  | 'SOURCE_UNAVAILABLE'
  | 'TOO_MANY_BROADCASTS'
  | 'BROADCAST_NOT_FOUND'
  | 'BROADCAST_RUNNING'
  | 'SETTINGS_INVALID'
  | 'TIME_ZONE_UNKNOWN'
  | RulesErrorCode
  | 'EXPORT_NOT_RUNNING'
  | 'COMMAND_FAILED'

export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: CommandErrorCode
  /** Which of the things given is wrong, from 0; null when it is none in particular. */
  readonly place: number | null

  constructor(
    code: CommandErrorCode,
    message: string,
    options: ErrorOptions & { readonly place?: number | null } = {},
  ) {
    super(message, options)
    this.code = code
    this.place = options.place ?? null
  }
}

/** The messages that a dry run looks at. */
export type DryRunScope = 'last-hour' | { readonly broadcastId: string }

/** What somebody did: one record of the topic of operator actions. */
export interface Action {
  /** Stable kebab-case name, such as `feedback` or `reveal`. */
  readonly kind: string
  readonly by: string
  readonly role: string
  /** Absent where no channel is meant. */
  readonly channelId?: string
  readonly broadcastId?: string
  readonly authorId?: string
  readonly messageId?: string
  /** What the person wrote, at most 2,000 UTF-16 units are kept. */
  readonly text?: string
  readonly details?: Readonly<Record<string, string>>
}

export interface WatchResult {
  readonly channelId: string
  /** Empty until the source has resolved it; the broadcast appears in the states topic. */
  readonly broadcastId: string
}

export interface DashboardCommands {
  /**
   * Asks `collect` to watch what the link points to. The link is parsed to an id, never fetched here.
   * @param link as pasted, at most 2,000 UTF-16 units, or `demo`
   * @param by the person's name
   * @throws {CommandError}
   */
  watch(link: string, by: string): Promise<WatchResult>
  /** The channel that a link means. Changes nothing. @throws {CommandError} as `watch` does */
  channelOf(link: string): string
  /** Asks `collect` to stop. Idempotent. */
  stop(channelId: string, by: string): Promise<void>
  /** Removes a broadcast and everything stored of it, log included. Resolves when it is gone. Returns messages removed. */
  deleteBroadcast(channelId: string, broadcastId: string, by: string): Promise<number>
  /**
   * Removes a person from a channel, log, archive and reports included. Resolves to the signed receipt, JSON.
   */
  erasePerson(channelId: string, authorId: string): Promise<string>
  /** `updatedAt` and `updatedBy` are filled in by the implementation from the clock and `by`. */
  saveSettings(settings: Omit<ChannelSettings, 'updatedAt' | 'updatedBy'>, by: string): Promise<void>
  /**
   * One versioned step of the channel's own rules. Resolves to the version in force afterwards.
   * @param expected the version that the person saw
   * @throws {CommandError} RULES_CHANGED when another is in force, RULE_INVALID with its place, RULES_TOO_MANY
   */
  changeRules(channelId: string, change: RulesChange, by: string, expected?: number): Promise<ChannelRules>
  /**
   * The spans of `text` under the rules in force and `draft` beside them. Changes nothing.
   * @throws {CommandError} RULE_INVALID
   */
  tryRules(channelId: string, draft: readonly NewRule[], text: string): Promise<readonly ProfanitySpan[]>
  /** What `draft` beside the rules in force would have changed. Changes nothing. @throws {CommandError} RULE_INVALID */
  dryRunRules(channelId: string, draft: readonly NewRule[], scope: DryRunScope, signal: AbortSignal): Promise<DryRun>
  /** The rules in force; version 0 while nobody made any. */
  rules(channelId: string): Promise<ChannelRules>
  /** Writes down what somebody did, all or nothing; resolves when it is in the log. */
  act(...actions: readonly Action[]): Promise<void>
  /** Current settings, or the defaults. */
  settings(channelId: string): Promise<ChannelSettings>
}
