import { useNavigation, useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'

/** As often is looked while something is under way on the server. */
export const PROGRESS_MS = 500

/**
 * Loads the page's data again and again: not while it is on its way already, nor while the way leads elsewhere. Either
 * would begin anew, and behind a slow server for ever.
 * @param everyMs null: not now
 * @param isHiddenToo also while nobody looks at the page
 */
export function useRefresh(everyMs: number | null, isHiddenToo = false): void {
  const { revalidate, state } = useRevalidator()
  const isIdle = useNavigation().state === 'idle' && state === 'idle'
  useEffect(() => {
    if (!isIdle || everyMs === null) return
    const timer = setInterval(() => (isHiddenToo || document.visibilityState === 'visible') && revalidate(), everyMs)
    return () => clearInterval(timer)
  }, [revalidate, isIdle, everyMs, isHiddenToo])
}
