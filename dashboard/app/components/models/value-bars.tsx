import { percentOf } from './shares.ts'

export interface ValueBar {
  readonly name: string
  readonly note: string
  readonly value: number
  readonly half: number
  readonly bar: number | null
}

/** Shares as bars from `from` to one, with their 95 % interval and a mark for what is asked. */
export function ValueBars({ rows, from = 0 }: { rows: readonly ValueBar[]; from?: number }) {
  const place = (value: number) => `${(100 * Math.min(1, Math.max(0, (value - from) / (1 - from)))).toFixed(2)}%`
  return (
    <ul className="value-bars">
      {rows.map(({ name, note, value, half, bar }) => (
        <li key={`${name} ${note}`}>
          <span className="value-name">
            {name} <small>{note}</small>
          </span>
          <b className="num">
            {percentOf(value)} <small>±{(half * 100).toFixed(1)}</small>
          </b>
          <span className="value-track" aria-hidden="true">
            <i className="value-fill" style={{ width: place(value) }} />
            <i
              className="value-interval"
              style={{ left: place(value - half), width: `calc(${place(value + half)} - ${place(value - half)})` }}
            />
            {bar !== null && <i className="value-asked" style={{ left: place(bar) }} />}
          </span>
        </li>
      ))}
    </ul>
  )
}
