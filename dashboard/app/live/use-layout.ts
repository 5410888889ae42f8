/** The layout of the page as this person has it; every change is kept on the server a moment later. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { defaultLayout, type Layout } from './layout.ts'

const SETTLE_MS = 600

export interface UsedLayout {
  readonly layout: Layout
  readonly change: (next: (old: Layout) => Layout) => void
  readonly reset: () => void
}

export function useLayout(stored: Layout | null): UsedLayout {
  const [layout, setLayout] = useState(stored ?? defaultLayout)
  const isChanged = useRef(false)
  useEffect(() => {
    if (!isChanged.current) return
    const save = () => {
      isChanged.current = false
      void fetch('/layout', {
        method: 'POST',
        body: new URLSearchParams({ layout: JSON.stringify(layout) }),
        keepalive: true,
      }).catch(() => {})
    }
    // Who leaves at once keeps the last change too.
    const saveNow = () => isChanged.current && save()
    const timer = setTimeout(save, SETTLE_MS)
    window.addEventListener('pagehide', saveNow)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('pagehide', saveNow)
    }
  }, [layout])
  const change = useCallback((next: (old: Layout) => Layout) => {
    isChanged.current = true
    setLayout(next)
  }, [])
  const reset = useCallback(() => change(() => ({ ...defaultLayout, isLocked: false })), [change])
  return { layout, change, reset }
}
