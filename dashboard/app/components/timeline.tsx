/** The spine of the page: mood up and down from the middle, volume, swearing, alerts; a stretch is picked by dragging. */
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { Highlight } from '../live/highlights.ts'
import { LEAST_MESSAGES, wilson } from '../live/share.ts'
import { type TimelineBars, timelineBars } from '../live/timeline-bars.ts'
import type { Range } from '../live/use-range.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import { useBrowserLayoutEffect } from '../use-browser-layout-effect.ts'
import type { Alert, WindowCount } from '../wire.ts'
import type { Span } from './scope-bar.tsx'
import { TimelineDrawing, type TimelineGeometry, timelineGeometry } from './timeline-drawing.tsx'

const MINUTE = 60_000
/** Up to here the timeline is drawn in steps of ten seconds. */
const YOUNG_MINUTES = 6

interface TimelineProps {
  readonly minutes: readonly WindowCount[]
  /** Ten-second windows: what a broadcast shows before it has minutes enough. */
  readonly moments: readonly WindowCount[]
  readonly alerts: readonly Alert[]
  readonly highlights: readonly Highlight[]
  readonly span: Span
  readonly range: Range | null
  readonly onRange: (range: Range) => void
  readonly isEnded: boolean
  /** As figures instead of a drawing. */
  readonly isTable?: boolean
  /** The drawing, for whoever wants it as a picture. */
  readonly onDrawing?: (drawing: SVGSVGElement | null) => void
}

export function Timeline({
  minutes,
  moments,
  alerts,
  highlights,
  span,
  range,
  onRange,
  isEnded,
  isTable,
  onDrawing,
}: TimelineProps) {
  const { t, format } = useText()
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 1100, height: 256 })
  const [hover, setHover] = useState<number | null>(null)
  const [drag, setDrag] = useState<{ readonly anchor: number; readonly end: number } | null>(null)
  useSize(box, setSize)

  const isNarrow = size.width < 640
  const isYoung = minutes.length <= YOUNG_MINUTES && moments.length > minutes.length
  const last = isYoung || span !== 'all' ? (isYoung ? null : Number(span)) : isNarrow ? 60 : null
  const plot = useMemo(
    () =>
      timelineBars(
        isYoung ? moments : minutes,
        last,
        Math.max(20, Math.floor((size.width - (isNarrow ? 52 : 92)) / 4)),
        isEnded,
        minutes,
      ),
    [minutes, moments, isYoung, last, size.width, isNarrow, isEnded],
  )
  const geometry = useMemo(() => timelineGeometry(plot, size.width, size.height, isNarrow), [plot, size, isNarrow])
  const shownRange = drag ? rangeOfDrag(plot, drag) : range

  const barAt = (event: PointerEvent) => {
    const left = event.currentTarget.getBoundingClientRect().left
    const at = Math.floor((event.clientX - left - geometry.left) / geometry.pitch)
    return Math.min(plot.bars.length - 1, Math.max(0, at))
  }
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || plot.bars.length === 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const at = barAt(event)
    const { bars } = plot
    // A handle is taken by its end; anything else begins a new stretch.
    if (range) {
      const first = bars.findIndex((bar) => bar.to > range.from)
      const end = bars.findLastIndex((bar) => bar.from < range.to)
      if (first >= 0 && Math.abs(at - first) <= 0 && end > first) return setDrag({ anchor: end, end: at })
      if (end >= 0 && Math.abs(at - end) <= 0 && end > first) return setDrag({ anchor: first, end: at })
    }
    setDrag({ anchor: at, end: at })
  }
  const onPointerMove = (event: PointerEvent) => {
    if (plot.bars.length === 0) return
    const at = barAt(event)
    setHover(at)
    if (drag) setDrag({ ...drag, end: at })
  }
  const onPointerUp = () => {
    const picked = drag && rangeOfDrag(plot, drag)
    setDrag(null)
    if (picked) onRange(picked)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const first = minutes[0]?.windowStart
    const end = minutes.at(-1)?.windowEnd
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (step === 0 || first === undefined || end === undefined) return
    event.preventDefault()
    const now = range ?? { from: end - 2 * MINUTE, to: end - MINUTE }
    if (event.shiftKey)
      return onRange({ from: now.from, to: Math.min(end, Math.max(now.from + MINUTE, now.to + step * MINUTE)) })
    const length = now.to - now.from
    const from = Math.min(end - length, Math.max(first, now.from + (range ? step : 0) * MINUTE))
    onRange({ from, to: from + length })
  }

  useEffect(() => onDrawing?.(box.current?.querySelector('svg') ?? null), [onDrawing])
  if (isTable)
    return (
      <div className="timeline" ref={box}>
        <div className="timeline-table">
          <MinuteTable minutes={minutes} isWhole />
        </div>
      </div>
    )

  const spoken = shownRange ? `${format.time(shownRange.from)}–${format.time(shownRange.to)}` : t.timeline.nothing
  return (
    <div className="timeline" ref={box}>
      <div
        className="timeline-scrubber"
        role="slider"
        tabIndex={0}
        aria-label={`${t.timeline.title}. ${t.timeline.hint}`}
        aria-valuemin={0}
        aria-valuemax={minutes.length}
        aria-valuenow={
          shownRange
            ? Math.max(
                0,
                minutes.findIndex((minute) => minute.windowEnd > shownRange.from),
              )
            : minutes.length
        }
        aria-valuetext={spoken}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => setHover(null)}
        onKeyDown={onKeyDown}
      >
        <TimelineDrawing
          plot={plot}
          geometry={geometry}
          alerts={alerts}
          highlights={highlights}
          range={shownRange}
          hover={drag ? null : hover}
          isNarrow={isNarrow}
        />
      </div>
      {plot.bars.length === 0 && <p className="timeline-empty">{t.timeline.waiting}</p>}
      <MinuteTable minutes={minutes} />
    </div>
  )
}

