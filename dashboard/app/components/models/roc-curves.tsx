import type { ModelsDescription } from '../../../models-description.ts'
import { useModelsText } from '../../text/models-text.ts'

type Curve = NonNullable<ModelsDescription['profanity']>['curves'][number]

const SIZE = 240
const LEFT = 34
const BOTTOM = 22
const TOP = 8
/** Told apart by their dashes, not by colour. */
const DASHES = ['', '6 3', '2 3', '8 3 2 3']

/** Share found against share wrongly caught, one line a label. */
export function RocCurves({ curves }: { curves: readonly Curve[] }) {
  const t = useModelsText()
  const x = (value: number) => LEFT + value * (SIZE - LEFT - TOP)
  const y = (value: number) => SIZE - BOTTOM - value * (SIZE - BOTTOM - TOP)
  const shown = curves.slice(0, DASHES.length)
  return (
    <figure className="plot">
      <svg
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        role="img"
        aria-label={`${t.roc}: ${shown.map(({ label, set, area }) => `${label}, ${set}: ${area.toFixed(3)}`).join('; ')}`}
      >
        {[0, 0.2, 0.4, 0.6, 0.8, 1].map((value) => (
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
        <path className="plot-ideal" d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
        {shown.map(({ label, set, points }, at) => (
          <path
            key={`${label} ${set}`}
            className="plot-line"
            strokeDasharray={DASHES[at]}
            d={points.map(([a, b], i) => `${i === 0 ? 'M' : 'L'}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('')}
          />
        ))}
      </svg>
      <figcaption>
        <span>
          {t.falsePositive} (%) → · {t.truePositive} (%) ↑
        </span>
      </figcaption>
      <ul className="plot-legend">
        {shown.map(({ label, set, area, rows }, at) => (
          <li key={`${label} ${set}`}>
            <svg viewBox="0 0 24 6" aria-hidden="true">
              <path className="plot-line" strokeDasharray={DASHES[at]} d="M0 3H24" />
            </svg>
            {label} · {set} ({rows}) · {t.area} {area.toFixed(3)}
          </li>
        ))}
      </ul>
    </figure>
  )
}
