/** The drawing of the timeline, in SVG, so that it is in the first page already. */
import { memo } from 'react'
import type { Highlight } from '../live/highlights.ts'
import type { Share } from '../live/share.ts'
import type { TimelineBar, TimelineBars } from '../live/timeline-bars.ts'
import type { Range } from '../live/use-range.ts'
import type { Text } from '../text/ko.ts'
import { type Format, useText } from '../text/language.tsx'
import type { Alert } from '../wire.ts'

export interface TimelineGeometry {
  readonly width: number
  readonly height: number
  /** Left edge of the first bar. */
  readonly left: number
  readonly right: number
  /** From bar to bar, px. */
  readonly pitch: number
  readonly bar: number
  readonly top: number
  /** Where positive and negative part. */
  readonly axis: number
  readonly half: number
  /** Foot of the volume bars. */
  readonly volume: number
  readonly volumeHeight: number
  readonly profane: number
  /** px for a share of 1. */
  readonly scale: number
}

/** The largest share that fits above or below the middle. */
const FULL_SHARE = 0.8
/** Bars that the axis has room for at least. */
const LEAST_BARS = 30

export function timelineGeometry(
  plot: TimelineBars,
  width: number,
  height: number,
  isNarrow: boolean,
): TimelineGeometry {
  const left = isNarrow ? 44 : 76
  const right = width - (isNarrow ? 12 : 16)
  // A young broadcast does not stretch three bars over the page.
  const pitch = (right - left) / Math.max(plot.bars.length, LEAST_BARS)
  const top = isNarrow ? 24 : 30
  const isLow = height < 210
  const volumeHeight = isNarrow ? 18 : isLow ? 22 : Math.round(height * 0.125)
  const profaneGap = isLow ? 11 : 15
  const half = Math.floor((height - top - 26 - profaneGap - 8 - volumeHeight - 8) / 2)
  const axis = top + half
  const volume = axis + half + 8 + volumeHeight
  return {
    width,
    height,
    left,
    right,
    pitch,
    bar: Math.max(1, Math.floor(pitch) - (pitch >= 4 ? 1 : 0) - (pitch >= 9 ? 1 : 0)),
    top,
    axis,
    half,
    volume,
    volumeHeight,
    profane: volume + profaneGap,
    scale: half / FULL_SHARE,
  }
}

interface DrawingProps {
  readonly plot: TimelineBars
  readonly geometry: TimelineGeometry
  readonly alerts: readonly Alert[]
  readonly highlights: readonly Highlight[]
  readonly range: Range | null
  readonly hover: number | null
  readonly isNarrow: boolean
}

export function TimelineDrawing({ plot, geometry, alerts, highlights, range, hover, isNarrow }: DrawingProps) {
  const { t, format } = useText()
  return (
    <svg viewBox={`0 0 ${geometry.width} ${geometry.height}`} aria-hidden="true">
      <Grid plot={plot} geometry={geometry} format={format} isNarrow={isNarrow} />
      <Lanes geometry={geometry} t={t} isNarrow={isNarrow} isShort={plot.step < 60_000} />
      <Bars plot={plot} geometry={geometry} />
      <Stars plot={plot} geometry={geometry} highlights={highlights} alerts={alerts} />
      <Flags plot={plot} geometry={geometry} alerts={alerts} t={t} isNarrow={isNarrow} />
      {range && <Selection plot={plot} geometry={geometry} range={range} format={format} />}
      {hover !== null && plot.bars[hover] && (
        <Hover at={hover} bar={plot.bars[hover]} geometry={geometry} format={format} />
      )}
    </svg>
  )
}

const middle = ({ left, pitch }: TimelineGeometry, at: number) => Math.round(left + (at + 0.5) * pitch) + 0.5

