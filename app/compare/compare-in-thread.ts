import { Worker } from 'node:worker_threads'
import type { ChannelRules, ChannelSettings } from '#schemas/types.ts'
import type { Comparison } from '../../dashboard/replays.ts'
import type { Config } from '../config.ts'
import { JavasError } from '../errors.ts'
import type { ArchivePlace } from '../stores/archive-place.ts'
import type { CompareOptions } from './compare-verdicts.ts'

export interface CompareThreadData extends Pick<CompareOptions, 'channelId' | 'broadcastId' | 'speed' | 'directory'> {
  readonly config: Config
  readonly place: ArchivePlace
  readonly settings: ChannelSettings
  readonly rules: ChannelRules | null
}

export type CompareThreadMessage =
  | { readonly progress: { readonly done: number; readonly total: number } }
  | { readonly comparison: Comparison }
  | { readonly error: { readonly code: string; readonly message: string } }

/** A thread that was told to stop is given so long to take its log away. */
const STOPS_MS = 10_000

/** `compareVerdicts` on a thread of its own, away from the one that serves pages. */
export async function compareInThread(
  data: CompareThreadData,
  options: {
    readonly signal: AbortSignal
    readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void
  },
): Promise<Comparison> {
  const { signal, onProgress } = options
  const worker = new Worker(new URL('./compare-thread.ts', import.meta.url), { workerData: data, name: 'compare' })
  let giveUp: NodeJS.Timeout | undefined
  const stop = () => {
    worker.postMessage('stop')
    giveUp = setTimeout(() => void worker.terminate(), STOPS_MS)
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    return await new Promise<Comparison>((done, fail) => {
      worker.on('message', (message: CompareThreadMessage) => {
        if ('progress' in message) onProgress(message.progress)
        else if ('comparison' in message) done(message.comparison)
        else fail(new JavasError(message.error.code, message.error.message))
      })
      worker.on('error', fail)
      worker.on('exit', () => fail(signal.reason ?? new JavasError('WORKER_EXIT', 'the replay thread ended early')))
    })
  } finally {
    signal.removeEventListener('abort', stop)
    clearTimeout(giveUp)
    await worker.terminate()
  }
}
