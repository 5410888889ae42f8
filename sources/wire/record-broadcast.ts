/** Saves what a platform sends for one broadcast, with its viewers under pseudonyms, into a file that `replay` reads. */
import type { RecordBroadcastOptions } from '../record.ts'
import { RecordingFile } from '../recording-file.ts'
import { openSource } from '../registry.ts'
import { productionEnvironment, type SourceEnvironment, sleep } from '../source-environment.ts'
import { SourceError } from '../source-error.ts'
import { disguises } from './disguise/platforms.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { recordWire } from './record-wire.ts'
import { type WireEntry, wireHeader } from './wire-recording.ts'

export interface RecordWireOptions extends Omit<RecordBroadcastOptions, 'source' | 'clock'> {
  readonly environment?: SourceEnvironment
}

const KEEP_MS = 1_000

/** Whether this platform's wire can be recorded: whoever its viewers are is known there. */
export const isWireRecordable = (source: string): boolean => Object.hasOwn(disguises, source)

/**
 * Records until the broadcast ends or `signal` aborts.
 * Throws SourceError SOURCE_REFUSED when the platform will not let us read, RECORD_… when the file fails.
 * @returns how many messages the source made of it meanwhile
 */
export async function recordWireBroadcast(options: RecordWireOptions): Promise<number> {
  const { link, signal, environment = productionEnvironment } = options
  const { clock } = environment
  const disguise = disguises[link.source]
  if (!disguise) throw new SourceError('SOURCE_UNKNOWN', `the wire of ${link.source} cannot be recorded`)
  let entries: WireEntry[] = []
  const keep = (entry: WireEntry) => void entries.push(entry)
  const recordedAt = clock.now()
  const source = openSource(link.source, {}, recordWire(environment, disguise(new Pseudonyms()), keep))
  let messages = 0
  let file: RecordingFile | null = null
  const write = async () => {
    const kept = entries
    entries = []
    if (kept.length > 0) await file?.append(kept)
  }
  const stop = new AbortController()
  const left = AbortSignal.any([signal, stop.signal])
  let writing = Promise.resolve()
  try {
    const broadcast = await source.resolve(link, signal)
    file = await RecordingFile.create(options.file, wireHeader(link, broadcast, recordedAt), { ...options, clock })
    writing = (async () => {
      while (!left.aborted) {
        await sleep(clock, KEEP_MS, left)
        await write()
      }
    })().finally(() => stop.abort())
    writing.catch(() => {})
    for await (const event of source.read(broadcast, left)) {
      if (event.type === 'messages') {
        messages += event.messages.length
        options.onMessages?.(messages)
      } else {
        options.onState?.(event)
        if (event.state === 'refused')
          throw new SourceError('SOURCE_REFUSED', `${link.url} cannot be read: ${event.reason} ${event.detail}`.trim())
      }
    }
  } catch (cause) {
    if (!signal.aborted || cause instanceof SourceError) throw cause
  } finally {
    stop.abort()
    try {
      await writing
      await write()
    } finally {
      await file?.close()
    }
  }
  return messages
}
