import type { ReactNode } from 'react'
import type { BroadcastStore } from '../live/broadcast-store.ts'
import { hasEnded } from '../live/has-ended.ts'
import type { LatencyMeter } from '../live/latency-meter.ts'
import { useSlow } from '../live/use-broadcast.ts'
import { useOtherZone } from '../root.tsx'
import { useText } from '../text/language.tsx'
import type { BroadcastState } from '../wire.ts'
import { Icon } from './icon.tsx'
import { Mark, PreferenceButtons } from './site-header.tsx'
import { isBad, isUnseen, stateIcon } from './state-icon.ts'

interface StatusStripProps {
  readonly store: BroadcastStore
  readonly latency: LatencyMeter
  readonly ringing: number
  readonly onAlerts: () => void
  /** Null: this person may not change the rules. */
  readonly onSettings: (() => void) | null
  /** Beside the channel's name. */
  readonly beside?: ReactNode
  /** Further tools, before brightness and language. */
  readonly children?: ReactNode
}

export function StatusStrip({ store, latency, ringing, onAlerts, onSettings, beside, children }: StatusStripProps) {
  const { t, format } = useText()
  const zone = useOtherZone()
  const { state, connection, perMinute, people } = useSlow(store, (from) => {
    const moments = from.lastMinute(from.now())
    return {
      state: from.state,
      connection: from.connection,
      perMinute: moments.reduce((sum, window) => sum + window.messages, 0),
      // The minute that is being counted begins with nobody.
      people: Math.max(
        0,
        ...(moments.length > 0
          ? from
              .minutes()
              .slice(-2)
              .map(({ authors }) => authors)
          : []),
      ),
    }
  })
  const now = useNow(store)
  const isOver = hasEnded(state)
  const p95 = latency.summary()?.p95
  return (
    <header className="strip">
      <Mark compact />
      <div className="channel">
        <OnAir state={state} />
        <h1>{state.channelName || state.channelId}</h1>
        {beside}
        <span className="channel-title wide-only">
          <bdi>{state.title}</bdi>
        </span>
      </div>
      <dl className="metrics">
        <div title={zone && t.strip.zone(zone)}>
          <dt>{isOver ? t.strip.length : t.strip.elapsed}</dt>
          <dd>{isUnseen(state) ? '—' : format.duration((isOver ? state.at : now) - state.startedAt)}</dd>
        </div>
        {!isOver && (
          <>
            <div>
              <dt>{t.strip.perMinute}</dt>
              <dd data-testid="per-minute">{format.number(perMinute)}</dd>
            </div>
            <div title={t.strip.peopleNote}>
              <dt>{t.strip.people}</dt>
              <dd>{t.strip.peopleCount(people)}</dd>
            </div>
            <div title={t.strip.latencyNote}>
              <dt>{t.strip.latency}</dt>
              <dd data-testid="latency">{p95 === undefined ? '—' : t.strip.seconds(format.decimal(p95 / 1000))}</dd>
            </div>
          </>
        )}
      </dl>
      <ConnectionMark state={state} connection={connection} />
      <div className="tools">
        <button type="button" className="icon-button bell" onClick={onAlerts}>
          <Icon name="bell" />
          {ringing > 0 && <b aria-hidden="true">{ringing}</b>}
          <span className="hidden-text">{ringing > 0 ? t.strip.ring(ringing) : t.strip.noRing}</span>
        </button>
        {children}
        <PreferenceButtons />
        {onSettings && (
          <button
            type="button"
            className="icon-button"
            onClick={onSettings}
            aria-label={t.strip.settings}
            title={t.strip.settings}
          >
            <Icon name="gear" />
          </button>
        )}
      </div>
    </header>
  )
}

function OnAir({ state }: { state: BroadcastState }) {
  const { t } = useText()
  if (state.state === 'ended') return <span className="on-air over">{t.strip.ended}</span>
  if (state.state === 'refused') return <span className="on-air over">{t.state.refused}</span>
  if (state.source === 'demo') return <span className="on-air demo">{t.strip.demo}</span>
  if (state.source === 'replay') return <span className="on-air over">{t.strip.replay}</span>
  if (state.state === 'resolving' || state.state === 'waiting')
    return <span className="on-air over">{t.strip.waiting}</span>
  return <span className="on-air">{t.strip.live}</span>
}

function ConnectionMark({ state, connection }: { state: BroadcastState; connection: BroadcastStore['connection'] }) {
  const { t } = useText()
  const [icon, text, isWarning] =
    connection === 'lost'
      ? (['broken', t.strip.lost, true] as const)
      : state.state === 'ended'
        ? (['check', t.strip.stored, false] as const)
        : state.state === 'reconnecting'
          ? (['broken', t.strip.sourceLost, true] as const)
          : connection === 'connecting' && state.state !== 'refused'
            ? (['clock', t.strip.connecting, false] as const)
            : ([
                stateIcon(state),
                state.state === 'live' ? t.strip.connected : t.state[state.state],
                isBad(state),
              ] as const)
  return (
    <div className={`connection${isWarning ? ' bad' : ''}`} role="status">
      <Icon name={icon} />
      <span className="wide-only">{text}</span>
      <span className="hidden-text narrow-text">{text}</span>
    </div>
  )
}

/** The server's clock, once a second. */
export function useNow(store: BroadcastStore): number {
  return useSlow(store, (from) => from.now())
}
