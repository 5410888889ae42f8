import type { CalibrationFigure } from '../../../models-description.ts'
import { useModelsText } from '../../text/models-text.ts'
import { percentOf } from './shares.ts'

const SIZE = 240
const LEFT = 34
const BOTTOM = 22
const TOP = 8
const TICKS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

/** Confidence, from the least there can be to one, against how often it was right; the diagonal is honesty. */
export function CalibrationDiagram({ calibration }: { calibration: CalibrationFigure }) {
  const t = useModelsText()
  const least = calibration.bins[0]?.from ?? 0.5
  const share = (value: number) => Math.max(0, value - least) / (1 - least)
  const x = (value: number) => LEFT + share(value) * (SIZE - LEFT - TOP)
  const y = (value: number) => SIZE - BOTTOM - share(value) * (SIZE - BOTTOM - TOP)
  const filled = calibration.bins.filter(({ rows }) => rows > 0)
  const most = Math.max(1, ...filled.map(({ rows }) => rows))
  const label = filled
    .map(({ confidence, right, rows }) => `${percentOf(confidence, 0)}: ${percentOf(right, 0)} (${rows})`)
    .join(', ')
  return (
    <figure className="plot">
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={`${t.calibration}, ${calibration.set}: ${label}`}>
        {TICKS.filter((value) => value >= least).map((value) => (
          <g key={value}>
            <path className="plot-grid" d={`M${LEFT} ${y(value)}H${SIZE - TOP}M${x(value)} ${TOP}V${SIZE - BOTTOM}`} />
            <text className="plot-label" x={LEFT - 5} y={y(value) + 3.5} textAnchor="end">
              {Math.round(value * 100)}
            </text>
            <text className="plot-label" x={x(value)} y={SIZE - 7} textAnchor="middle">
              {Math.round(value * 100)}
            </text>
          </g>
        ))}
        <path className="plot-ideal" d={`M${x(least)} ${y(least)}L${x(1)} ${y(1)}`} />
        <path
          className="plot-line"
          d={filled.map(({ confidence, right }, i) => `${i === 0 ? 'M' : 'L'}${x(confidence)} ${y(right)}`).join('')}
        />
        {filled.map(({ from, confidence, right, rows }) => (
          <circle
            key={from}
            className="plot-point"
            cx={x(confidence)}
            cy={y(right)}
            r={2.5 + 4 * Math.sqrt(rows / most)}
          />
        ))}
      </svg>
      <figcaption>
        <span>
          {t.confident} (%) → · {t.wasRight} (%) ↑
        </span>
        <span>{t.setNames[calibration.set] ?? calibration.set}</span>
      </figcaption>
    </figure>
  )
}
