import { useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'

const POLL_MS = 500

/** Loads the page's data again and again while something is under way on the server. */
export function useProgress(isUnderWay: boolean): void {
  const { revalidate } = useRevalidator()
  useEffect(() => {
    if (!isUnderWay) return
    const timer = setInterval(revalidate, POLL_MS)
    return () => clearInterval(timer)
  }, [isUnderWay, revalidate])
}