const Grid = memo(function Grid({
  plot,
  geometry,
  format,
  isNarrow,
}: {
  plot: TimelineBars
  geometry: TimelineGeometry
  format: Format
  isNarrow: boolean
}) {
  const { left, right, axis, scale, top, profane, pitch, height } = geometry
  // A label is 44 px wide; they stand at round times, at least twice that apart.
  const minutesApart =
    [1, 2, 5, 10, 15, 30, 60, 120, 240].find(
      (minutes) => ((minutes * 60_000) / plot.step) * pitch >= (isNarrow ? 64 : 88),
    ) ?? 480
  const slot = (time: number) => Math.floor(time / 60_000 / minutesApart)
  // A young broadcast leaves room to the right: while it goes on, that has its times as well.
  const last = plot.bars.at(-1)
  const ahead = Array.from({ length: last?.isOpen ? Math.max(0, LEAST_BARS - plot.bars.length) : 0 }, (_, more) => ({
    from: last!.to + more * plot.step,
  }))
  const starts = [...plot.bars, ...ahead]
  const marks = starts
    .map(({ from }, at) => ({ at, from }))
    .filter(({ from }, at) => at > 0 && slot(starts[at - 1]!.from) !== slot(from))
  return (
    <g>
      {[0.25, 0.5].flatMap((share) =>
        [-1, 1].map((side) => {
          const y = Math.round(axis + side * share * scale) + 0.5
          return (
            <g key={`${share} ${side}`}>
              <path className="tl-grid" d={`M${left} ${y}H${right}`} />
              {!isNarrow && (
                <text x={left - 8} y={y + 4} textAnchor="end">
                  {share * 100}
                </text>
              )}
            </g>
          )
        }),
      )}
      <path className="tl-grid" d={`M${left} ${geometry.volume + 0.5}H${right}`} />
      {marks.map(({ at, from }) => {
        const x = Math.round(left + at * pitch) + 0.5
        return (
          <g key={from}>
            <path className="tl-grid" d={`M${x} ${top}V${profane + 6}`} />
            {x < right - 20 && (
              <text x={x} y={height - 7} textAnchor="middle">
                {format.time(from)}
              </text>
            )}
          </g>
        )
      })}
    </g>
  )
})

const Lanes = memo(function Lanes({
  geometry,
  t,
  isNarrow,
  isShort,
}: {
  geometry: TimelineGeometry
  t: Text
  isNarrow: boolean
  isShort: boolean
}) {
  const { axis, half, volume, volumeHeight, profane } = geometry
  const names = isNarrow ? t.timeline.lanesShort : t.timeline.lanes
  const volumeName = isShort && !isNarrow ? t.timeline.tenSeconds : names.volume
  const x = isNarrow ? 6 : 12
  return (
    <g className="tl-lanes">
      {!isNarrow && (
        <text x={x} y={19}>
          {names.flags}
        </text>
      )}
      <text x={x} y={axis - half / 2 + 4}>
        {names.positive}
      </text>
      <text x={x} y={axis + half / 2 + 4}>
        {names.negative}
      </text>
      <text x={x} y={volume - volumeHeight / 2 + 4}>
        {volumeName}
      </text>
      <text x={x} y={profane + 4}>
        {names.profane}
      </text>
    </g>
  )
})

const Bars = memo(function Bars({ plot, geometry }: { plot: TimelineBars; geometry: TimelineGeometry }) {
  const { left, right, axis, scale } = geometry
  const { usual, bars } = plot
  return (
    <g>
      {bars.map((bar, at) => (
        <Bar key={bar.from} bar={bar} at={at} plot={plot} geometry={geometry} />
      ))}
      <path className="tl-band" d={bandPath(bars, geometry)} />
      <path className="tl-authors" d={authorsPath(plot, geometry)} />
      {usual && (
        <path
          className="tl-usual"
          d={`M${left} ${Math.round(axis - usual.positive * scale) + 0.5}H${right}M${left} ${Math.round(axis + 1 + usual.negative * scale) + 0.5}H${right}`}
        />
      )}
      <path className="tl-axis" d={`M${left} ${axis + 0.5}H${right}`} />
      {bars.length === 0 && (
        <rect
          className="tl-gap"
          x={left}
          y={geometry.top}
          width={right - left}
          height={geometry.profane + 6 - geometry.top}
        />
      )}
    </g>
  )
})

/** Over each bar the line between what its share could as well be: long where few wrote. */
function bandPath(bars: readonly TimelineBar[], { left, pitch, axis, half, scale }: TimelineGeometry): string {
  if (pitch < 5) return ''
  const px = (share: number) => Math.min(half, Math.round(share * scale))
  return bars
    .map(({ band }, at) => {
      if (!band) return ''
      const x = Math.round(left + (at + 0.5) * pitch) + 0.5
      return `M${x} ${axis - px(band.positive.upper)}V${axis - px(band.positive.lower)}M${x} ${axis + px(band.negative.lower)}V${axis + px(band.negative.upper)}`
    })
    .join('')
}

/** People who wrote, over the messages that they wrote. */
function authorsPath({ bars, mostMessages }: TimelineBars, geometry: TimelineGeometry): string {
  const { left, pitch, volume, volumeHeight } = geometry
  return bars
    .map(({ authors }, at) => {
      const x = Math.round(left + (at + 0.5) * pitch)
      return `${at === 0 ? 'M' : 'L'}${x} ${(volume - (Math.min(authors, mostMessages) / mostMessages) * volumeHeight).toFixed(1)}`
    })
    .join('')
}

