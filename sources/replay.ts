/**
 * Plays a recorded file as if it happened now: messages as they were recorded, or what a platform sent, which goes
 * through the platform's own parser again.
 *
 * Options: `speed` is 1 to 60 times, or `max` for as fast as the reader takes it. `keepTime: 'true'` keeps the recorded
 * timestamps; otherwise they move to this broadcast: with a speed, the first message is written when the replay
 * began; with `max`, the last one is, so that nothing lies in the future.
 *
 * Ids are the recorded ones with the replay's start in front: playing a file again is a new broadcast, going on with
 * the same broadcastId gives the same ids again.
 */
import { stat } from 'node:fs/promises'
import type { ChatMessage } from '#schemas/types.ts'
import { boundedText } from './bounded-text.ts'
import { broadcastIdSince, broadcastStart } from './broadcast-link.ts'
import type { Broadcast, ChatSource, SourceEvent } from './chat-source.ts'
import { linesOf } from './recorded-lines.ts'
import { MAX_RECORDED_LINE, parseHeader, parseRecorded, type RecordingHeader } from './recording.ts'
import { productionEnvironment, type SourceEnvironment, sleep } from './source-environment.ts'
import { SourceError } from './source-error.ts'
import { choiceOption, numberOption, type SourceOptions } from './source-options.ts'
import { stateChange } from './state-change.ts'
import { replayWire } from './wire/replay-wire.ts'
import { parseWireHeader, type WireHeader } from './wire/wire-recording.ts'

const MAX_BATCH = 500

interface ReplaySettings {
  /** null: as fast as possible */
  readonly speed: number | null
  readonly keepsTime: boolean
  readonly environment: SourceEnvironment
}

export function openReplay(
  options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
): ChatSource {
  const settings: ReplaySettings = {
    speed: options.speed === 'max' ? null : numberOption('speed', options.speed, 1, 1, 60),
    keepsTime: choiceOption('keepTime', options.keepTime, 'false', ['true', 'false']) === 'true',
    environment,
  }
  return {
    name: 'replay',
    resolve: async (link, signal, { broadcastId } = {}) => {
      signal.throwIfAborted()
      const { title, channelName } = await readHeader(fileOf(link.url), signal)
      return {
        source: 'replay',
        channelId: link.channelId,
        broadcastId: broadcastId ?? broadcastIdSince(link.channel, environment.clock.now()),
        url: link.url,
        title: boundedText(title, 200),
        channelName: boundedText(channelName, 100) || link.channel,
      }
    },
    read: (broadcast, signal) => read(broadcast, signal, settings),
  }
}

const fileOf = (url: string) => url.slice('replay:'.length)

async function readHeader(file: string, signal: AbortSignal): Promise<RecordingHeader | WireHeader['broadcast']> {
  try {
    if (!(await stat(file)).isFile()) throw new SourceError('REPLAY_FILE_UNREADABLE', `${file} is not a file`)
    for await (const { text } of linesOf(file, signal)) {
      const header = text === null ? null : (parseHeader(text) ?? parseWireHeader(text)?.broadcast)
      if (header) return header
      break
    }
  } catch (cause) {
    if (cause instanceof SourceError || signal.aborted) throw cause
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new SourceError('REPLAY_FILE_MISSING', `there is no file ${file}`, { cause })
    throw new SourceError('REPLAY_FILE_UNREADABLE', `${file} cannot be read: ${message}`, { cause })
  }
  signal.throwIfAborted()
  throw new SourceError('REPLAY_FORMAT', `${file} is not a recording of JAVAS version 1`)
}

async function* read(broadcast: Broadcast, signal: AbortSignal, settings: ReplaySettings): AsyncGenerator<SourceEvent> {
  if (signal.aborted) return
  const { clock, count } = settings.environment
  const file = fileOf(broadcast.url)
  const startedAt = broadcastStart(broadcast.broadcastId) ?? clock.now()
  const prefix = `r${startedAt.toString(36)}-`
  const wire = await wireHeaderOf(file, signal)
  if (wire) {
    const { speed, keepsTime, environment } = settings
    yield* replayWire({ file, header: wire, broadcast, signal, environment, startedAt, speed, keepsTime, prefix })
    return
  }
  let played = 0
  let broken = 0
  let firstBroken = ''
  let batch: ChatMessage[] = []
  yield stateChange('live', clock.now())
  try {
    const span = await timesOf(file, signal)
    const dueOf = (timestamp: number) =>
      settings.speed === null ? startedAt : startedAt + Math.max(0, timestamp - span.first) / settings.speed
    const timeOf = (timestamp: number) =>
      settings.keepsTime
        ? timestamp
        : Math.round(settings.speed === null ? startedAt - Math.max(0, span.last - timestamp) : dueOf(timestamp))

    for await (const { number, text } of linesOf(file, signal)) {
      if (number === 1 || text === '') continue
      const message = text === null ? `longer than ${MAX_RECORDED_LINE} characters` : parseRecorded(text)
      if (typeof message === 'string') {
        broken++
        firstBroken ||= `line ${number}: ${message}`
        count('malformed', 1, `${file} line ${number}: ${message}`)
        continue
      }
      const due = dueOf(message.timestamp)
      if (batch.length > 0 && (batch.length >= MAX_BATCH || due > clock.now())) {
        yield { type: 'messages', messages: batch }
        batch = []
      }
      if (due > clock.now()) await sleep(clock, due - clock.now(), signal)
      if (signal.aborted) return
      played++
      batch.push({
        ...message,
        source: broadcast.source,
        channelId: broadcast.channelId,
        broadcastId: broadcast.broadcastId,
        id: prefix + message.id,
        timestamp: timeOf(message.timestamp),
        receivedAt: clock.now(),
        target: message.target && {
          ...message.target,
          messageId: message.target.messageId && prefix + message.target.messageId,
        },
      })
    }
    if (batch.length > 0) yield { type: 'messages', messages: batch }
    if (signal.aborted) return
    const broke = broken === 0 ? '' : `, ${broken} broken lines skipped (${firstBroken})`
    yield stateChange('ended', clock.now(), { reason: 'finished', detail: `${played} messages${broke}` })
  } catch (cause) {
    if (signal.aborted) return
    yield stateChange('ended', clock.now(), { reason: 'source-lost', detail: `${file}: ${(cause as Error).message}` })
  }
}

/** Null when the file is no raw recording, or cannot be read: then reading it tells why. */
async function wireHeaderOf(file: string, signal: AbortSignal): Promise<WireHeader | null> {
  try {
    for await (const { text } of linesOf(file, signal)) return text === null ? null : parseWireHeader(text)
  } catch {
    // Told by whoever reads on.
  }
  return null
}

/** The first and the last time in the file; both are needed before the first message can be placed. */
async function timesOf(file: string, signal: AbortSignal): Promise<{ readonly first: number; readonly last: number }> {
  let first = Number.POSITIVE_INFINITY
  let last = 0
  for await (const { number, text } of linesOf(file, signal)) {
    const message = number === 1 || text === null ? '' : parseRecorded(text)
    if (typeof message === 'string') continue
    first = Math.min(first, message.timestamp)
    last = Math.max(last, message.timestamp)
  }
  return { first, last }
}
