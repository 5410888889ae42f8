import type { Position } from '#topology'
import type { ModelsStatus } from '../models/open-models.ts'
import type { NotifierStatus } from '../notify/deliver.ts'

/** The last word of each worker, gathered in the main thread for health checks, the system page and metrics. */
export interface CollectStatus {
  readonly channels: readonly string[]
  readonly counts: { readonly [name: string]: number }
  /** Why the log takes no messages now, or ''. */
  readonly problem: string
}

export interface AnalyzeStatus {
  readonly state: string
  /** Why the state is not good, or ''. */
  readonly problem: string
  /** name@version and back end of the loaded sentiment model; null while there is none. */
  readonly model: { readonly name: string; readonly backend: string } | null
  readonly modelProblem: string
  /** The abuse model: name@version, and why it is not there, or ''; absent in what an earlier version told. */
  readonly abuse?: { readonly model: string; readonly problem: string }
  /** What the models are doing, summed over the threads of this process; absent in what an earlier version told. */
  readonly models?: ModelsStatus
  /** What its tasks do now, in a few words; '' when there is nothing to say. */
  readonly work?: string
  /** Monotonic counters by metric name. */
  readonly counters: { readonly [name: string]: number }
  /** Records through each node, and the time it took for itself where that is measured; absent in what an earlier version told. */
  readonly nodes?: { readonly [node: string]: { readonly processed: number; readonly selfMs: number } }
  /** Last values by metric name. */
  readonly gauges: { readonly [name: string]: number }
}

export interface ExportStatus {
  /** Records stored since the start. */
  readonly archived: number
  readonly undecodable: number
  /** Why the archive refuses now, or ''. */
  readonly problem: string
  /** How far each store is in the topics; absent in what an earlier version told. */
  readonly stores?: readonly StorePositions[]
}

export interface StorePositions {
  readonly name: string
  readonly positions: readonly Position[]
}

export interface NotifyStatus {
  readonly state: string
  /** Why the state is not good, or ''. */
  readonly problem: string
  /** Those that are configured; none speak from a process that stands by. */
  readonly notifiers: readonly NotifierStatus[]
}

export interface WorkerStatuses {
  collect: CollectStatus | null
  analyze: AnalyzeStatus | null
  export: ExportStatus | null
  notify?: NotifyStatus | null
}
