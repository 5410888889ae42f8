/**
 * The file of a raw recording: JSON lines, first a header, then what the platform sent, in the order and at the time in
 * which it came, with its viewers under pseudonyms. `replay` feeds it through the platform's own parser.
 */
import type { BroadcastLink } from '../broadcast-link.ts'
import type { Broadcast } from '../chat-source.ts'
import { at, numberAt, textAt } from '../json-path.ts'

export interface WireHeader {
  readonly format: 'javas-wire'
  readonly version: 1
  readonly source: string
  readonly link: Pick<BroadcastLink, 'channel' | 'channelId' | 'url'>
  readonly broadcast: Broadcast
  /** epoch ms */
  readonly recordedAt: number
}

export type WireEntry = { readonly at: number } & (
  | {
      readonly type: 'http'
      readonly method: string
      /** without the query: keys stand in queries */
      readonly path: string
      /** 0: no answer came */
      readonly status: number
      readonly headers: { readonly [name: string]: string }
      readonly body: string
    }
  | { readonly type: 'open'; readonly socket: number }
  | { readonly type: 'in' | 'out'; readonly socket: number; readonly isBinary: boolean; readonly data: string }
  | { readonly type: 'close'; readonly socket: number; readonly code: number }
)

/** A line longer than this is no entry. */
export const MAX_WIRE_LINE = 24 * 1024 * 1024

/** A short link leads somewhere else tomorrow: what it led to is recorded. */
export function wireHeader(link: BroadcastLink, broadcast: Broadcast, recordedAt: number): WireHeader {
  const { source, channel, channelId, url } = link
  const led = channel.startsWith('naver.me/') ? broadcast.broadcastId || channel : channel
  return { format: 'javas-wire', version: 1, source, recordedAt, broadcast, link: { channel: led, channelId, url } }
}

/** Null when the line is not the header of a raw recording that this version reads. */
export function parseWireHeader(line: string): WireHeader | null {
  const value = parsed(line)
  if (textAt(value, 'format') !== 'javas-wire' || numberAt(value, 'version') !== 1) return null
  const text = (...path: string[]) => textAt(value, ...path)
  const recordedAt = numberAt(value, 'recordedAt') ?? 0
  if (text('source') === '' || text('link', 'channel') === '') return null
  return {
    ...{ format: 'javas-wire', version: 1, source: text('source'), recordedAt },
    link: { channel: text('link', 'channel'), channelId: text('link', 'channelId'), url: text('link', 'url') },
    broadcast: {
      ...{ source: text('source'), channelId: text('broadcast', 'channelId'), url: text('broadcast', 'url') },
      ...{ broadcastId: text('broadcast', 'broadcastId'), title: text('broadcast', 'title') },
      channelName: text('broadcast', 'channelName'),
    },
  }
}

/** Null when the line is no entry. A file may come from anywhere. */
export function parseWireEntry(line: string): WireEntry | null {
  const value = parsed(line)
  const [time, type] = [numberAt(value, 'at'), textAt(value, 'type')]
  if (time === null) return null
  const socket = numberAt(value, 'socket') ?? -1
  switch (type) {
    case 'http': {
      const headers = Object.entries((at(value, 'headers') as object | undefined) ?? {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string' && /^[a-z-]{1,40}$/.test(entry[0]),
      )
      const status = numberAt(value, 'status') ?? 0
      return {
        ...{ at: time, type, method: textAt(value, 'method'), path: textAt(value, 'path') },
        status: Number.isInteger(status) && status >= 200 && status <= 599 ? status : 0,
        headers: Object.fromEntries(headers),
        body: textAt(value, 'body'),
      }
    }
    case 'open':
      return { at: time, type, socket }
    case 'close':
      return { at: time, type, socket, code: numberAt(value, 'code') ?? 1006 }
    case 'in':
    case 'out':
      return { at: time, type, socket, isBinary: at(value, 'isBinary') === true, data: textAt(value, 'data') }
    default:
      return null
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
