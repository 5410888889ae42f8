/** Rules that nobody has saved yet: on a sentence, and on what was said. */
import { changeRules, type NewRule } from '#processors/channel-rules/change-rules.ts'
import { type DryRun, dryRun, type FindSpans } from '#processors/channel-rules/dry-run.ts'
import { ruleProblem } from '#processors/channel-rules/rule-problem.ts'
import { spansUnder } from '#processors/channel-rules/spans-under.ts'
import type { ChannelRules, ChannelSettings, ProfanitySpan } from '#schemas/types.ts'
import type { ArchiveQuery, ArchiveReader } from '#sinks/archive.ts'
import type { DryRunScope } from '../../dashboard/commands.ts'

export interface RulesTrial {
  readonly rules: ChannelRules
  readonly settings: Pick<ChannelSettings, 'blockedWords' | 'allowedWords' | 'maskSeverity'>
  readonly draft: readonly NewRule[]
}

const HOUR_MS = 60 * 60 * 1000

/** @throws {RulesError} when a rule of the draft cannot be taken */
export function tryOnText(trial: RulesTrial, text: string): readonly ProfanitySpan[] {
  return triedSpans(trial)(text)
}

/** @throws {RulesError} when a rule of the draft cannot be taken; what the archive throws */
export function tryOnArchive(
  trial: RulesTrial,
  scope: DryRunScope,
  { archive, now, signal }: { readonly archive: Pick<ArchiveReader, 'export'>; now: number; signal: AbortSignal },
): Promise<DryRun> {
  const { rules, settings } = trial
  const query: ArchiveQuery = {
    channelId: rules.channelId,
    includeDeleted: true,
    ...(scope === 'last-hour' ? { from: now - HOUR_MS } : { broadcastIds: [scope.broadcastId] }),
  }
  return dryRun({
    messages: archive.export(query),
    today: spansUnder(rules.rules, settings),
    tried: triedSpans(trial),
    maskSeverity: settings.maskSeverity,
    signal,
  })
}

function triedSpans({ rules, settings, draft }: RulesTrial): FindSpans {
  let ids = 0
  const tried = changeRules(
    rules,
    { kind: 'add', rules: draft },
    { channelId: rules.channelId, by: '', at: 0, newId: () => `draft.${++ids}`, problemOf: ruleProblem },
  )
  return spansUnder(tried.rules, settings)
}
