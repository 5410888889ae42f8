import type { Aggregation } from '../dsl/aggregation.ts'
import type { WindowedOptions } from '../dsl/windowed-options.ts'
import type { ProcessorSupplier } from '../processor.ts'
import type { Windowed } from './windowed.ts'
import type { Windows } from './windows.ts'

export interface WindowAggregateOptions<K, V, A> {
  readonly store: string
  readonly windows: Windows
  readonly aggregation: Aggregation<K, V, A>
  readonly options: WindowedOptions
  /** Children that get late records; filled while the topology is built. */
  readonly lateChildren: readonly string[]
}

export const windowAggregate =
  <K, V, A>(options: WindowAggregateOptions<K, V, A>): ProcessorSupplier<K, V, Windowed<K>, A> =>
  () => {
    throw new Error(`not built yet: ${options.store}`)
  }
