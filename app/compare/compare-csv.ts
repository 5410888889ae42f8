/** A comparison as one tidy table: the counts by old and new verdict, then the examples. */
import { csvField } from '#sinks/export-csv.ts'
import { type Comparison, differenceKinds } from '../../dashboard/replays.ts'

export const comparisonColumns = ['section', 'kind', 'before', 'after', 'messages', 'time', 'text'] as const
type Row = { readonly [column in (typeof comparisonColumns)[number]]?: string | number }

export function compareCsv(comparison: Comparison): string {
  const lines = [...rowsOf(comparison)].map((row) =>
    comparisonColumns.map((column) => csvField(row[column] ?? '')).join(','),
  )
  // Excel reads UTF-8 with a byte order mark only.
  return `\uFEFF${[comparisonColumns.join(','), ...lines].join('\r\n')}\r\n`
}

function* rowsOf({ messages, same, missing, changes, examples, models }: Comparison): Generator<Row> {
  yield { section: 'compared', messages }
  yield { section: 'same', messages: same }
  yield { section: 'missing', messages: missing }
  yield { section: 'models', before: models.before.join(' '), after: models.after.join(' ') }
  for (const change of changes) yield { section: 'change', ...change }
  for (const kind of differenceKinds)
    for (const { at, ...example } of examples[kind])
      yield { section: 'example', kind, ...example, time: new Date(at).toISOString() }
}
