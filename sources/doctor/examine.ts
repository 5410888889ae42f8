/** Reads a broadcast for a while, notes everything, and keeps a recording for whoever looks into what was different. */
import type { ChatMessage } from '#schemas/types.ts'
import type { BroadcastLink } from '../broadcast-link.ts'
import type { Broadcast, StateChange } from '../chat-source.ts'
import { RecordingFile } from '../recording-file.ts'
import { openSource } from '../registry.ts'
import { type SourceCount, type SourceEnvironment, sleep } from '../source-environment.ts'
import { disguises } from '../wire/disguise/platforms.ts'
import { Pseudonyms } from '../wire/pseudonyms.ts'
import { recordWire } from '../wire/record-wire.ts'
import { type WireEntry, wireHeader } from '../wire/wire-recording.ts'
import type { Observation } from './observation.ts'

export interface ExamineOptions {
  readonly link: BroadcastLink
  readonly environment: SourceEnvironment
  /** from the first attempt to the last message */
  readonly seconds: number
  readonly signal: AbortSignal
}

/** Enough for a diagnosis; a flood must not fill the memory. */
const MOST_ENTRIES = 100_000

/** Never throws for what the platform does: that is what is examined. */
export async function examine({ link, environment, seconds, signal }: ExamineOptions): Promise<Observation> {
  const { clock } = environment
  const entries: WireEntry[] = []
  const states: StateChange[] = []
  const messages: ChatMessage[] = []
  const counted = new Map<SourceCount, Map<string, number>>()
  const counting = {
    ...environment,
    count: (name: SourceCount, by: number, detail: string) => {
      const details = counted.get(name) ?? new Map<string, number>()
      counted.set(name, details.set(detail, (details.get(detail) ?? 0) + by))
      environment.count(name, by, detail)
    },
  }
  const keep = (entry: WireEntry) => void (entries.length < MOST_ENTRIES && entries.push(entry))
  const disguise = disguises[link.source]
  const source = openSource(
    link.source,
    {},
    disguise ? recordWire(counting, disguise(new Pseudonyms()), keep) : counting,
  )
  const startedAt = clock.now()
  const enough = new AbortController()
  const stop = () => enough.abort()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const waiting = sleep(clock, seconds * 1_000, enough.signal).then(stop)
  let broadcast: Broadcast | null = null
  let resolvedMs = 0
  let failure: Error | null = null
  try {
    broadcast = await source.resolve(link, enough.signal)
    resolvedMs = clock.now() - startedAt
    for await (const event of source.read(broadcast, enough.signal)) {
      if (event.type === 'state') states.push(event)
      else if (messages.length < MOST_ENTRIES) messages.push(...event.messages)
    }
  } catch (cause) {
    failure = enough.signal.aborted ? new Error(`no answer in ${seconds} s`) : (cause as Error)
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
    await waiting
  }
  return { startedAt, broadcast, resolvedMs, failure, states, messages, counted, entries }
}

/** A recording that `replay` plays, as far as it came. Throws SourceError RECORD_… */
export async function keepRecording(
  file: string,
  link: BroadcastLink,
  { startedAt, broadcast, entries }: Observation,
  { clock }: Pick<SourceEnvironment, 'clock'>,
): Promise<void> {
  const { source, channel, channelId, url } = link
  const found = broadcast ?? { source, channelId, broadcastId: '', url, title: '', channelName: channel }
  const recording = await RecordingFile.create(file, wireHeader(link, found, startedAt), { clock })
  try {
    await recording.append(entries)
  } finally {
    await recording.close()
  }
}
