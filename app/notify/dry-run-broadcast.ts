import { type AlarmDryRun, dryRunAlerts } from '#processors/alerts/dry-run-alerts.ts'
import type { ChannelSettings } from '#schemas/types.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import { JavasError } from '../errors.ts'

/** @throws JavasError BROADCAST_NOT_FOUND */
export async function dryRunBroadcast(
  archive: Pick<ArchiveReader, 'broadcast' | 'export'>,
  { broadcastId, settings }: { readonly broadcastId: string; readonly settings: ChannelSettings },
  signal?: AbortSignal,
): Promise<AlarmDryRun> {
  const { channelId } = settings
  if (!(await archive.broadcast(channelId, broadcastId)))
    throw new JavasError(
      'BROADCAST_NOT_FOUND',
      `the archive has no broadcast ${broadcastId} of ${channelId}: "javas archive search --channel ${channelId}" shows what it has.`,
    )
  return dryRunAlerts(archive.export({ channelId, broadcastIds: [broadcastId] }), settings, signal)
}
