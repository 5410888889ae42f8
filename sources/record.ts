/** Saves what a source tells into a file that `replay` reads. */
import type { BroadcastLink } from './broadcast-link.ts'
import type { ChatSource, SourceEvent, StateChange } from './chat-source.ts'
import { headerOf } from './recording.ts'
import { RecordingFile } from './recording-file.ts'
import { productionEnvironment, type SourceClock } from './source-environment.ts'
import { SourceError } from './source-error.ts'

export interface RecordOptions {
  readonly file: string
  /** replaces an existing file */
  readonly overwrite?: boolean
  /** ms between two syncs to disk; 0 syncs every batch */
  readonly syncMs?: number
  readonly clock?: SourceClock
}

/**
 * The same source, with every message also written to `file`. A message reaches the reader after the file took it.
 * `read` throws SourceError RECORD_…; what was written until then is whole.
 */
export function recordSource(source: ChatSource, options: RecordOptions): ChatSource {
  const clock = options.clock ?? productionEnvironment.clock
  return {
    name: source.name,
    resolve: (link, signal, resolveOptions) => source.resolve(link, signal, resolveOptions),
    async *read(broadcast, signal): AsyncGenerator<SourceEvent> {
      if (signal.aborted) return
      const file = await RecordingFile.create(options.file, headerOf(broadcast, clock.now()), { ...options, clock })
      try {
        for await (const event of source.read(broadcast, signal)) {
          if (event.type === 'messages') await file.append(event.messages)
          yield event
        }
      } finally {
        await file.close()
      }
    },
  }
}

export interface RecordBroadcastOptions extends RecordOptions {
  readonly source: ChatSource
  readonly link: BroadcastLink
  /** ends the recording, which is whole then */
  readonly signal: AbortSignal
  /** called after every batch with how many messages the file holds */
  readonly onMessages?: (count: number) => void
  readonly onState?: (change: StateChange) => void
}

/**
 * Records a broadcast until it ends or `signal` aborts.
 * Throws SourceError SOURCE_REFUSED when the platform will not let us read, RECORD_… when the file fails.
 * @returns how many messages were recorded
 */
export async function recordBroadcast(options: RecordBroadcastOptions): Promise<number> {
  const { source, link, signal } = options
  let recorded = 0
  try {
    const broadcast = await source.resolve(link, signal)
    for await (const event of recordSource(source, options).read(broadcast, signal)) {
      if (event.type === 'messages') {
        recorded += event.messages.length
        options.onMessages?.(recorded)
      } else {
        options.onState?.(event)
        if (event.state === 'refused')
          throw new SourceError('SOURCE_REFUSED', `${link.url} cannot be read: ${event.reason} ${event.detail}`.trim())
      }
    }
  } catch (cause) {
    if (!signal.aborted || cause instanceof SourceError) throw cause
  }
  return recorded
}
