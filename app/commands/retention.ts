import type { OperatorAction } from '#schemas/types.ts'
import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'
import type { RetentionRow } from '../retention/run-retention.ts'
import { textTable } from '../text-table.ts'

interface RetentionOptions {
  readonly dryRun?: boolean
  readonly log?: boolean
  readonly json?: boolean
}

/** Runs the retention, says what it would do, or what it did. */
export async function retention({ dryRun = false, log = false, json = false }: RetentionOptions): Promise<void> {
  const config = readConfig()
  let text = ''
  const lines = log ? runOnData(config, 'retention-log', {}) : runOnData(config, 'retention', { isDry: dryRun })
  for await (const line of lines) text += line
  const table = log ? runsTable(text) : rowsTable(JSON.parse(text) as RetentionRow[], dryRun)
  if (json) process.stdout.write(text)
  else for (const line of table) process.stdout.write(line)
}

const minute = (at: number) => `${new Date(at).toISOString().slice(0, 16)}Z`

function* rowsTable(rows: readonly RetentionRow[], isDry: boolean): Generator<string> {
  yield* textTable(
    ['store', 'kind', 'source', 'older than', isDry ? 'would go' : 'gone'],
    rows.map(({ store, kind, source, before, count }) => [
      store,
      kind,
      source || 'others',
      minute(before),
      String(count),
    ]),
  )
}

function* runsTable(text: string): Generator<string> {
  const runs = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as OperatorAction)
  yield* textTable(
    ['at', 'by', 'gone', 'what'],
    runs.map(({ at, by, details: { removed = '', ...rest } }) => [
      minute(at),
      by,
      removed,
      Object.entries(rest)
        .map(([what, how]) => `${what} ${how}`)
        .join(', '),
    ]),
  )
}
