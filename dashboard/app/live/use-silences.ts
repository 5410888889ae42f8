/** Alerts that are kept quiet on this channel: on the server, for everybody, with the name of who did it. */
import { useCallback, useEffect, useMemo, useState } from 'react'

export interface Silences {
  /** Epoch ms until which alerts of this kind are quiet, or null. */
  readonly until: (kind: string) => number | null
  readonly silence: (kind: string, ms: number) => void
  readonly wake: (kind: string) => void
}

interface Silence {
  readonly id: string
  /** '' is every kind. */
  readonly kind: string
  readonly until: number
}

const REFRESH_MS = 15_000
const MINUTE = 60_000

export function useSilences(channelId: string): Silences {
  const [silences, setSilences] = useState<readonly Silence[]>([])
  const load = useCallback(async () => {
    try {
      const response = await fetch(`/alarms/silences?channel=${encodeURIComponent(channelId)}`)
      if (response.ok) setSilences(((await response.json()) as { silences: readonly Silence[] }).silences)
    } catch {
      // The page says by itself that the server is away.
    }
  }, [channelId])
  useEffect(() => {
    void load()
    const timer = setInterval(() => document.visibilityState === 'visible' && void load(), REFRESH_MS)
    return () => clearInterval(timer)
  }, [load])
  const act = useCallback(
    async (fields: Readonly<Record<string, string>>) => {
      await fetch('/alarms/silences', { method: 'POST', body: new URLSearchParams(fields) }).catch(() => {})
      await load()
    },
    [load],
  )
  return useMemo(() => {
    const now = () => Date.now()
    const of = (kind: string) => silences.filter((one) => one.until > now() && (one.kind === '' || one.kind === kind))
    return {
      until: (kind) => Math.max(0, ...of(kind).map(({ until }) => until)) || null,
      silence: (kind, ms) =>
        void act({
          intent: 'silence',
          channel: channelId,
          kind,
          minutes: String(Math.max(1, Math.round(ms / MINUTE))),
        }),
      wake: (kind) => {
        for (const { id } of of(kind)) void act({ intent: 'wake', subject: id })
      },
    }
  }, [silences, act, channelId])
}
