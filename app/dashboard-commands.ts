import { MOST_MENTIONS } from '#processors/alerts/mentions.ts'
import { MOST_WATCHED } from '#processors/alerts/watched-words.ts'
import { defaultSettings } from '#processors/channel-settings.ts'
import type { BroadcastRequest, ChannelRules, ChannelSettings, OperatorAction } from '#schemas/types.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import { isTimeZoneName } from '../dashboard/app/time-zone.ts'
import { CommandError, type DashboardCommands } from '../dashboard/commands.ts'
import { rulesCommands } from './channel-rules/rules-commands.ts'
import type { Person } from './erasure/erase-person.ts'
import type { ErasureReceipt } from './erasure/receipt.ts'
import { codeOf, messageOf } from './errors.ts'
import { operatorAction } from './operator-action.ts'
import { requestOf } from './request-of.ts'

/** Where the writes go: a worker's calls in the embedded mode. */
export interface CommandWrites {
  readonly request: (request: BroadcastRequest) => Promise<unknown>
  readonly settings: (settings: ChannelSettings) => Promise<unknown>
  readonly rules: (rules: ChannelRules) => Promise<unknown>
  /** All of them or none. */
  readonly actions: (actions: readonly OperatorAction[]) => Promise<unknown>
  /** Removes from log and archive; resolves to the messages removed. */
  readonly deleteBroadcast: (channelId: string, broadcastId: string) => Promise<number>
  readonly erasePerson: (person: Person) => Promise<ErasureReceipt>
}

export interface CommandReads {
  /** Channels that are watched now. */
  readonly watched: () => readonly string[]
  readonly settings: (channelId: string) => ChannelSettings | null
  readonly rules: (channelId: string) => ChannelRules | null
  readonly archive: Pick<ArchiveReader, 'export'>
}

const MOST_BROADCASTS = 50
const MOST_WORDS = 500
const LONGEST_WORD = 40

/** What the pages may ask for. Every refusal is a CommandError with a sentence in both languages. */
export function dashboardCommands(writes: CommandWrites, reads: CommandReads, now = Date.now): DashboardCommands {
  const settingsOf = (channelId: string): ChannelSettings =>
    reads.settings(channelId) ?? { ...defaultSettings, channelId, updatedAt: 0, updatedBy: '' }
  const rules = rulesCommands({
    read: reads.rules,
    write: writes.rules,
    settings: settingsOf,
    archive: reads.archive,
    now,
  })
  const done = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (cause) {
      if (cause instanceof CommandError) throw cause
      // A store that has not read everything yet says that nobody fills it.
      if (['EXPORT_NOT_RUNNING', 'ARCHIVE_BEHIND'].includes(codeOf(cause)))
        throw new CommandError('EXPORT_NOT_RUNNING', messageOf(cause), { cause })
      throw new CommandError('COMMAND_FAILED', `${codeOf(cause)}: ${messageOf(cause)}`, { cause })
    }
  }
  const requested = (link: string, by: string): BroadcastRequest => {
    try {
      return requestOf(link, { by, isOwner: false, at: now() })
    } catch (cause) {
      throw new CommandError('URL_UNSUPPORTED', messageOf(cause), { cause })
    }
  }
  return {
    channelOf: (link) => requested(link, '').channelId,
    async watch(link, by) {
      const request = requested(link, by)
      const watched = reads.watched()
      if (!watched.includes(request.channelId) && watched.length >= MOST_BROADCASTS)
        throw new CommandError('TOO_MANY_BROADCASTS', `${MOST_BROADCASTS} broadcasts are watched already`)
      await done(writes.request(request))
      return { channelId: request.channelId, broadcastId: '' }
    },
    async stop(channelId, by) {
      const request: BroadcastRequest = {
        channelId,
        source: channelId.slice(0, channelId.indexOf(':')),
        url: '',
        action: 'stop',
        options: {},
        requestedAt: now(),
        requestedBy: by,
      }
      await done(writes.request(request))
    },
    deleteBroadcast: (channelId, broadcastId) => done(writes.deleteBroadcast(channelId, broadcastId)),
    async erasePerson(channelId, authorId) {
      return `${JSON.stringify(await done(writes.erasePerson({ channelId, authorId })), null, 2)}\n`
    },
    async saveSettings(settings, by) {
      const isList = (words: readonly string[]) =>
        words.length <= MOST_WORDS && words.every((word) => word.trim().length > 0 && word.length <= LONGEST_WORD)
      const isShare = (share: number) => share > 0 && share < 1
      const isWhole = (value: number, least: number, most: number) =>
        Number.isInteger(value) && value >= least && value <= most
      const isValid =
        Number.isInteger(settings.maskSeverity) &&
        settings.maskSeverity >= 1 &&
        settings.maskSeverity <= 4 &&
        isList(settings.blockedWords) &&
        isList(settings.allowedWords) &&
        isShare(settings.surgeShare) &&
        isShare(settings.profanityShare) &&
        settings.surgeRatio >= 1 &&
        settings.surgeRatio <= 20 &&
        Number.isInteger(settings.surgeMessages) &&
        settings.surgeMessages >= 5 &&
        settings.surgeMessages <= 100_000 &&
        (settings.quietSeconds === 0 || isWhole(settings.quietSeconds, 20, 3_600)) &&
        isList(settings.watchWords) &&
        settings.watchWords.length <= MOST_WATCHED &&
        isWhole(settings.watchCount, 1, MOST_MENTIONS) &&
        isWhole(settings.watchMinutes, 1, 60) &&
        isWhole(settings.offenceCount, 0, 50) &&
        isWhole(settings.offenceSeverity, 1, 3) &&
        isWhole(settings.offenceMinutes, 1, 1_440)
      if (!isValid) throw new CommandError('SETTINGS_INVALID', 'a setting is out of its range')
      if (settings.timeZone !== '' && !isTimeZoneName(settings.timeZone))
        throw new CommandError('TIME_ZONE_UNKNOWN', `${settings.timeZone} is no time zone's name such as Asia/Seoul`)
      await done(writes.settings({ ...settings, updatedAt: now(), updatedBy: by }))
    },
    changeRules: (...asked) => done(rules.changeRules(...asked)),
    rules: rules.rules,
    tryRules: rules.tryRules,
    dryRunRules: (...asked) => done(rules.dryRunRules(...asked)),
    act: async (...actions) => {
      await done(writes.actions(actions.map((action) => operatorAction(action, now()))))
    },
    async settings(channelId) {
      return settingsOf(channelId)
    },
  }
}