function Bar({
  bar,
  at,
  plot,
  geometry,
}: {
  bar: TimelineBar
  at: number
  plot: TimelineBars
  geometry: TimelineGeometry
}) {
  const { left, pitch, axis, half, scale, volume, volumeHeight, profane, top, bar: width } = geometry
  const x = Math.round(left + at * pitch + 1)
  const px = (share: number) => Math.min(half, Math.round(share * scale))
  const positive = px(bar.positive ?? 0)
  const negative = px(bar.negative ?? 0)
  const usualPositive = px(plot.usual?.positive ?? 1)
  const usualNegative = px(plot.usual?.negative ?? 1)
  const tall = Math.round((bar.messages / plot.mostMessages) * volumeHeight)
  const marks = Math.min(11, 2 + bar.profane)
  return (
    <g className={bar.isOpen ? 'tl-open' : bar.isFew ? 'tl-few' : undefined}>
      {bar.isUnscored && <rect className="tl-gap" x={x} y={top} width={width} height={2 * half} />}
      <rect
        className="tl-positive"
        x={x}
        y={axis - Math.min(positive, usualPositive)}
        width={width}
        height={Math.min(positive, usualPositive)}
      />
      {positive > usualPositive && (
        <rect className="tl-positive above" x={x} y={axis - positive} width={width} height={positive - usualPositive} />
      )}
      <rect className="tl-negative" x={x} y={axis + 1} width={width} height={Math.min(negative, usualNegative)} />
      {negative > usualNegative && (
        <rect
          className="tl-negative above"
          x={x}
          y={axis + 1 + usualNegative}
          width={width}
          height={negative - usualNegative}
        />
      )}
      <rect
        className={`tl-volume${bar.messages > plot.highMessages ? ' high' : ''}`}
        x={x}
        y={volume - tall}
        width={width}
        height={tall}
      />
      {bar.profane > 0 && (
        <rect
          className="tl-profane"
          x={x + Math.floor(width / 2) - 1}
          y={profane - marks / 2}
          width={2}
          height={marks}
        />
      )}
      {bar.profane > 10 && <path className="tl-profane" d={`M${x + width / 2} ${profane - 6}l3.5 6-3.5 6-3.5-6z`} />}
    </g>
  )
}

/** A star over each of the liveliest stretches; where an alert has its flag, the flag says more. */
const Stars = memo(function Stars({
  plot,
  geometry,
  highlights,
  alerts,
}: {
  plot: TimelineBars
  geometry: TimelineGeometry
  highlights: readonly Highlight[]
  alerts: readonly Alert[]
}) {
  const placeOf = (from: number, to: number) => {
    const at = plot.bars.findIndex((bar) => from < bar.to && to > bar.from)
    return at < 0 ? null : middle(geometry, at)
  }
  const flags = alerts
    .filter((alert) => alert.state !== 'pending')
    .flatMap((alert) => placeOf(alert.since, alert.since + 1) ?? [])
  return (
    <g className="tl-stars">
      {highlights.slice(0, STARS).map(({ from, to }) => {
        const x = placeOf(from, to)
        if (x === null || flags.some((flag) => Math.abs(flag - x) < STAR_ROOM)) return null
        return (
          <g key={from}>
            <path className="tl-stem" d={`M${x} 20V${geometry.volume}`} />
            <path
              className="tl-star"
              d={`M${x} 7l1.7 3.6 3.8.5-2.8 2.7.7 3.9L${x} 15.8l-3.4 1.9.7-3.9-2.8-2.7 3.8-.5z`}
            />
          </g>
        )
      })}
    </g>
  )
})

const STARS = 5
/** px that a star keeps from a flag. */
const STAR_ROOM = 90

interface FlagsProps {
  readonly plot: TimelineBars
  readonly geometry: TimelineGeometry
  readonly alerts: readonly Alert[]
  readonly t: Text
  readonly isNarrow: boolean
}

