import type { WhilePaused } from './paused-analysis.ts'
import type { SupervisedWorker } from './supervised-worker.ts'

export interface DeleteOptions {
  readonly channelId: string
  readonly broadcastId: string
  readonly collect: Pick<SupervisedWorker, 'call'>
  readonly exporting: Pick<SupervisedWorker, 'call'>
  readonly whilePaused: WhilePaused
}

/**
 * Removes a broadcast from the log and from what the analysis remembers, then from the archive; its watch is ended
 * first, another broadcast of its channel goes on. The archive comes last: what the export still had in hand stays out
 * of it, and an interrupted removal shows there and can be asked for again. Resolves to the messages the archive held.
 */
export async function deleteEverywhere(options: DeleteOptions): Promise<number> {
  const { channelId, broadcastId, collect, exporting, whilePaused } = options
  await whilePaused(() => collect.call('erase', channelId, broadcastId))
  return (await exporting.call('deleteBroadcast', channelId, broadcastId)) as number
}
