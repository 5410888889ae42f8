import { defaultSettings } from '#processors/channel-settings.ts'
import type { ChannelSettings } from '#schemas/types.ts'
import { dryRunBroadcast } from '../notify/dry-run-broadcast.ts'
import type { Operation } from './operation.ts'

export interface DryRunAlarmsArgs {
  readonly channelId: string
  readonly broadcastId: string
  readonly thresholds: Partial<
    Pick<ChannelSettings, 'surgeShare' | 'surgeRatio' | 'surgeMessages' | 'watchWords' | 'watchCount'>
  >
  readonly json: boolean
}

/** What would have rung in an archived broadcast, under the default thresholds or others. */
export const dryRunAlarms: Operation<DryRunAlarmsArgs> = async function* ({ archive }, args, signal) {
  const { channelId, broadcastId, thresholds, json } = args
  const settings = { ...defaultSettings, ...thresholds, channelId, updatedAt: 0, updatedBy: '' }
  const run = await dryRunBroadcast(archive, { broadcastId, settings }, signal)
  if (json) {
    yield `${JSON.stringify(run)}\n`
    return
  }
  yield `${run.messages} messages; would have rung ${run.rings.length} times\n`
  for (const { kind, at, until, peak, words } of run.rings)
    yield `${new Date(at).toISOString().slice(0, 19)}  ${kind}  ${until === null ? 'until the end' : `${Math.round((until - at) / 1_000)} s`}  peak ${kind === 'keyword-watch' ? peak : `${(peak * 100).toFixed(0)} %`}  ${words.join(' ')}\n`
}
