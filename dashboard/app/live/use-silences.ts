/** Alerts that this person does not want to hear for a while; kept in this browser. */
import { useCallback, useEffect, useMemo, useState } from 'react'

export interface Silences {
  /** Epoch ms until which alerts of this kind are quiet here, or null. */
  readonly until: (kind: string) => number | null
  readonly silence: (kind: string, ms: number) => void
  readonly wake: (kind: string) => void
}

export function useSilences(channelId: string): Silences {
  const key = `javas-silences ${channelId}`
  const [ends, setEnds] = useState<Readonly<Record<string, number>>>({})
  useEffect(() => {
    try {
      setEnds(JSON.parse(localStorage.getItem(key) ?? '{}') as Record<string, number>)
    } catch {
      localStorage.removeItem(key)
    }
  }, [key])
  const change = useCallback(
    (kind: string, end: number | null) =>
      setEnds((old) => {
        const { [kind]: _gone, ...rest } = old
        const next = end === null ? rest : { ...rest, [kind]: end }
        localStorage.setItem(key, JSON.stringify(next))
        return next
      }),
    [key],
  )
  return useMemo(
    () => ({
      until: (kind) => (ends[kind] && ends[kind] > Date.now() ? ends[kind] : null),
      silence: (kind, ms) => change(kind, Date.now() + ms),
      wake: (kind) => change(kind, null),
    }),
    [ends, change],
  )
}
