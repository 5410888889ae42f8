/** One topology with its inputs, as both sides are asked it. Times in ms. */
export interface OracleCase {
  readonly id: number
  /** Where it comes from: a row of the case table, or the seed of a random case. */
  readonly name: string
  readonly windows: CaseWindows
  /** `join` is an aggregate from an empty string, `reduce` the same from the first value. Ignored for a table. */
  readonly aggregate: 'count' | 'reduce' | 'join'
  /** `updates`: every update. `final`: one result when the window closes. */
  readonly emit: 'updates' | 'final'
  /** Wall clock between two rounds of final results. */
  readonly emitInterval?: number
  readonly suppress?: CaseSuppression
  /** Java keeps its windows in RocksDB and not in memory. */
  readonly onDisk?: boolean
  /** How long Java keeps a window that cannot change any more. Default: not at all. */
  readonly retention?: number
  readonly inputs: readonly CaseInput[]
  /** What only our side is told, and what must make no difference. */
  readonly ours?: { readonly commitEvery?: number; readonly batchSize?: number }
}

export type CaseWindows =
  | { readonly kind: 'time'; readonly size: number; readonly advance: number; readonly grace: number }
  | { readonly kind: 'sliding'; readonly difference: number; readonly grace: number }
  | { readonly kind: 'session'; readonly gap: number; readonly grace: number }
  /** No windows: rows of a table, counted by their value. */
  | { readonly kind: 'table' }

export type CaseSuppression =
  | { readonly until: 'close'; readonly maxRecords?: number }
  | {
      readonly until: 'time'
      readonly limit: number
      readonly maxRecords?: number
      readonly whenFull?: 'emit-early' | 'fail'
    }

export type CaseInput =
  | { readonly k: string | null; readonly v: string | null; readonly t: number }
  /** Lets the wall clock go on. */
  | { readonly wait: number }
  /** Our side is killed and started again; Java's test driver cannot be. */
  | { readonly restart: true }

export interface OracleAnswer {
  readonly id: number
  /** `key[start,end]=value@timestamp`, in order; of a table `key=value@timestamp`. */
  readonly results: readonly string[]
  readonly suppressed: readonly string[]
  /** Only Java says it: for each suppressed result, the number of the input that let it go. */
  readonly after?: readonly number[]
  /** Records times windows that were dropped. */
  readonly dropped: number
  /** The task failed: a buffer was full. */
  readonly failed?: boolean
}
