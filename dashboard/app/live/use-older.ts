/** Chat from before what this browser keeps, fetched from the archive as somebody scrolls up. */
import { useCallback, useRef, useState } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { OlderView } from '../wire.ts'
import { type ChatRow, ChatRows } from './chat-rows.ts'

export type OlderState = 'idle' | 'loading' | 'failed' | 'all'

export interface OlderChat {
  /** Oldest first; all of them before the rows that the browser keeps. */
  readonly rows: readonly ChatRow[]
  readonly state: OlderState
  /** Fetches what was said before the first of `rows`, the first row of all that are shown. */
  readonly load: (first: ChatRow) => void
  readonly forget: () => void
}

/** Beyond this somebody reads the archive, not the chat. */
const MOST_ROWS = 10_000

export function useOlder(ref: BroadcastRef): OlderChat {
  const [rows, setRows] = useState<readonly ChatRow[]>([])
  const [state, setState] = useState<OlderState>('idle')
  const isBusy = useRef(false)
  /** Counts how often it was forgotten: an answer to an older question is thrown away. */
  const round = useRef(0)
  const path = broadcastPath(ref, '/older')

  const load = useCallback(
    async (first: ChatRow) => {
      if (isBusy.current) return
      isBusy.current = true
      const asked = round.current
      setState('loading')
      try {
        const { at, id } = first.message
        const response = await fetch(`${path}?${new URLSearchParams({ at: String(at), id })}`)
        if (!response.ok) throw new Error(String(response.status))
        const { messages, isAll } = (await response.json()) as OlderView
        if (asked !== round.current) return
        const chat = new ChatRows()
        chat.add(messages)
        setRows((old) => (old.length > MOST_ROWS ? old : [...chat.rows, ...old]))
        setState(isAll ? 'all' : 'idle')
      } catch {
        if (asked === round.current) setState('failed')
      } finally {
        if (asked === round.current) isBusy.current = false
      }
    },
    [path],
  )
  const forget = useCallback(() => {
    round.current += 1
    isBusy.current = false
    setRows([])
    setState('idle')
  }, [])
  return { rows, state, load, forget }
}
