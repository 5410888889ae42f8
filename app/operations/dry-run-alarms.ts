import { dryRunAlerts } from '#processors/alerts/dry-run-alerts.ts'
import { defaultSettings } from '#processors/channel-settings.ts'
import type { ChannelSettings } from '#schemas/types.ts'
import { JavasError } from '../errors.ts'
import type { Operation } from './operation.ts'

export interface DryRunAlarmsArgs {
  readonly channelId: string
  readonly broadcastId: string
  readonly thresholds: Partial<Pick<ChannelSettings, 'surgeShare' | 'surgeRatio' | 'surgeMessages'>>
  readonly json: boolean
}

/** What would have rung in an archived broadcast, under the default thresholds or others. */
export const dryRunAlarms: Operation<DryRunAlarmsArgs> = async function* ({ archive }, args, signal) {
  const { channelId, broadcastId, thresholds, json } = args
  if (!(await archive.broadcast(channelId, broadcastId)))
    throw new JavasError(
      'BROADCAST_NOT_FOUND',
      `the archive has no broadcast ${broadcastId} of ${channelId}: "javas archive search --channel ${channelId}" shows what it has.`,
    )
  const settings = { ...defaultSettings, ...thresholds, channelId, updatedAt: 0, updatedBy: '' }
  const messages = archive.export({ channelId, broadcastIds: [broadcastId] })
  const run = await dryRunAlerts(messages, settings, signal)
  if (json) {
    yield `${JSON.stringify(run)}\n`
    return
  }
  yield `${run.messages} messages; would have rung ${run.rings.length} times\n`
  for (const { kind, at, until, peak, words } of run.rings)
    yield `${new Date(at).toISOString().slice(0, 19)}  ${kind}  ${until === null ? 'until the end' : `${Math.round((until - at) / 1_000)} s`}  peak ${(peak * 100).toFixed(0)} %  ${words.join(' ')}\n`
}
