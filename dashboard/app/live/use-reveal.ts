/**
 * Showing what is masked. The originals are fetched on request, written down by the server, kept for seconds, and
 * gone as soon as the tab is left: a broadcaster's screen may be on air.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { WireMessage } from '../wire.ts'

export const REVEAL_ONE_MS = 10_000
export const REVEAL_ALL_MS = 60_000

export interface Reveal {
  readonly mayReveal: boolean
  /** Everything on the screen is shown. */
  readonly isAll: boolean
  readonly hasFailed: boolean
  /** What stands under the masks of a message, in order; null while masked. */
  readonly texts: (messageId: string) => readonly string[] | null
  readonly toggle: (messageId: string) => void
  readonly showAll: () => void
  readonly hideAll: () => void
  /** Tells which rows are on the screen, for a global reveal. */
  readonly onVisible: (messages: readonly WireMessage[]) => void
}

type Shown = Readonly<Record<string, { readonly texts: readonly string[]; readonly until: number }>>

export function useReveal(ref: BroadcastRef, mayReveal: boolean): Reveal {
  const [shown, setShown] = useState<Shown>({})
  const [allUntil, setAllUntil] = useState<number | null>(null)
  const [hasFailed, setFailed] = useState(false)
  const asked = useRef(new Set<string>())
  const visible = useRef<readonly WireMessage[]>([])
  const path = broadcastPath(ref, '/reveal')

  const hideAll = useCallback(() => {
    asked.current.clear()
    setShown({})
    setAllUntil(null)
  }, [])

  const fetchTexts = useCallback(
    async (ids: readonly string[], until: number) => {
      const fresh = ids.filter((id) => !asked.current.has(id)).slice(0, 200)
      if (fresh.length === 0) return
      for (const id of fresh) asked.current.add(id)
      try {
        const response = await fetch(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ ids: fresh }),
        })
        if (!response.ok) throw new Error(String(response.status))
        const { texts } = (await response.json()) as { texts: Record<string, readonly string[]> }
        // Left while it was on its way: then it is not wanted any more.
        if (document.visibilityState === 'hidden' || !document.hasFocus()) return hideAll()
        setFailed(false)
        setShown((old) => ({
          ...old,
          ...Object.fromEntries(Object.entries(texts).map(([id, hidden]) => [id, { texts: hidden, until }])),
        }))
      } catch {
        for (const id of fresh) asked.current.delete(id)
        setFailed(true)
      }
    },
    [path, hideAll],
  )

  const fetchVisible = useCallback(
    (until: number) =>
      fetchTexts(
        visible.current.filter(isMasked).map((message) => message.id),
        until,
      ),
    [fetchTexts],
  )
  const showAll = useCallback(() => {
    if (!mayReveal) return
    const until = Date.now() + REVEAL_ALL_MS
    setAllUntil(until)
    void fetchVisible(until)
  }, [mayReveal, fetchVisible])

  const onVisible = useCallback(
    (messages: readonly WireMessage[]) => {
      visible.current = messages
      if (allUntil !== null) void fetchVisible(allUntil)
    },
    [allUntil, fetchVisible],
  )

  const toggle = useCallback(
    (id: string) => {
      if (!mayReveal) return
      if (shown[id]) {
        asked.current.delete(id)
        setShown(({ [id]: _gone, ...rest }) => rest)
      } else void fetchTexts([id], Date.now() + REVEAL_ONE_MS)
    },
    [mayReveal, shown, fetchTexts],
  )

  useEffect(() => {
    const ends = [...Object.values(shown).map(({ until }) => until), ...(allUntil === null ? [] : [allUntil])]
    if (ends.length === 0) return
    const timer = setTimeout(
      () => {
        const now = Date.now()
        if (allUntil !== null && allUntil <= now) return hideAll()
        setShown((old) =>
          Object.fromEntries(Object.entries(old).filter(([id, { until }]) => until > now || !asked.current.delete(id))),
        )
      },
      Math.max(0, Math.min(...ends) - Date.now()) + 10,
    )
    return () => clearTimeout(timer)
  }, [shown, allUntil, hideAll])

  useEffect(() => {
    const onHidden = () => {
      if (document.visibilityState === 'hidden') hideAll()
    }
    const onKey = (event: KeyboardEvent) => {
      if (
        !event.shiftKey ||
        event.code !== 'KeyR' ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTyping(event.target)
      )
        return
      event.preventDefault()
      if (allUntil === null) showAll()
      else hideAll()
    }
    document.addEventListener('visibilitychange', onHidden)
    window.addEventListener('blur', hideAll)
    window.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('visibilitychange', onHidden)
      window.removeEventListener('blur', hideAll)
      window.removeEventListener('keydown', onKey)
    }
  }, [allUntil, showAll, hideAll])

  return useMemo(
    () => ({
      mayReveal,
      isAll: allUntil !== null,
      hasFailed,
      texts: (id) => shown[id]?.texts ?? null,
      toggle,
      showAll,
      hideAll,
      onVisible,
    }),
    [mayReveal, allUntil, hasFailed, shown, toggle, showAll, hideAll, onVisible],
  )
}

export const isMasked = (message: WireMessage): boolean => message.segments.some((segment) => 'mask' in segment)

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
