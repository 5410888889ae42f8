import { useText } from '../text/language.tsx'

interface HistogramRow {
  readonly start: number
  readonly end: number
  readonly messages: number
  readonly negative: number
}

const WIDTH = 720
const HEIGHT = 72

/** When the found messages were written; the part that is negative stands in front. */
export function ArchiveHistogram({ rows }: { rows: readonly HistogramRow[] }) {
  const { t, format } = useText()
  if (rows.length === 0) return null
  const most = rows.reduce((max, row) => Math.max(max, row.messages), 1)
  const pitch = WIDTH / rows.length
  const first = rows[0]!.start
  const last = rows.at(-1)!.end
  const isLong = last - first > 20 * 60 * 60 * 1000
  const label = isLong ? format.dateTime : format.time
  const tall = (count: number) => (count / most) * (HEIGHT - 6)
  return (
    <figure className="histogram">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={t.archive.histogram}>
        {rows.map((row, at) => (
          <g key={row.start}>
            <rect
              className="tl-volume"
              x={at * pitch + 0.5}
              y={HEIGHT - tall(row.messages)}
              width={Math.max(1, pitch - 1.5)}
              height={tall(row.messages)}
            />
            <rect
              className="tl-negative above"
              x={at * pitch + 0.5}
              y={HEIGHT - tall(row.negative)}
              width={Math.max(1, pitch - 1.5)}
              height={tall(row.negative)}
            />
          </g>
        ))}
      </svg>
      <figcaption>
        <span>{label(first)}</span>
        <span className="wide-only">{label((first + last) / 2)}</span>
        <span>{label(last)}</span>
      </figcaption>
    </figure>
  )
}
