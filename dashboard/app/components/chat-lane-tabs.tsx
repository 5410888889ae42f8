import type { ReactNode } from 'react'
import { type Lane, lanes } from '../live/chat-lanes.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'

/** Lanes that a phone has room for. */
const BESIDE = 3

interface ChatLaneTabsProps {
  readonly lane: Lane
  readonly onLane: (lane: Lane) => void
  readonly counts: Readonly<Record<Lane, number>>
  /** Lanes that this person has no use for. */
  readonly hidden: readonly Lane[]
  readonly children: ReactNode
}

export function ChatLaneTabs({ lane, onLane, counts, hidden, children }: ChatLaneTabsProps) {
  const { t, format } = useText()
  const watch = useWatchText()
  const shown = lanes.filter((name) => !hidden.includes(name))
  // On a phone the first three stand beside each other, the rest in a list.
  const rest = shown.slice(BESIDE)
  const isOfRest = rest.includes(lane)
  const nameOf = (name: Lane) =>
    name === 'all' || name === 'managers' || counts[name] === 0
      ? watch.lanes[name]
      : `${watch.lanes[name]} ${format.number(counts[name])}`
  return (
    <div className="tabs">
      <div role="tablist" aria-label={t.chat.title}>
        {shown.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={lane === name}
            aria-controls="chat-log"
            tabIndex={lane === name || (isOfRest && name === 'all') ? 0 : -1}
            onClick={() => onLane(name)}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
              if (step === 0) return
              event.stopPropagation()
              const next = shown[(shown.indexOf(name) + step + shown.length) % shown.length]!
              onLane(next)
              document.getElementById(`tab-${next}`)?.focus()
            }}
          >
            {watch.lanes[name]}{' '}
            {name !== 'all' && name !== 'managers' && counts[name] > 0 && <b>{format.number(counts[name])}</b>}
          </button>
        ))}
      </div>
      <select
        className="lane-more"
        aria-label={watch.moreLanes}
        value={isOfRest ? lane : ''}
        onChange={(event) => onLane(event.currentTarget.value as Lane)}
      >
        <option value="" hidden>
          {watch.moreLanes}
        </option>
        {rest.map((name) => (
          <option key={name} value={name}>
            {nameOf(name)}
          </option>
        ))}
      </select>
      <div className="tab-tools">{children}</div>
    </div>
  )
}
