import { Link } from '@remix-run/react'
import { personPath } from '../../channel-path.ts'
import type { PeopleData } from '../../routes/people.tsx'
import { useText } from '../../text/language.tsx'
import { useModerationText } from '../../text/moderation-text.ts'

/** Heaviest strikes first, with the last two weeks of each. */
export function OffenderTable({ channelId, people }: Pick<PeopleData, 'channelId' | 'people'>) {
  const { t, format } = useText()
  const m = useModerationText()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="table-scroll" tabIndex={0} aria-label={m.people.title}>
      <table className="table offenders">
        <thead>
          <tr>
            <th className="num">{m.people.rank}</th>
            <th>{m.people.name}</th>
            <th className="num">{t.person.strikes}</th>
            {[1, 2, 3].map((severity) => (
              <th key={severity} className="num">
                {t.severity[severity]}
              </th>
            ))}
            <th>{m.people.history}</th>
            <th className="num">{m.people.last}</th>
          </tr>
        </thead>
        <tbody>
          {people.map((person, at) => (
            <tr key={person.authorId}>
              <td className="num">{at + 1}</td>
              <td>
                <Link to={personPath(channelId, person.authorId)}>
                  <bdi>{person.authorName}</bdi>
                </Link>{' '}
                {person.crossedAt !== null && (
                  <span className="badge crossed" title={format.dateTime(person.crossedAt)}>
                    {m.people.crossed}
                  </span>
                )}
                {person.isAllowed && <span className="badge">{m.people.allowed}</span>}
              </td>
              <td className="num">{format.decimal(person.strikes)}</td>
              <td className="num">{person.mild}</td>
              <td className="num">{person.strong}</td>
              <td className="num">{person.severe}</td>
              <td>
                <LittleHistory days={person.days} />
              </td>
              <td className="num">{format.dateTime(person.lastAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const WIDTH = 84
const HEIGHT = 20

function LittleHistory({ days }: { days: PeopleData['people'][number]['days'] }) {
  const m = useModerationText()
  const sums = days.map(({ mild, strong, severe }) => mild + strong + severe)
  const most = Math.max(3, ...sums)
  const pitch = WIDTH / days.length
  return (
    <svg
      className="little-history"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={m.people.historyOf(sums.join(', '))}
    >
      <path className="tl-axis" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
      {days.map((day, at) => {
        const height = (sums[at]! / most) * (HEIGHT - 2)
        const level = day.severe > 0 ? 'severe' : day.strong > 0 ? 'strong' : 'mild'
        return (
          height > 0 && (
            <rect
              key={day.at}
              className={`strike ${level}`}
              x={at * pitch + 0.5}
              width={pitch - 1}
              y={HEIGHT - 1 - height}
              height={height}
            />
          )
        )
      })}
    </svg>
  )
}
