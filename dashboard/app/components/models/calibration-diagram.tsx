import type { ModelsDescription } from '../../../models-description.ts'
import { useModelsText } from '../../text/models-text.ts'
import { percentOf } from './shares.ts'

type Calibration = NonNullable<ModelsDescription['details']>['calibration']

const SIZE = 240
const LEFT = 34
const BOTTOM = 22
const TOP = 8

/** Confidence from a half to one against how often it was right; the diagonal is honesty. */
export function CalibrationDiagram({ calibration }: { calibration: Calibration }) {
  const t = useModelsText()
  const x = (value: number) => LEFT + (value - 0.5) * 2 * (SIZE - LEFT - TOP)
  const y = (value: number) => SIZE - BOTTOM - (value - 0.5) * 2 * (SIZE - BOTTOM - TOP)
  const filled = calibration.bins.filter(({ rows }) => rows > 0)
  const most = Math.max(1, ...filled.map(({ rows }) => rows))
  const label = filled
    .map(({ confidence, right, rows }) => `${percentOf(confidence, 0)}: ${percentOf(right, 0)} (${rows})`)
    .join(', ')
  return (
    <figure className="plot">
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={`${t.calibration}: ${label}`}>
        {[0.5, 0.6, 0.7, 0.8, 0.9, 1].map((value) => (
          <g key={value}>
            <path className="plot-grid" d={`M${LEFT} ${y(value)}H${SIZE - TOP}M${x(value)} ${TOP}V${SIZE - BOTTOM}`} />
            <text className="plot-label" x={LEFT - 5} y={y(value) + 3.5} textAnchor="end">
              {value * 100}
            </text>
            <text className="plot-label" x={x(value)} y={SIZE - 7} textAnchor="middle">
              {value * 100}
            </text>
          </g>
        ))}
        <path className="plot-ideal" d={`M${x(0.5)} ${y(0.5)}L${x(1)} ${y(1)}`} />
        <path
          className="plot-line"
          d={filled
            .map(({ confidence, right }, i) => `${i === 0 ? 'M' : 'L'}${x(confidence)} ${y(Math.max(0.5, right))}`)
            .join('')}
        />
        {filled.map(({ from, confidence, right, rows }) => (
          <circle
            key={from}
            className="plot-point"
            cx={x(confidence)}
            cy={y(Math.max(0.5, right))}
            r={2.5 + 4 * Math.sqrt(rows / most)}
          />
        ))}
      </svg>
      <figcaption>
        <span>
          {t.confident} (%) → · {t.wasRight} (%) ↑
        </span>
        <span>{calibration.set}</span>
      </figcaption>
    </figure>
  )
}
