import type { OffenceDay } from '#processors/offence-history.ts'
import { useText } from '../../text/language.tsx'
import { useModerationText } from '../../text/moderation-text.ts'

const WIDTH = 600
const HEIGHT = 96
const levels = ['mild', 'strong', 'severe'] as const

/** Offences a day as stacked bars, and the strikes as a line over them; the same as a table for whoever cannot see it. */
export function StrikesChart({ days }: { days: readonly OffenceDay[] }) {
  const { t, format } = useText()
  const m = useModerationText()
  const most = Math.max(4, ...days.map((day) => Math.max(day.strikes, day.mild + day.strong + day.severe)))
  const pitch = WIDTH / days.length
  const y = (value: number) => HEIGHT - (value / most) * (HEIGHT - 4)
  const line = days.map(
    ({ strikes }, at) => `${at === 0 ? 'M' : 'L'}${((at + 0.5) * pitch).toFixed(1)} ${y(strikes).toFixed(1)}`,
  )
  const total = days.reduce((sum, day) => sum + day.mild + day.strong + day.severe, 0)
  if (total === 0 && days.every(({ strikes }) => strikes < 0.05)) return <p className="muted">{m.person.noOffences}</p>
  const [first, last] = [days[0], days.at(-1)]
  return (
    <figure className="strikes">
      <span className="strikes-most note num" aria-hidden="true">
        {format.number(Math.ceil(most))}
      </span>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={m.person.chart(days.length, total, format.decimal(days.at(-1)?.strikes ?? 0))}
      >
        <path className="tl-axis" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} vectorEffect="non-scaling-stroke" />
        {days.map((day, at) => {
          let below = 0
          return levels.map((level) => {
            const from = below
            below += day[level]
            return day[level] === 0 ? null : (
              <rect
                key={`${day.at} ${level}`}
                className={`strike ${level}`}
                x={at * pitch + 1}
                width={Math.max(1, pitch - 2)}
                y={y(below)}
                height={y(from) - y(below)}
              />
            )
          })
        })}
        <path className="strikes-line" d={line.join('')} vectorEffect="non-scaling-stroke" />
      </svg>
      {first && last && (
        <p className="strikes-days note num" aria-hidden="true">
          <span>{format.date(first.at)}</span>
          <span>{format.date(last.at)}</span>
        </p>
      )}
      <figcaption className="note">
        {m.person.chartNote}{' '}
        {levels.map((level, at) => (
          <span key={level} className="strike-name">
            <i className={`strike-key ${level}`} aria-hidden="true" /> {t.severity[at + 1]}{' '}
          </span>
        ))}
        <span className="strike-name">
          <i className="strike-key line" aria-hidden="true" /> {t.person.strikes}
        </span>
      </figcaption>
      {total > 0 && (
        <details>
          <summary>{m.person.asTable}</summary>
          <table className="table figures-table">
            <thead>
              <tr>
                <th>{m.person.day}</th>
                {levels.map((level, at) => (
                  <th key={level}>{t.severity[at + 1]}</th>
                ))}
                <th>{t.person.strikes}</th>
              </tr>
            </thead>
            <tbody>
              {days
                .filter((day) => day.mild + day.strong + day.severe > 0)
                .map((day) => (
                  <tr key={day.at}>
                    <td>{format.date(day.at)}</td>
                    <td>{day.mild}</td>
                    <td>{day.strong}</td>
                    <td>{day.severe}</td>
                    <td>{format.decimal(day.strikes)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </details>
      )}
    </figure>
  )
}
