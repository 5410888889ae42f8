/** What the pages may ask of channels' own rules. Refusals are CommandErrors with a sentence in both languages. */
import { type NewRule, RulesError } from '#processors/channel-rules/change-rules.ts'
import { ruleProblem } from '#processors/channel-rules/rule-problem.ts'
import type { ChannelRules, ChannelSettings } from '#schemas/types.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import { CommandError, type DashboardCommands } from '../../dashboard/commands.ts'
import { RulesKeeper } from './rules-keeper.ts'
import { tryOnArchive, tryOnText } from './rules-trial.ts'

export interface RulesAccess {
  readonly read: (channelId: string) => ChannelRules | null
  readonly write: (rules: ChannelRules) => Promise<unknown>
  readonly settings: (channelId: string) => Pick<ChannelSettings, 'blockedWords' | 'allowedWords' | 'maskSeverity'>
  readonly archive: Pick<ArchiveReader, 'export'>
  readonly now?: () => number
}

export type RulesCommands = Pick<DashboardCommands, 'changeRules' | 'rules' | 'tryRules' | 'dryRunRules'>

export function rulesCommands({ read, write, settings, archive, now = Date.now }: RulesAccess): RulesCommands {
  const keeper = new RulesKeeper({ read, write, problemOf: ruleProblem, now })
  const trialOf = (channelId: string, draft: readonly NewRule[]) => ({
    rules: keeper.rules(channelId),
    settings: settings(channelId),
    draft,
  })
  const asked = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      if (cause instanceof RulesError) throw new CommandError(cause.code, cause.message, { cause, place: cause.place })
      throw cause
    }
  }
  return {
    changeRules: (channelId, change, by, expected) => asked(() => keeper.change(channelId, change, by, expected)),
    rules: async (channelId) => keeper.rules(channelId),
    tryRules: (channelId, draft, text) => asked(() => tryOnText(trialOf(channelId, draft), text)),
    dryRunRules: (channelId, draft, scope, signal) =>
      asked(() => tryOnArchive(trialOf(channelId, draft), scope, { archive, now: now(), signal })),
  }
}
