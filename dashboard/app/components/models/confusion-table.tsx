import { useText } from '../../text/language.tsx'
import { useModelsText } from '../../text/models-text.ts'

interface Confusion {
  readonly set: string
  readonly labels: readonly string[]
  readonly counts: readonly (readonly number[])[]
}

/** What people said in rows, what the model said in columns; a cell is as dark as its share of the row. */
export function ConfusionTable({
  confusion,
  heads,
}: {
  confusion: Confusion
  heads?: readonly [row: string, column: string]
}) {
  const { t: all, format } = useText()
  const t = useModelsText()
  const [row, column] = heads ?? [t.truth, t.answer]
  const name = (label: string) => all.mood[label as keyof typeof all.mood] ?? label
  return (
    <table className="table confusion">
      <caption>{confusion.set}</caption>
      <thead>
        <tr>
          <th scope="col">
            {row} ↓ {column} →
          </th>
          {confusion.labels.map((label) => (
            <th key={label} scope="col">
              {name(label)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {confusion.counts.map((counts, at) => {
          const total = counts.reduce((sum, count) => sum + count, 0)
          return (
            <tr key={confusion.labels[at]}>
              <th scope="row">{name(confusion.labels[at]!)}</th>
              {counts.map((count, place) => {
                const share = total === 0 ? 0 : count / total
                return (
                  <td key={confusion.labels[place]} className={place === at ? 'same' : undefined}>
                    <i className="confusion-share" style={{ width: `${(share * 100).toFixed(1)}%` }} />
                    <b>{format.percent(share)} %</b>
                    <small>{format.number(count)}</small>
                  </td>
                )
              })}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
