import type { Config } from '../config.ts'

/** What every worker thread of the embedded mode gets. */
export interface WorkerData {
  readonly config: Config
}

/** How often a worker tells what it is doing, ms. */
export const STATUS_EVERY_MS = 1_000
