/** Who of the people in the chat never wrote in this channel before. Asked in small portions, only while looked at. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { BroadcastStore } from './broadcast-store.ts'

const EVERY_MS = 2000
/** As many as one request may ask about. */
const PORTION = 40
/** Twice the rows that are kept: what is on the screen is among them. */
const REMEMBERED = 4_000

/** When an author first wrote in this channel, epoch ms; null while that is not known. */
export type FirstAt = (authorId: string) => number | null

export function useNewcomers(store: BroadcastStore, ref: BroadcastRef, isAsked: boolean): FirstAt {
  const known = useRef(new Map<string, number>())
  const [version, setVersion] = useState(0)
  const path = broadcastPath(ref, '/newcomers')
  useEffect(() => {
    if (!isAsked) return
    const ask = async () => {
      if (document.visibilityState === 'hidden') return
      // The newest first: they are what is on the screen.
      const authors = new Map<string, number>()
      for (let at = store.chat.rows.length - 1; at >= 0 && authors.size < PORTION; at -= 1) {
        const { authorId, at: writtenAt } = store.chat.rows[at]!.message
        if (authorId !== '' && !known.current.has(authorId)) authors.set(authorId, writtenAt)
      }
      if (authors.size === 0) return
      const search = new URLSearchParams([...authors.keys()].map((id) => ['id', id]))
      try {
        const response = await fetch(`${path}?${search}`)
        if (!response.ok) return
        const { firstAt } = (await response.json()) as { firstAt: Record<string, number> }
        // Not archived yet: then what is on the screen is the first.
        for (const [id, seenAt] of authors) known.current.set(id, firstAt[id] ?? seenAt)
        while (known.current.size > REMEMBERED) known.current.delete(known.current.keys().next().value!)
        setVersion((old) => old + 1)
      } catch {
        // Asked again with the next portion.
      }
    }
    const timer = setInterval(() => void ask(), EVERY_MS)
    return () => clearInterval(timer)
  }, [store, path, isAsked])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for what is known
  return useMemo(() => (authorId: string) => known.current.get(authorId) ?? null, [version])
}
