import { type TimelineBars, timelineBars } from '../live/timeline-bars.ts'
import type { WindowCount } from '../wire.ts'

const WIDTH = 300
const HEIGHT = 40
const FULL = 0.8

/** The timeline in small: positive up, negative down, the strong part above usual. */
export function Sparkline({ minutes, last }: { minutes: readonly WindowCount[]; last: number | null }) {
  const plot: TimelineBars = timelineBars(minutes, last, 90, true)
  const axis = HEIGHT / 2
  const px = (share: number) => Math.min(axis - 1, share * ((axis - 1) / FULL))
  const pitch = WIDTH / Math.max(30, plot.bars.length)
  const width = Math.max(1, pitch - 1)
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {plot.bars.map((bar, at) => {
        const positive = px(bar.positive ?? 0)
        const negative = px(bar.negative ?? 0)
        const usualPositive = Math.min(positive, px(plot.usual?.positive ?? 1))
        const usualNegative = Math.min(negative, px(plot.usual?.negative ?? 1))
        const x = at * pitch
        return (
          <g key={bar.from}>
            <rect className="tl-positive" x={x} y={axis - usualPositive} width={width} height={usualPositive} />
            <rect
              className="tl-positive above"
              x={x}
              y={axis - positive}
              width={width}
              height={positive - usualPositive}
            />
            <rect className="tl-negative" x={x} y={axis + 1} width={width} height={usualNegative} />
            <rect
              className="tl-negative above"
              x={x}
              y={axis + 1 + usualNegative}
              width={width}
              height={negative - usualNegative}
            />
          </g>
        )
      })}
      <path className="tl-axis" d={`M0 ${axis + 0.5}H${WIDTH}`} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
