/**
 * One browser's server-sent event stream. It owns no queue: what is not sent yet lies in the broadcast's feed, which
 * is bounded, so a stalled reader costs nothing and is told how many messages it missed.
 *
 * Server-sent events are written to the plain response, never from a Remix loader: there, `request.signal` does not
 * always fire (remix-run/remix#10030) and writes ignore back-pressure.
 */
import type { ServerResponse } from 'node:http'
import type { BroadcastFeed, FeedPart } from './broadcast-feed.ts'
import { type Cursor, formatCursor } from './cursor.ts'
import type { LiveHub } from './live-hub.ts'

export interface StreamTiming {
  /** Least time between two frames, ms. */
  readonly frameMs: number
  /** The same while more is waiting than one frame holds. */
  readonly hurryMs: number
  readonly heartbeatMs: number
  /** A reader who takes nothing for so long is let go; it comes back by itself. */
  readonly stallMs: number
}

export const defaultTiming: StreamTiming = { frameMs: 100, hurryMs: 50, heartbeatMs: 15_000, stallMs: 60_000 }
/** Rows of one frame. */
export const FRAME_MESSAGES = 50
/** A live reader further behind than this loses the oldest; one that resumes gets everything that is still here. */
const MAX_BEHIND = 200

export interface EventStreamOptions {
  readonly response: ServerResponse
  readonly hub: LiveHub
  readonly channelId: string
  readonly broadcastId: string
  /** Where the reader stands; null: begins with what comes next. */
  readonly cursor: Cursor | null
  /** Without a cursor: the figures that stand now come first. Default false: a page has loaded them. */
  readonly figures?: boolean
  /** Who commits offences is for moderators only. */
  readonly offences: boolean
  readonly timing?: StreamTiming
  readonly now?: () => number
}

/** Begins to send; the returned function ends the stream. It ends by itself when the browser goes. */
export function openEventStream(options: EventStreamOptions): () => void {
  const { response, hub, channelId, broadcastId } = options
  const timing = options.timing ?? defaultTiming
  const now = options.now ?? Date.now
  let feed: BroadcastFeed | null = null
  let stopListening = () => {}
  let nextMessage = 0
  let version = 0
  let isNew: ((part: FeedPart) => boolean) | null = null
  let isCatchingUp = true
  /** What came before it joined is owed to it; of what came since, only what can be read. */
  let joinedAt = 0
  let lastFrameAt = 0
  let frameTimer: NodeJS.Timeout | null = null
  let stallTimer: NodeJS.Timeout | null = null
  let ended = false

  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    Connection: 'keep-alive',
    'X-Accel-Buffering': 'no',
  })
  // The browser's own pause before it comes back; the page has a longer, growing one for a server that is gone.
  response.write('retry: 1000\n\n')

  const join = (found: BroadcastFeed) => {
    feed = found
    joinedAt = found.count
    if (options.cursor) {
      const place = found.locate(options.cursor)
      nextMessage = place.nextMessage
      isNew = place.isNew
      if (place.gap) response.write(`event: gap\ndata: {"chat":${place.chatGap}}\n\n`)
    } else {
      nextMessage = found.count
      version = options.figures ? 0 : found.version
    }
    stopListening = found.listen(wake)
    wake()
  }

  const wake = () => {
    if (ended || frameTimer || stallTimer) return
    const pause = feed!.count - nextMessage > FRAME_MESSAGES ? timing.hurryMs : timing.frameMs
    frameTimer = setTimeout(send, Math.max(0, lastFrameAt + pause - now()))
  }

  const waitForReader = () => {
    stallTimer = setTimeout(end, timing.stallMs)
    response.once('drain', () => {
      if (stallTimer) clearTimeout(stallTimer)
      stallTimer = null
      wake()
    })
  }

  const send = () => {
    frameTimer = null
    if (ended) return
    if (response.writableNeedDrain) return waitForReader()
    let skipped = 0
    const behind = feed!.count - nextMessage
    if (behind <= FRAME_MESSAGES || nextMessage >= joinedAt) isCatchingUp = false
    if (behind > MAX_BEHIND && !isCatchingUp) {
      skipped = behind - FRAME_MESSAGES
      nextMessage += skipped
    }
    const { messages, lost } = feed!.messagesFrom(nextMessage, FRAME_MESSAGES)
    const parts = feed!.partsSince(version).filter((part) => isNew?.(part) ?? true)
    version = feed!.version
    isNew = null
    nextMessage = messages.length > 0 ? messages.at(-1)!.number + 1 : nextMessage + lost
    if (messages.length === 0 && parts.length === 0) return
    lastFrameAt = now()
    const id = formatCursor(feed!.cursorAt(nextMessage))
    response.write(
      `id: ${id}\nevent: frame\ndata: ${frameJson(lastFrameAt, messages, skipped + lost, parts, options.offences)}\n\n`,
    )
    if (nextMessage < feed!.count) wake()
  }

  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': here\nevent: ping\ndata: 1\n\n')
  }, timing.heartbeatMs)

  const end = () => {
    if (ended) return
    ended = true
    clearInterval(heartbeat)
    if (frameTimer) clearTimeout(frameTimer)
    if (stallTimer) clearTimeout(stallTimer)
    stopListening()
    response.end()
    // A stalled socket would keep the last bytes, and the server, alive.
    if (response.writableNeedDrain) response.destroy()
  }
  response.once('close', end)

  const known = hub.feed(channelId, broadcastId)
  if (known) join(known)
  else stopListening = hub.awaitFeed(channelId, broadcastId, join)
  return end
}

function frameJson(
  now: number,
  messages: readonly { readonly json: string | null }[],
  skipped: number,
  parts: readonly FeedPart[],
  offences: boolean,
): string {
  const list = (...names: readonly FeedPart['name'][]) =>
    `[${parts
      .filter((part) => names.includes(part.name))
      .map((part) => part.json)
      .join()}]`
  const last = (name: FeedPart['name']) => parts.findLast((part) => part.name === name)?.json ?? 'null'
  return (
    `{"now":${now},"messages":[${messages.flatMap(({ json }) => json ?? []).join()}],"skipped":${skipped},` +
    `"windows":${list('windows')},"keywords":${last('keywords')},"offences":${offences ? list('offences') : '[]'},` +
    `"alerts":${list('alerts', ...(offences ? (['personAlerts'] as const) : []))},"answers":${list('answers')},"state":${last('state')}}`
  )
}
