/**
 * A broadcast's live events, one stream for all tabs of a browser: browsers allow six connections to a server, and
 * eight tabs would starve the pages themselves.
 *
 * Every tab first reads a stream of its own from where its page stands. As soon as it has caught up, and hears another
 * tab that leads, it lets its own stream go: what the leader reads reaches it over a channel between the tabs. It misses
 * nothing: it listened to the leader before it caught up, and whatever comes twice is known by its id or revision. When
 * the leader is closed or hidden, the next tab leads from the last event that it has.
 *
 * Where tabs cannot agree on a leader (locks need https or localhost), each keeps its own stream.
 */
import type { Frame } from '../wire.ts'
import type { Connection } from './broadcast-store.ts'

const WATCHDOG_MS = 45_000
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000
/** A frame that holds fewer messages is the last of those that waited. */
const FULL_FRAME = 50

export interface StreamListener {
  readonly onConnection: (connection: Connection) => void
  /** @param openedAt when this tab began to listen, by this machine's clock, epoch ms */
  readonly onFrame: (frame: Frame, openedAt: number) => void
  /** Something is missing that only a new page load brings. @param isChat whether messages are */
  readonly onGap: (isChat: boolean) => void
}

type Told =
  | { readonly kind: 'hello' }
  | { readonly kind: 'here' }
  | { readonly kind: 'gap'; readonly isChat: boolean }
  | { readonly kind: 'frame'; readonly id: string; readonly data: string }

/** Listens from `cursor` on until the returned function is called. */
export function followStream(path: string, from: string, { onConnection, onFrame, onGap }: StreamListener): () => void {
  const canShare = typeof BroadcastChannel !== 'undefined' && typeof navigator !== 'undefined' && 'locks' in navigator
  const name = `javas ${path}`
  const channel = canShare ? new BroadcastChannel(name) : null
  let cursor = from
  let source: EventSource | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let watchdog: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let openedAt = 0
  let isStopped = false
  let isLeader = false
  /** Another tab leads, and was heard since this one began to listen. */
  let hasLeader = false
  let giveUpLead = () => {}
  let waiting: AbortController | null = null

  const tell = (told: Told) => channel?.postMessage(told)
  const watch = () => {
    clearTimeout(watchdog)
    watchdog = setTimeout(lose, WATCHDOG_MS)
  }
  const closeOwn = () => {
    source?.close()
    source = null
    clearTimeout(retry)
  }
  const lose = () => {
    closeOwn()
    clearTimeout(watchdog)
    hasLeader = false
    if (isStopped) return
    onConnection('lost')
    const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.75 + Math.random() / 2)
    failures += 1
    retry = setTimeout(openOwn, pause)
  }
  const take = (id: string, data: string): Frame => {
    cursor = id || cursor
    watch()
    const frame = JSON.parse(data) as Frame
    onFrame(frame, openedAt)
    return frame
  }
  /** Caught up, and somebody else reads on: this tab needs no stream of its own. */
  const letGo = () => {
    if (isLeader || !hasLeader) return
    closeOwn()
    watch()
  }
  const openOwn = () => {
    closeOwn()
    if (isStopped || document.visibilityState === 'hidden') return
    const opened = new EventSource(`${path}?from=${encodeURIComponent(cursor)}`)
    source = opened
    tell({ kind: 'hello' })
    opened.onopen = () => {
      failures = 0
      openedAt = Date.now()
      onConnection('open')
      watch()
    }
    opened.addEventListener('frame', (event) => {
      const frame = take(event.lastEventId, event.data)
      if (isLeader) tell({ kind: 'frame', id: event.lastEventId, data: event.data })
      else if (frame.messages.length < FULL_FRAME) letGo()
    })
    opened.addEventListener('gap', (event) => {
      const isChat = (JSON.parse(event.data) as { chat: boolean }).chat
      onGap(isChat)
      if (isLeader) tell({ kind: 'gap', isChat })
    })
    opened.addEventListener('ping', () => {
      watch()
      if (isLeader) tell({ kind: 'here' })
      // Nothing was waiting for us.
      else letGo()
    })
    opened.onerror = lose
  }
  if (channel)
    channel.onmessage = ({ data: told }: MessageEvent<Told>) => {
      if (document.visibilityState === 'hidden') return
      if (told.kind === 'hello') {
        if (isLeader) tell({ kind: 'here' })
        return
      }
      if (isLeader) return
      hasLeader = true
      if (told.kind === 'frame') take(told.id, told.data)
      else if (told.kind === 'gap') onGap(told.isChat)
      else if (!source) watch()
    }

  /** Only a tab that is looked at may lead: browsers put the others to sleep. */
  const apply = () => {
    if (!canShare || waiting) return
    const asked = new AbortController()
    waiting = asked
    void navigator.locks
      .request(name, { signal: asked.signal }, () => {
        if (asked.signal.aborted) return
        isLeader = true
        hasLeader = false
        if (!source) openOwn()
        tell({ kind: 'here' })
        return new Promise<void>((done) => {
          giveUpLead = done
        })
      })
      .catch(() => {})
  }
  const withdraw = () => {
    waiting?.abort()
    waiting = null
    isLeader = false
    hasLeader = false
    giveUpLead()
    giveUpLead = () => {}
    closeOwn()
    clearTimeout(watchdog)
  }
  // A page that nobody sees needs no stream; it catches up when it is looked at again.
  const onVisibility = () => {
    if (document.visibilityState === 'hidden') return withdraw()
    openOwn()
    apply()
  }
  document.addEventListener('visibilitychange', onVisibility)
  onVisibility()
  return () => {
    isStopped = true
    document.removeEventListener('visibilitychange', onVisibility)
    withdraw()
    channel?.close()
  }
}
