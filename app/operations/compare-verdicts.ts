import type { Comparison } from '../../dashboard/replays.ts'
import { Analysis } from '../analysis.ts'
import { channelRulesOf, channelSettingsOf } from '../channel-settings-of.ts'
import { compareVerdicts } from '../compare/compare-verdicts.ts'
import { readConfig } from '../config.ts'
import { logOf } from '../log.ts'
import type { Operation } from './operation.ts'
import { withProgress } from './with-progress.ts'

export interface CompareArgs {
  readonly channelId: string
  readonly broadcastId: string
  readonly speed: number | 'max'
}

/** Lines of progress, then one with the comparison. */
export const compareBroadcast: Operation<CompareArgs> = ({ broker, archive }, asked, signal) =>
  withProgress<Comparison>(async (onProgress) => {
    const config = readConfig()
    const settings = await channelSettingsOf(broker, asked.channelId, { signal })
    const rules = await channelRulesOf(broker, asked.channelId, { signal })
    const open = (own: typeof broker) =>
      Analysis.open({ broker: own, config, log: logOf('compare', config), applicationId: 'javas-compare' })
    return compareVerdicts({ ...asked, archive, settings, rules, open, signal, onProgress })
  })