/** A flag where an alert began. Labels that would run into the one before are left out. */
const Flags = memo(function Flags({ plot, geometry, alerts, t, isNarrow }: FlagsProps) {
  const flags = alerts
    .filter((alert) => alert.state !== 'pending')
    .map((alert) => ({ alert, at: plot.bars.findIndex((bar) => alert.since >= bar.from && alert.since < bar.to) }))
    .filter(({ at }) => at >= 0)
    .sort((left, right) => left.at - right.at)
  let labelEnd = geometry.left - 60
  return (
    <g>
      {flags.map(({ alert, at }, index) => {
        const x = middle(geometry, at)
        const label = t.alerts.kinds[alert.kind] ?? alert.kind
        const width = [...label].reduce((sum, letter) => sum + (letter.codePointAt(0)! > 0x2e7f ? 12 : 6.5), 0)
        const next = flags[index + 1]
        const isLeft =
          x + 18 + width > geometry.right || (next !== undefined && middle(geometry, next.at) < x + 22 + width)
        const start = isLeft ? x - 6 - width : x
        const isShown = start > labelEnd + 4 && !(isNarrow && alert.state === 'resolved')
        labelEnd = Math.max(labelEnd, isShown && !isLeft ? x + 18 + width : x + 14)
        return (
          <g key={alert.id} className={alert.state === 'resolved' ? 'tl-flag over' : 'tl-flag'}>
            <path className="tl-stem" d={`M${x} 8V${geometry.profane - 8}`} />
            <path className="tl-cloth" d={`M${x} 8h12l-3 5 3 5h-12z`} />
            {isShown && (
              <text x={isLeft ? x - 6 : x + 16} y={18} textAnchor={isLeft ? 'end' : 'start'}>
                {label}
              </text>
            )}
          </g>
        )
      })}
    </g>
  )
})

function Selection({
  plot,
  geometry,
  range,
  format,
}: {
  plot: TimelineBars
  geometry: TimelineGeometry
  range: Range
  format: Format
}) {
  const first = plot.bars.findIndex((bar) => bar.to > range.from)
  const last = plot.bars.findLastIndex((bar) => bar.from < range.to)
  if (first < 0 || last < first) return null
  const { left, right, pitch, profane, axis, height } = geometry
  const a = Math.round(left + first * pitch) + 0.5
  const b = Math.round(left + (last + 1) * pitch) + 0.5
  const tag = 92
  const x = Math.min(right - tag, Math.max(left, (a + b) / 2 - tag / 2))
  return (
    <g className="tl-selection">
      <rect className="tl-picked" x={a} y={0} width={b - a} height={profane + 10} />
      <path className="tl-edge" d={`M${a} 0V${profane + 10}M${b} 0V${profane + 10}`} />
      <rect className="tl-handle" x={a - 2.5} y={axis - 10} width={5} height={20} rx={1} />
      <rect className="tl-handle" x={b - 2.5} y={axis - 10} width={5} height={20} rx={1} />
      <rect className="tl-tag" x={x} y={height - 21} width={tag} height={19} rx={2} />
      <text className="tl-tag-text" x={x + tag / 2} y={height - 7} textAnchor="middle">
        {format.time(range.from)}–{format.time(range.to)}
      </text>
    </g>
  )
}

function Hover({
  at,
  bar,
  geometry,
  format,
}: {
  at: number
  bar: TimelineBar
  geometry: TimelineGeometry
  format: Format
}) {
  const { t } = useText()
  const { left, right, profane, axis, scale, height } = geometry
  const x = middle(geometry, at)
  const label = `${t.timeline.tip(format.time(bar.from), bar.messages)} · ${t.strip.peopleCount(bar.authors)}`
  const width = 24 + label.length * 7
  const tagX = Math.min(right - width, Math.max(left, x - width / 2))
  const mark = (share: number, band: Share | undefined, side: number, sign: string) => {
    const y = Math.round(axis + side * share * scale)
    return (
      <g>
        <path className="tl-cross" d={`M${left} ${y + 0.5}H${x}`} />
        <rect className="tl-tag" x={left - 62} y={y - 8} width={60} height={17} rx={2} />
        <text className="tl-tag-text" x={left - 32} y={y + 5} textAnchor="middle">
          {sign}
          {format.percent(share)}
          {band && ` ±${format.percent((band.upper - band.lower) / 2)}`}
        </text>
      </g>
    )
  }
  return (
    <g className="tl-hover">
      <path className="tl-cross" d={`M${x} 0V${profane + 10}`} />
      {bar.positive !== null && mark(bar.positive, bar.band?.positive, -1, '+')}
      {bar.negative !== null && mark(bar.negative, bar.band?.negative, 1, t.minus)}
      <rect className="tl-tag" x={tagX} y={height - 21} width={width} height={19} rx={2} />
      <text className="tl-tag-text" x={tagX + width / 2} y={height - 7} textAnchor="middle">
        {label}
      </text>
    </g>
  )
}
