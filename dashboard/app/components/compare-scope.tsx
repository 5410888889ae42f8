import { Link } from '@remix-run/react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import { minutesWithin } from '../live/minutes-within.ts'
import { moodOf } from '../live/share.ts'
import type { PickedRange } from '../live/use-range.ts'
import { useText } from '../text/language.tsx'
import type { WindowCount } from '../wire.ts'
import { Icon } from './icon.tsx'
import { ScopeStep } from './scope-step.tsx'

const MINUTE = 60_000

interface CompareScopeProps {
  readonly place: BroadcastRef
  readonly range: PickedRange
  readonly minutes: readonly WindowCount[]
}

/** What one side is showing: half as wide as the broadcast's own page has it, and with the way there. */
export function CompareScope({ place, range, minutes }: CompareScopeProps) {
  const { t, format } = useText()
  const picked = range.range
  if (!picked)
    return (
      <div className="scope">
        <span className="scope-live">{t.scope.live}</span>
        <span className="muted wide-only">{t.scope.hint}</span>
      </div>
    )
  const mood = moodOf(minutesWithin(minutes, picked))
  return (
    <div className="scope">
      <Link
        className="scope-range num"
        to={`${broadcastPath(place)}?from=${picked.from / MINUTE}&to=${picked.to / MINUTE}`}
      >
        {t.scope.looking(`${format.time(picked.from)}–${format.time(picked.to)}`)}
      </Link>
      <span className="num">
        {t.scope.chats} <b>{format.number(mood.messages)}</b>
      </span>
      <span className="num wide-only negative">
        <b>
          {t.minus} {format.percent(mood.shares.negative.value)} %
        </b>
      </span>
      <span className="num wide-only positive">
        <b>+ {format.percent(mood.shares.positive.value)} %</b>
      </span>
      <span className="strip-fill" />
      <ScopeStep range={range} />
      <button type="button" className="button small" onClick={range.clear}>
        <Icon name="right" small /> {t.scope.back}
      </button>
    </div>
  )
}
