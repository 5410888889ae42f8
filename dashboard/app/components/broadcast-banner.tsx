/** What a person must know before trusting the figures: one line, only while it holds. */
import { Link } from '@remix-run/react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { broadcastPath } from '../broadcast-id.ts'
import type { BroadcastStore, Connection } from '../live/broadcast-store.ts'
import { useSlow } from '../live/use-broadcast.ts'
import { useText } from '../text/language.tsx'
import type { Alert } from '../wire.ts'
import { Icon, type IconName } from './icon.tsx'
import { useNow } from './status-strip.tsx'

interface BroadcastBannerProps {
  readonly store: BroadcastStore
  readonly alerts: readonly Alert[]
  readonly isModerator: boolean
}

export function BroadcastBanner({ store, alerts, isModerator }: BroadcastBannerProps) {
  const { t, format } = useText()
  const { state, connection } = useSlow(store, (from) => ({ state: from.state, connection: from.connection }))
  const now = useNow(store)
  const isBack = useIsBack(connection)
  const modelIsAway = alerts.some((alert) => alert.kind === 'model-unavailable' && alert.state === 'firing')
  if (connection === 'lost')
    return (
      <Banner icon="broken" title={t.banner.screenLost}>
        {t.banner.screenLostHint}
      </Banner>
    )
  if (isBack)
    return (
      <Banner icon="check" title={t.banner.back} isInfo>
        {t.banner.backHint}
      </Banner>
    )
  if (state.state === 'reconnecting') {
    const wait = Math.ceil(((state.nextTryAt ?? now) - now) / 1000)
    return (
      <Banner icon="broken" title={t.banner.sourceLost}>
        {state.reason !== 'source-lost' && t.reason[state.reason] && `${t.reason[state.reason]} · `}
        <span className="num">
          {wait > 0 ? t.banner.retryIn(wait, state.attempt) : t.banner.retryNow(state.attempt)}
        </span>
      </Banner>
    )
  }
  if (state.state === 'refused')
    return (
      <Banner icon="alert" title={t.banner.refused}>
        {t.reason[state.reason] ?? state.detail}
      </Banner>
    )
  if (modelIsAway)
    return (
      <Banner icon="clock" title={t.banner.model} isInfo>
        {t.banner.modelHint}
      </Banner>
    )
  if (state.state === 'waiting')
    return (
      <Banner icon="clock" title={t.banner.waiting} isInfo>
        {state.startsAt === null ? (t.reason[state.reason] ?? '') : t.banner.startsAt(format.time(state.startsAt))}
      </Banner>
    )
  if (state.state === 'degraded')
    return (
      <Banner icon="alert" title={t.banner.degraded} isInfo>
        {t.reason[state.reason] ?? state.detail}
      </Banner>
    )
  if (state.state === 'ended')
    return (
      <Banner icon="check" title={t.banner.ended(format.time(state.at))} isInfo>
        <Link to={broadcastPath(state, '/report')}>{t.home.report}</Link>
        {isModerator && (
          <>
            {' · '}
            <Link to={broadcastPath(state, '/replay')}>{t.banner.judgeAgain}</Link>
          </>
        )}
      </Banner>
    )
  if (state.state === 'quiet') return <Banner icon="clock" title={t.banner.quiet} isInfo />
  if (state.source === 'demo') return <Banner icon="chat" title={t.banner.demo} isInfo />
  return null
}

const BACK_MS = 8000

/** For a while after a connection that was lost came back. */
function useIsBack(connection: Connection): boolean {
  const wasLost = useRef(false)
  const [isBack, setBack] = useState(false)
  useEffect(() => {
    if (connection === 'lost') wasLost.current = true
    if (connection !== 'open' || !wasLost.current) return
    wasLost.current = false
    setBack(true)
    const timer = setTimeout(() => setBack(false), BACK_MS)
    return () => clearTimeout(timer)
  }, [connection])
  return isBack && connection === 'open'
}

interface BannerProps {
  readonly icon: IconName
  readonly title: string
  readonly isInfo?: boolean
  readonly children?: ReactNode
}

export function Banner({ icon, title, isInfo = false, children }: BannerProps) {
  return (
    <div className={`banner${isInfo ? ' info' : ''}`} role="status">
      <Icon name={icon} />
      <p>
        <b>{title}</b> {children}
      </p>
    </div>
  )
}
