/** What stands while a page is on its way: nothing for a moment, then its shape, so that nothing moves when it comes. */
import { useLocation, useNavigation } from '@remix-run/react'
import { type ReactNode, useEffect, useState } from 'react'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import { Mark } from './site-header.tsx'
import { SkeletonLines } from './skeleton-lines.tsx'

/** A page that is there by then came at once. */
const PATIENCE_MS = 150
const isBroadcast = (pathname: string) => /^\/broadcasts\/[^/]+$/.test(pathname)

export function PagePending({ children }: { children: ReactNode }) {
  const { t } = useText()
  const { pathname } = useLocation()
  const next = useNavigation().location?.pathname
  const isLeaving = next !== undefined && next !== pathname
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    const timer = isLeaving ? setTimeout(() => setLate(true), PATIENCE_MS) : undefined
    return () => clearTimeout(timer)
  }, [isLeaving])
  if (!isLeaving || !isLate) return children
  if (isBroadcast(next)) return <BroadcastSkeleton />
  return (
    <>
      <div className="loading-line" role="progressbar" aria-label={t.watch.loading} />
      {children}
    </>
  )
}

/** The page of a broadcast with everything where it will be. */
function BroadcastSkeleton() {
  const watch = useWatchText()
  return (
    <div className="app" data-pending aria-busy="true">
      <header className="strip">
        <Mark compact />
      </header>
      <p className="hidden-text" role="status">
        {watch.loading}
      </p>
      <div className="spine">
        <div className="timeline">
          <div className="skeleton whole" />
        </div>
        <div className="now">
          <SkeletonLines lines={4} />
        </div>
      </div>
      <div className="scope" />
      <main id="main" className="columns" style={{ gridTemplateColumns: '40fr 31fr 29fr' }}>
        {[14, 10, 8].map((lines) => (
          <div key={lines} className="column">
            <div className="panel-head" />
            <SkeletonLines lines={lines} />
          </div>
        ))}
      </main>
    </div>
  )
}
