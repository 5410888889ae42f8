/** A stretch of the broadcast that a person picked on the timeline, and what was said in it. */
import { useFetcher, useSearchParams } from '@remix-run/react'
import { useCallback, useEffect, useMemo } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { RangeView, WindowCount } from '../wire.ts'

export interface Range {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

export interface PickedRange {
  readonly range: Range | null
  /** Null while nothing is picked, or it is still on its way. */
  readonly view: RangeView | null
  readonly set: (range: Range) => void
  readonly clear: () => void
  /** Moves by whole minutes, within what there is. */
  readonly move: (minutes: number) => void
}

/** A stretch is picked, and what was said in it is still on its way. */
export const isAwaited = ({ range, view }: PickedRange): boolean => range !== null && view === null

const MINUTE = 60_000

/**
 * The stretch stands in the URL, so that a link opens it again.
 * @param side before its names there, where a page has several broadcasts
 */
export function useRange(ref: BroadcastRef, minutes: readonly WindowCount[], side = ''): PickedRange {
  const [search, setSearch] = useSearchParams()
  const fetcher = useFetcher<RangeView>()
  const from = wholeMinute(search.get(`${side}from`))
  const to = wholeMinute(search.get(`${side}to`))
  const range = useMemo(() => (from !== null && to !== null && to > from ? { from, to } : null), [from, to])
  const path = broadcastPath(ref, '/range')
  const { load } = fetcher

  useEffect(() => {
    if (range) load(`${path}?from=${range.from}&to=${range.to}`)
  }, [range, path, load])

  // What else the URL says stays: that this is a wall, the stretch of another side.
  const write = useCallback(
    (next: Range | null) => {
      const search = new URLSearchParams(location.search)
      search.delete(`${side}from`)
      search.delete(`${side}to`)
      if (next) {
        search.set(`${side}from`, String(Math.floor(next.from / MINUTE)))
        search.set(`${side}to`, String(Math.ceil(next.to / MINUTE)))
      }
      setSearch(search, { replace: true, preventScrollReset: true })
    },
    [setSearch, side],
  )
  const set = useCallback((next: Range) => write(next), [write])
  const clear = useCallback(() => {
    if (new URLSearchParams(location.search).has(`${side}from`)) write(null)
  }, [write, side])
  const move = useCallback(
    (by: number) => {
      const first = minutes[0]?.windowStart
      const last = minutes.at(-1)?.windowEnd
      if (first === undefined || last === undefined) return
      const now = range ?? { from: last - MINUTE, to: last }
      const length = now.to - now.from
      const start = Math.min(last - length, Math.max(first, now.from + by * MINUTE))
      set({ from: start, to: start + length })
    },
    [minutes, range, set],
  )
  const view = range && fetcher.data?.from === range.from && fetcher.data.to === range.to ? fetcher.data : null
  return useMemo(() => ({ range, view, set, clear, move }), [range, view, set, clear, move])
}

const wholeMinute = (value: string | null) => (value && /^\d{6,9}$/.test(value) ? Number(value) * MINUTE : null)
