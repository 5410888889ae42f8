/** Connects a page to its broadcast: the store, the event stream, the latency. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { BroadcastSnapshot } from '../wire.ts'
import { BroadcastStore } from './broadcast-store.ts'
import { followStream } from './follow-stream.ts'
import { LatencyMeter } from './latency-meter.ts'

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
    const stop = followStream(broadcastPath(ref, '/events'), first.current.cursor, {
      onConnection: (connection) => store.setConnection(connection),
      onGap(isChat) {
        if (isChat) store.markGap()
        reloadRef.current()
      },
      onFrame(frame, openedAt) {
        const fresh = store.apply(frame, Date.now())
        // What came in before this page listened waited for us, not the other way round.
        const live = fresh.filter((message) => !message.history && message.receivedAt - store.clockAhead >= openedAt)
        if (live.length > 0)
          measure(
            live.map((message) => message.receivedAt),
            store,
            latency,
          )
      },
    })
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
