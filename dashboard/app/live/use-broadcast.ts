/** Connects a page to its broadcast: the store, the event stream, the latency. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { BroadcastSnapshot, Frame } from '../wire.ts'
import { BroadcastStore } from './broadcast-store.ts'
import { LatencyMeter } from './latency-meter.ts'

const WATCHDOG_MS = 45_000
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000
const REPORT_MS = 10_000

export interface LiveBroadcast {
  readonly store: BroadcastStore
  readonly latency: LatencyMeter
}

/**
 * @param reload asks for a new snapshot; the stream has a gap that only the archive can fill
 */
export function useBroadcast(ref: BroadcastRef, snapshot: BroadcastSnapshot, reload: () => void): LiveBroadcast {
  // One store for the life of the page; a later snapshot is merged into it.
  const [live] = useState(() => ({ store: new BroadcastStore(snapshot, snapshot.now), latency: new LatencyMeter() }))
  const { store, latency } = live
  const first = useRef(snapshot)
  const reloadRef = useRef(reload)
  reloadRef.current = reload
  useEffect(() => {
    if (first.current !== snapshot) store.merge(snapshot)
  }, [store, snapshot])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the page is keyed by its broadcast, `ref` never changes
  useEffect(() => {
    const stop = follow(ref, first.current.cursor, store, latency, () => reloadRef.current())
    const report = setInterval(() => sendLatency(latency), REPORT_MS)
    const clock = setInterval(() => store.tick(), 1000)
    return () => {
      clearInterval(clock)
      stop()
      clearInterval(report)
    }
  }, [store, latency])
  return live
}

/** Keeps an event stream open, from `cursor` on, until the returned function is called. */
function follow(
  ref: BroadcastRef,
  from: string,
  store: BroadcastStore,
  latency: LatencyMeter,
  onGap: () => void,
): () => void {
  let cursor = from
  let source: EventSource | null = null
  let retry: ReturnType<typeof setTimeout> | null = null
  let watchdog: ReturnType<typeof setTimeout> | null = null
  let failures = 0
  let openedAt = 0
  let stopped = false

  const watch = () => {
    if (watchdog) clearTimeout(watchdog)
    watchdog = setTimeout(lose, WATCHDOG_MS)
  }
  const close = () => {
    source?.close()
    source = null
    if (watchdog) clearTimeout(watchdog)
    if (retry) clearTimeout(retry)
  }
  const lose = () => {
    close()
    if (stopped) return
    store.setConnection('lost')
    const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.75 + Math.random() / 2)
    failures += 1
    retry = setTimeout(open, pause)
  }
  const open = () => {
    close()
    if (stopped || document.visibilityState === 'hidden') return
    const opened = new EventSource(`${broadcastPath(ref, '/events')}?from=${encodeURIComponent(cursor)}`)
    source = opened
    opened.onopen = () => {
      failures = 0
      openedAt = Date.now()
      store.setConnection('open')
      watch()
    }
    opened.addEventListener('frame', (event) => {
      cursor = event.lastEventId || cursor
      watch()
      const fresh = store.apply(JSON.parse(event.data) as Frame, Date.now())
      // What came in before this stream was opened waited for us, not the other way round.
      const live = fresh.filter((message) => !message.history && message.receivedAt - store.clockAhead >= openedAt)
      if (live.length > 0)
        measure(
          live.map((message) => message.receivedAt),
          store,
          latency,
        )
    })
    opened.addEventListener('gap', onGap)
    opened.addEventListener('ping', watch)
    opened.onerror = lose
  }
  // A page that nobody sees needs no stream; it catches up when it is looked at again.
  const onVisibility = () => (document.visibilityState === 'hidden' ? close() : open())
  document.addEventListener('visibilitychange', onVisibility)
  open()
  return () => {
    stopped = true
    document.removeEventListener('visibilitychange', onVisibility)
    close()
  }
}

/** After the next frame is painted, the messages are on the screen. */
function measure(receivedAt: readonly number[], store: BroadcastStore, latency: LatencyMeter): void {
  requestAnimationFrame(() =>
    setTimeout(() => {
      const now = Date.now() + store.clockAhead
      for (const at of receivedAt) latency.add(now - at)
    }),
  )
}

function sendLatency(latency: LatencyMeter): void {
  const summary = latency.summary()
  const samples = latency.takeUnreported()
  if (!summary || samples === 0) return
  void fetch('/latency', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...summary, samples }),
    keepalive: true,
  }).catch(() => {})
}

/** Draws again after every frame. */
export const useChat = (store: BroadcastStore) =>
  useSyncExternalStore(
    store.onChat,
    () => store.chat.rows,
    () => store.chat.rows,
  )

/** Draws again at most once a second; reads through `pick` then. */
export function useSlow<T>(store: BroadcastStore, pick: (store: BroadcastStore) => T): T {
  const version = useSyncExternalStore(
    store.onSlow,
    () => store.slowVersion,
    () => store.slowVersion,
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for everything in the store
  return useMemo(() => pick(store), [store, version])
}
