import { Worker } from 'node:worker_threads'
import type { AlarmDryRun } from '#processors/alerts/dry-run-alerts.ts'
import type { ChannelSettings } from '#schemas/types.ts'
import { JavasError } from '../errors.ts'
import type { ArchivePlace } from '../stores/archive-place.ts'

export interface DryRunThreadData {
  readonly place: ArchivePlace
  readonly broadcastId: string
  readonly settings: ChannelSettings
}

export type DryRunThreadMessage =
  | { readonly run: AlarmDryRun }
  | { readonly error: { readonly code: string; readonly message: string } }

/** A person waits for it. */
const LONGEST_MS = 120_000

/**
 * `dryRunBroadcast` on a thread of its own, away from the one that serves pages; aborting ends it at once.
 * @throws JavasError BROADCAST_NOT_FOUND, DRY_RUN_TOO_LONG
 */
export async function dryRunInThread(data: DryRunThreadData, signal: AbortSignal): Promise<AlarmDryRun> {
  signal.throwIfAborted()
  const worker = new Worker(new URL('./dry-run-thread.ts', import.meta.url), { workerData: data, name: 'dry-run' })
  const ended = Promise.withResolvers<AlarmDryRun>()
  const tooLong = () =>
    ended.reject(
      new JavasError('DRY_RUN_TOO_LONG', 'the broadcast is too long to wait for: use "javas alarms dry-run" instead.'),
    )
  const timer = setTimeout(tooLong, LONGEST_MS)
  const abort = () => ended.reject(signal.reason)
  signal.addEventListener('abort', abort)
  worker.on('message', (message: DryRunThreadMessage) => {
    if ('run' in message) ended.resolve(message.run)
    else ended.reject(new JavasError(message.error.code, message.error.message))
  })
  worker.on('error', ended.reject)
  worker.on('exit', () => ended.reject(new JavasError('WORKER_EXIT', 'the thread of the dry run ended early')))
  try {
    return await ended.promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
    await worker.terminate()
  }
}