function rangeOfDrag(plot: TimelineBars, { anchor, end }: { anchor: number; end: number }): Range | null {
  const first = plot.bars[Math.min(anchor, end)]
  const last = plot.bars[Math.max(anchor, end)]
  return first && last ? { from: first.from, to: last.to } : null
}

function useSize(box: React.RefObject<HTMLElement>, setSize: (size: { width: number; height: number }) => void) {
  useBrowserLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [box, setSize])
}

/** The same figures as a table: the last ten minutes for those who do not see the drawing, all of them on request. */
function MinuteTable({ minutes, isWhole = false }: { minutes: readonly WindowCount[]; isWhole?: boolean }) {
  const { t } = useText()
  const { head, rows } = useMinuteRows(isWhole ? [...minutes].reverse() : minutes.slice(-10))
  return (
    <table className={isWhole ? undefined : 'hidden-text'}>
      <caption className={isWhole ? 'hidden-text' : undefined}>{t.timeline.label(minutes.length)}</caption>
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ at, isFew, cells: [first, ...rest] }) => (
          <tr key={at} className={isFew ? 'few' : undefined}>
            <th scope="row">{first}</th>
            {rest.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never change places
              <td key={column}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Minutes as rows of figures, with the uncertainty of their shares. */
function useMinuteRows(minutes: readonly WindowCount[]) {
  const { t, format } = useText()
  const watch = useWatchText()
  const { table } = t.timeline
  return {
    head: [table.minute, table.messages, watch.people, table.positive, table.negative, table.profane],
    rows: minutes.map((minute) => {
      const scored = minute.positive + minute.neutral + minute.negative
      const share = (hits: number) => {
        if (scored === 0) return '—'
        const { value, lower, upper } = wilson(hits, scored)
        return `${format.percent(value)} % ±${format.percent((upper - lower) / 2)}`
      }
      return {
        at: minute.windowStart,
        isFew: scored < LEAST_MESSAGES,
        cells: [
          format.time(minute.windowStart),
          format.number(minute.messages),
          format.number(minute.authors),
          share(minute.positive),
          share(minute.negative),
          format.number(minute.profane + minute.mildlyProfane),
        ],
      }
    }),
  }
}

export type { TimelineGeometry }
