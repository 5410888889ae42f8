import { useEffect, useState } from 'react'
import { type BroadcastRef, broadcastPath } from '../broadcast-id.ts'
import type { Highlight } from '../live/highlights.ts'
import type { Range } from '../live/use-range.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import type { MomentView } from '../wire.ts'
import { Segments } from './chat-row.tsx'
import { Icon, moodIcon } from './icon.tsx'
import { PanelDownload } from './panel-download.tsx'

/** From here on those who wrote are said to have come for it. */
const RAID_SHARE = 0.5

interface HighlightListProps {
  readonly highlights: readonly Highlight[]
  readonly place: BroadcastRef
  readonly onOpen: (range: Range) => void
}

/** The liveliest stretches so far, strongest first. */
export function HighlightList({ highlights, place, onOpen }: HighlightListProps) {
  const { t, format } = useText()
  const watch = useWatchText()
  return (
    <div className="panel fill">
      <div className="panel-head">
        <h2>{watch.panels.highlights}</h2>
        <span className="note num">{highlights.length}</span>
        <span className="strip-fill" />
        <span className="note wide-only">{watch.highlightsNote}</span>
        <PanelDownload
          place={place}
          name="highlights"
          table={() => ({
            head: [t.timeline.table.minute, watch.count, watch.ratio],
            rows: highlights.map(({ from, messages, ratio }) => [
              format.dateTime(from),
              messages,
              Number(ratio.toFixed(2)),
            ]),
          })}
        />
      </div>
      {highlights.length === 0 ? (
        <p className="panel-empty">{watch.highlightsNone}</p>
      ) : (
        <ul className="rows highlights">
          {highlights.map((highlight) => (
            <HighlightRow key={highlight.from} highlight={highlight} place={place} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </div>
  )
}

function HighlightRow({ highlight, place, onOpen }: { highlight: Highlight } & Omit<HighlightListProps, 'highlights'>) {
  const { t, format } = useText()
  const watch = useWatchText()
  const { from, to, label, share, messages, ratio } = highlight
  const moment = useMoment(place, highlight)
  return (
    <li>
      <Icon name="star" />
      <div>
        <b className="num">
          {format.time(from)}
          {to - from > 60_000 && `–${format.time(to)}`}
        </b>{' '}
        {label && (
          <span className={label}>
            <Icon name={moodIcon[label]} small /> {t.mood[label]} {format.percent(share)} %
          </span>
        )}
        <small>{watch.highlight(messages, format.decimal(ratio))}</small>
        {moment && moment.words.length > 0 && <small className="alert-words">{moment.words.join(' · ')}</small>}
        {moment && moment.newShare !== null && moment.newShare >= RAID_SHARE && (
          <small>{watch.raid(format.percent(moment.newShare))}</small>
        )}
        {moment && moment.samples.length > 0 && (
          <details>
            <summary>{t.alerts.samples}</summary>
            {moment.samples.map((sample) => (
              <p key={sample.id}>
                <Segments segments={sample.segments} texts={null} onReveal={null} />
              </p>
            ))}
          </details>
        )}
      </div>
      <button type="button" className="button bare small" onClick={() => onOpen({ from, to })}>
        {t.alerts.open}
      </button>
    </li>
  )
}

/** What it was about; a stretch that is over does not change. */
function useMoment(place: BroadcastRef, { from, to }: Highlight): MomentView | null {
  const [moment, setMoment] = useState<MomentView | null>(null)
  const path = broadcastPath(place, `/moment?from=${from}&to=${to}`)
  useEffect(() => {
    const stop = new AbortController()
    fetch(path, { signal: stop.signal })
      .then(async (response) => response.ok && setMoment((await response.json()) as MomentView))
      // Without its words a highlight still says when and how much.
      .catch(() => {})
    return () => stop.abort()
  }, [path])
  return moment
}
