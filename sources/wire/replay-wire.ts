/** Replays a raw recording: the platform's own source reads it as it read the platform. */
import type { Broadcast, SourceEvent } from '../chat-source.ts'
import { linesOf } from '../recorded-lines.ts'
import { openSource } from '../registry.ts'
import type { SourceEnvironment } from '../source-environment.ts'
import { stateChange } from '../state-change.ts'
import { playWire } from './play-wire.ts'
import { MAX_WIRE_LINE, parseWireEntry, type WireEntry, type WireHeader } from './wire-recording.ts'

export interface ReplayWireOptions {
  readonly file: string
  readonly header: WireHeader
  /** as which it is replayed */
  readonly broadcast: Broadcast
  readonly signal: AbortSignal
  readonly environment: SourceEnvironment
  /** when the replay began, epoch ms */
  readonly startedAt: number
  /** null: as fast as sources can take it */
  readonly speed: number | null
  readonly keepsTime: boolean
  /** before every id: another replay is another broadcast */
  readonly prefix: string
}

/** Sources wait for answers by the clock: faster than this they would give up on ones that come in time. */
const MOST_SPEED = 60

export async function* replayWire(options: ReplayWireOptions): AsyncGenerator<SourceEvent> {
  const { file, header, broadcast, signal, environment, startedAt, keepsTime, prefix } = options
  const { clock, count } = environment
  const speed = Math.min(options.speed ?? MOST_SPEED, MOST_SPEED)
  const left = AbortSignal.any([signal])
  const stop = new AbortController()
  const leave = () => stop.abort()
  left.addEventListener('abort', leave, { once: true })
  const player = playWire(entriesOf(file, stop.signal, count), header.recordedAt, speed, environment)
  let failure: Error | null = null
  const playing = player
    .play(stop.signal)
    .catch((cause: Error) => {
      failure = cause
    })
    .finally(leave)
  const timeOf = (timestamp: number) =>
    keepsTime ? timestamp : Math.round(startedAt + (timestamp - header.recordedAt) / speed)
  let played = 0
  try {
    const source = openSource(header.source, {}, player.environment)
    const link = { ...header.link, source: header.source, ownerOnly: false }
    yield stateChange('resolving', clock.now(), { reason: 'connecting' })
    const found = await source.resolve(link, stop.signal)
    for await (const event of source.read(found, stop.signal)) {
      if (event.type === 'state') {
        if (event.state === 'ended') break
        yield { ...event, at: clock.now(), nextTryAt: null, startsAt: null }
        if (event.state === 'refused') return
        continue
      }
      played += event.messages.length
      yield {
        type: 'messages',
        messages: event.messages.map((message) => ({
          ...message,
          ...{ source: broadcast.source, channelId: broadcast.channelId, broadcastId: broadcast.broadcastId },
          id: prefix + message.id,
          timestamp: timeOf(message.timestamp),
          receivedAt: clock.now(),
          target: message.target && {
            ...message.target,
            messageId: message.target.messageId && prefix + message.target.messageId,
          },
        })),
      }
    }
  } catch (cause) {
    if (!stop.signal.aborted) failure ??= cause as Error
  } finally {
    left.removeEventListener('abort', leave)
    stop.abort()
    await playing
  }
  if (signal.aborted) return
  const at = clock.now()
  if (failure)
    yield stateChange('ended', at, { reason: 'source-lost', detail: `${file}: ${(failure as Error).message}` })
  else yield stateChange('ended', at, { reason: 'finished', detail: `${played} messages` })
}

async function* entriesOf(
  file: string,
  signal: AbortSignal,
  count: SourceEnvironment['count'],
): AsyncGenerator<WireEntry> {
  for await (const { number, text } of linesOf(file, signal, MAX_WIRE_LINE)) {
    if (number === 1 || text === '') continue
    const entry = text === null ? null : parseWireEntry(text)
    if (entry) yield entry
    else count('malformed', 1, `${file} line ${number}`)
  }
}
