/** Asks how often words are said: all of the broadcast once, then only the minutes that may still change. */
import { useEffect, useRef, useState } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { TrendView } from '../wire.ts'
import { MINUTE, type WordCounts, withTrends } from './word-counts.ts'

const REFRESH_MS = 5_000
/** Minutes from the end that chat may still come into. */
const OPEN_MS = 3 * MINUTE

export interface WordTrends {
  readonly counts: WordCounts
  readonly hasFailed: boolean
}

/** @param to end of the last minute; grows while the broadcast runs */
export function useWordTrends(
  place: BroadcastRef,
  words: readonly string[],
  { from, to, isLive }: { readonly from: number; readonly to: number; readonly isLive: boolean },
): WordTrends {
  const [counts, setCounts] = useState<WordCounts>(() => new Map())
  const [hasFailed, setFailed] = useState(false)
  const known = useRef(counts)
  /** Up to where each word is known. */
  const until = useRef(new Map<string, number>())
  const end = useRef(to)
  end.current = to
  const path = broadcastPath(place, '/trends')
  const asked = words.join('\n')
  useEffect(() => {
    if (asked === '' || end.current <= from) return
    const stop = new AbortController()
    const ask = async (some: readonly string[], since: number) => {
      if (some.length === 0) return
      const to = end.current
      const search = new URLSearchParams([
        ...some.map((word) => ['word', word]),
        ['from', String(Math.max(from, since))],
        ['to', String(to)],
      ])
      const response = await fetch(`${path}?${search}`, { signal: stop.signal })
      if (!response.ok) throw new Error(String(response.status))
      known.current = withTrends(known.current, (await response.json()) as TrendView)
      for (const word of some) until.current.set(word, to)
      setCounts(known.current)
    }
    const refresh = async () => {
      const wanted = asked.split('\n')
      const isKnown = (word: string) => until.current.has(word)
      const [old, fresh] = [wanted.filter(isKnown), wanted.filter((word) => !isKnown(word))]
      if (document.hidden || (!isLive && fresh.length === 0)) return
      try {
        await ask(fresh, from)
        if (isLive) await ask(old, Math.min(...old.map((word) => until.current.get(word)!)) - OPEN_MS)
        setFailed(false)
      } catch {
        if (!stop.signal.aborted) setFailed(true)
      }
    }
    void refresh()
    const timer = setInterval(refresh, REFRESH_MS)
    return () => {
      stop.abort()
      clearInterval(timer)
    }
  }, [path, asked, from, isLive])
  return { counts, hasFailed }
}
