import { ANALYSIS } from '../applications.ts'
import { lagOf } from '../system/lag-of.ts'
import { textTable } from '../text-table.ts'
import type { Operation } from './operation.ts'

/** How far the analysis is behind, partition by partition. */
export const showLag: Operation<{ readonly json: boolean }> = async function* ({ broker }, { json }) {
  const lag = await lagOf(broker, ANALYSIS)
  if (json) return yield `${JSON.stringify(lag)}\n`
  yield* textTable(
    ['topic', 'partition', 'committed', 'end', 'lag'],
    lag.map(({ topic, partition, committed, end, lag }) => [topic, ...[partition, committed, end, lag].map(String)]),
  )
}
