/** What the panels below are showing. */
import type { BroadcastRef } from '../broadcast-id.ts'
import { minutesWithin } from '../live/minutes-within.ts'
import { moodOf } from '../live/share.ts'
import type { PickedRange, Range } from '../live/use-range.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import type { WindowCount } from '../wire.ts'
import { Icon } from './icon.tsx'
import { PanelDownload } from './panel-download.tsx'
import { ScopeStep } from './scope-step.tsx'

export type Span = '10' | '30' | '60' | 'all'
export const spans: readonly Span[] = ['10', '30', '60', 'all']

interface ScopeBarProps {
  readonly place: BroadcastRef
  readonly range: PickedRange
  readonly minutes: readonly WindowCount[]
  readonly span: Span
  readonly onSpan: (span: Span) => void
  /** The timeline shows this stretch alone; null: all of its span. */
  readonly zoom: Range | null
  readonly onZoom: (zoom: Range | null) => void
  readonly isTable: boolean
  readonly onTable: (isTable: boolean) => void
  readonly drawing: () => SVGSVGElement | null
  /** Nothing comes any more. */
  readonly isOver: boolean
}

export function ScopeBar(props: ScopeBarProps) {
  const { place, range, minutes, span, onSpan, zoom, onZoom, isTable, onTable, drawing, isOver } = props
  const { t, format } = useText()
  const watch = useWatchText()
  const picked = range.range
  const mood = picked && moodOf(minutesWithin(minutes, picked))
  const error = (label: 'negative' | 'positive') =>
    mood ? format.percent((mood.shares[label].upper - mood.shares[label].lower) / 2) : ''
  return (
    <div className="scope">
      {picked && mood ? (
        <>
          <span className="scope-range num" role="status">
            {t.scope.looking(`${format.time(picked.from)}–${format.time(picked.to)}`)}
          </span>
          <span className="num wide-only">
            {t.scope.chats} <b>{format.number(mood.messages)}</b>
          </span>
          <span className="num wide-only negative">
            <b>
              {t.minus} {format.percent(mood.shares.negative.value)} %
            </b>{' '}
            <span className="muted">±{error('negative')}</span>
          </span>
          <span className="num wide-only positive">
            <b>+ {format.percent(mood.shares.positive.value)} %</b> <span className="muted">±{error('positive')}</span>
          </span>
          <span className="num wide-only">
            {t.scope.masked} <b>{format.number(mood.profane)}</b>
          </span>
          <span className="muted less-wide">
            {t.scope.only}
            {range.view &&
              range.view.total > range.view.messages.length &&
              ` · ${t.scope.partial(range.view.messages.length)}`}
          </span>
        </>
      ) : (
        <>
          <span className="scope-live">{isOver ? t.scope.whole : t.scope.live}</span>
          <span className="muted wide-only">{t.scope.hint}</span>
        </>
      )}
      <span className="strip-fill" />
      {picked && (
        <ScopeStep range={range}>
          <span className="muted wide-only">{t.scope.minute}</span>
        </ScopeStep>
      )}
      {(zoom || picked) && (
        <button type="button" className="button bare small wide-only" onClick={() => onZoom(zoom ? null : picked)}>
          {zoom ? watch.zoomOut : watch.zoomIn}
        </button>
      )}
      <PanelDownload
        place={place}
        name="minutes"
        drawing={drawing}
        table={() => ({
          head: [
            t.timeline.table.minute,
            t.timeline.table.messages,
            watch.people,
            t.mood.positive,
            t.mood.neutral,
            t.mood.negative,
            t.timeline.table.profane,
          ],
          rows: minutes.map((minute) => [
            new Date(minute.windowStart).toISOString(),
            minute.messages,
            minute.authors,
            minute.positive,
            minute.neutral,
            minute.negative,
            minute.profane + minute.mildlyProfane,
          ]),
        })}
      />
      <button
        type="button"
        className="icon-button wide-only"
        aria-pressed={isTable}
        aria-label={watch.asTable}
        title={watch.asTable}
        onClick={() => onTable(!isTable)}
      >
        <Icon name="list" />
      </button>
      <fieldset className="segments wide-only">
        <legend className="hidden-text">{t.scope.span}</legend>
        {spans.map((choice) => (
          <button key={choice} type="button" aria-pressed={span === choice} onClick={() => onSpan(choice)}>
            {t.scope.spans[choice]}
          </button>
        ))}
      </fieldset>
      {picked && (
        <button type="button" className="button small" onClick={range.clear}>
          <Icon name="right" small /> {isOver ? t.scope.backToWhole : t.scope.back} <kbd className="wide-only">Esc</kbd>
        </button>
      )}
    </div>
  )
}
