import { setTimeout as sleep } from 'node:timers/promises'
import type { BroadcastRequest } from '#schemas/types.ts'
import type { SupervisedWorker } from './supervised-worker.ts'

export interface DeleteOptions {
  readonly channelId: string
  readonly broadcastId: string
  readonly workers: {
    readonly collect: SupervisedWorker
    readonly analyze: SupervisedWorker
    readonly export: SupervisedWorker
  }
  readonly watched: () => readonly string[]
  readonly now: () => number
}

const STOP_MS = 5_000
const MOST_PASSES = 5

/**
 * Removes a broadcast from the log, then from the archive; a running one is stopped first. What the analysis still had
 * in hand while the log was erased is erased by another pass. Resolves to the messages the archive held.
 */
export async function deleteEverywhere(options: DeleteOptions): Promise<number> {
  const { channelId, broadcastId, workers, now } = options
  if (options.watched().includes(channelId)) {
    const stop: BroadcastRequest = {
      channelId,
      source: '',
      url: '',
      action: 'stop',
      options: {},
      requestedAt: now(),
      requestedBy: 'delete',
    }
    await workers.collect.call('request', stop)
    for (const end = now() + STOP_MS; options.watched().includes(channelId) && now() < end; ) await sleep(100)
  }
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    await workers.analyze.call('settle')
    if (((await workers.collect.call('erase', channelId, broadcastId)) as number) === 0) break
  }
  return (await workers.export.call('deleteBroadcast', channelId, broadcastId)) as number
}
