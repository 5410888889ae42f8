import { join, resolve } from 'node:path'
import type { BrokerError } from './errors.ts'
import type { Faults } from './faults.ts'
import { LogBroker } from './log/log-broker.ts'
import { Connection } from './sqlite/connection.ts'
import { lockDataFolder } from './sqlite/data-folder-lock.ts'
import { migrate } from './sqlite/migrations.ts'
import { skipLostOffsets } from './sqlite/power-loss.ts'
import { SqliteLog } from './sqlite/sqlite-log.ts'

export interface SqliteBrokerOptions {
  /** The data folder; made when missing. On a local disk: network file systems do not lock reliably. */
  readonly directory: string
  /** For reading and tailing only, also beside the process that holds the folder. Default false. */
  readonly readOnly?: boolean
  /** Epoch ms, for the age of what is in the log. Default: the machine's. */
  readonly clock?: () => number
  /**
   * What survives a loss of power. Whatever is acknowledged survives a killed process either way, and nothing is ever
   * torn. `normal` (default) writes to the disk at checkpoints: after a power loss the whole log, outputs, state and
   * offsets alike, stands some seconds back, consistent, and its offsets go on behind a gap (power-loss.ts). `full` writes at each commit, some ms each.
   */
  readonly synchronous?: 'normal' | 'full'
  /** How long a write waits for another thread's, ms; the thread is blocked meanwhile. Default 5,000. */
  readonly busyTimeoutMs?: number
  /** Bound on the size of the file; a write beyond answers LOG_DISK_FULL. Default: the disk's. */
  readonly maxBytes?: number
  /** Retention and compaction run this often by themselves, ms; null: only when called. Default a minute. */
  readonly maintenanceIntervalMs?: number | null
  /** Hears why maintenance failed; it is tried again. Default: a warning of the process. */
  readonly onMaintenanceError?: (error: unknown) => void
  readonly faults?: Faults
}

const LOG_FILE = 'log.db'
const MAINTENANCE_INTERVAL_MS = 60_000

/** A log in one file, `log.db`, of a data folder that one process holds; each of its threads opens its own broker. */
export class SqliteBroker extends LogBroker {
  readonly #timer: ReturnType<typeof setInterval> | undefined

  constructor(log: SqliteLog, options: Omit<SqliteBrokerOptions, 'directory'>) {
    super(log, options.faults)
    const interval =
      options.maintenanceIntervalMs === undefined ? MAINTENANCE_INTERVAL_MS : options.maintenanceIntervalMs
    if (interval === null || options.readOnly) return
    const onError = options.onMaintenanceError ?? ((error) => process.emitWarning(error as Error))
    this.#timer = setInterval(() => this.maintainDue(true).catch(onError), interval)
    this.#timer.unref()
  }

  override async close(): Promise<void> {
    clearInterval(this.#timer)
    await super.close()
  }
}

/**
 * Opens the log in `directory`, making it when it is missing. Throws DataFolderInUseError when another process has the
 * folder, LogError when the file cannot be opened or is no log.
 */
export function openSqliteBroker(options: SqliteBrokerOptions): SqliteBroker {
  const { directory, readOnly = false, clock = Date.now, busyTimeoutMs = 5_000, synchronous = 'normal' } = options
  const lock = readOnly ? undefined : lockDataFolder(directory)
  let connection: Connection | undefined
  try {
    const path = join(resolve(directory), LOG_FILE)
    connection = new Connection({ path, readOnly, busyTimeoutMs, synchronous, maxBytes: options.maxBytes ?? null })
    migrate(connection)
    if (!readOnly && synchronous === 'normal') skipLostOffsets(connection, clock())
    return new SqliteBroker(new SqliteLog({ connection, lock, clock, faults: options.faults }), options)
  } catch (error) {
    connection?.close()
    lock?.release()
    throw error as BrokerError
  }
}
