import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type BrokerError, LogCorruptError, LogError } from '../errors.ts'

export interface ConnectionOptions {
  readonly path: string
  readonly readOnly: boolean
  /** Nobody else may have the file open, from now until it is closed. Default false. */
  readonly exclusive?: boolean
  /** How long a write waits for another thread's, ms. It blocks this thread. */
  readonly busyTimeoutMs: number
  readonly synchronous: 'normal' | 'full'
  /** The file may not grow beyond this; null: as far as the disk goes. */
  readonly maxBytes: number | null
}

/**
 * Twice SQLite's default: a batch takes half the writes (append +20 % measured), and a page of small state rows, which
 * goes to the write-ahead log whole, is still small.
 */
const PAGE_BYTES = 8192

/** One thread's connection: statements prepared once, transactions, and errors with a code that says what to do. */
export class Connection {
  readonly path: string
  readonly readOnly: boolean
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor({ path, readOnly, exclusive = false, busyTimeoutMs, synchronous, maxBytes }: ConnectionOptions) {
    this.path = path
    this.readOnly = readOnly
    this.#database = told(path, () => new DatabaseSync(path, { readOnly, timeout: busyTimeoutMs }))
    try {
      // Before the first look into the file: then SQLite needs no shared memory for it either.
      if (exclusive) this.exec('PRAGMA locking_mode = EXCLUSIVE')
      // Effective on a new file only.
      if (!readOnly) this.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL`)
      // Secure delete from the first write on: a page that is split later would keep a copy that no erasure finds.
      this.exec(`
        PRAGMA secure_delete = ON;
        PRAGMA synchronous = ${synchronous};
        PRAGMA cache_size = ${readOnly ? -2048 : -4096};
        PRAGMA journal_size_limit = 67108864;
        PRAGMA trusted_schema = OFF;
      `)
      if (maxBytes !== null) this.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)}`)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  exec(sql: string): void {
    told(this.path, () => this.#database.exec(sql))
  }

  /** The statement for `sql`, prepared once. Run it inside `read` or `write`, or with `get`. */
  sql(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  /** One row, outside of a transaction. */
  get<T>(sql: string, ...parameters: readonly (string | number | null | Uint8Array)[]): T | undefined {
    return told(this.path, () => this.sql(sql).get(...parameters) as T | undefined)
  }

  /** All rows, outside of a transaction. */
  all<T>(sql: string, ...parameters: readonly (string | number | null | Uint8Array)[]): T[] {
    return told(this.path, () => this.sql(sql).all(...parameters) as T[])
  }

  /** Runs `work` on one snapshot of the log. */
  read<T>(work: () => T): T {
    return told(this.path, () => {
      if (this.#database.isTransaction) return work()
      this.sql('BEGIN').run()
      try {
        return work()
      } finally {
        if (this.#database.isTransaction) this.sql('COMMIT').run()
      }
    })
  }

  /**
   * Runs `work` in one write transaction. Throws LogError when nothing of it is in the log, CommitUnknownError when
   * nobody can tell, and what `work` throws after a rollback.
   */
  write<T>(work: () => T): T {
    if (this.readOnly) throw new LogError('LOG_READ_ONLY', `${this.path} was opened for reading only`)
    return told(this.path, () => {
      this.sql('BEGIN IMMEDIATE').run()
      let result: T
      try {
        result = work()
      } catch (error) {
        this.#rollback()
        throw error
      }
      try {
        this.sql('COMMIT').run()
      } catch (error) {
        this.#failedCommit(error)
      }
      return result
    })
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  /** SQLite rolls back by itself after some errors. */
  #rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }

  /**
   * A full disk or a busy log leaves no whole commit in the write-ahead log, so a rollback settles it. After an I/O
   * error the last page may or may not have reached the file, and recovery would replay it if it had.
   */
  #failedCommit(error: unknown): never {
    const cause = logError(this.path, error)
    try {
      this.#rollback()
    } catch {
      throw new CommitUnknownError(cause)
    }
    if (cause.code === 'LOG_DISK_FULL' || cause.code === 'LOG_BUSY') throw cause
    throw new CommitUnknownError(cause)
  }
}

/** The commit failed so late that it may be in the log. */
export class CommitUnknownError extends LogError {
  constructor(cause: BrokerError) {
    super('LOG_COMMIT_UNKNOWN', `the end of a commit failed, it may be in the log: ${cause.message}`, { cause })
  }
}

function told<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw isSqliteError(error) ? logError(path, error) : error
  }
}

interface SqliteError extends Error {
  readonly errcode: number
}

const isSqliteError = (error: unknown): error is SqliteError =>
  error instanceof Error && (error as { code?: unknown }).code === 'ERR_SQLITE_ERROR'

/** By SQLite's primary result code (https://sqlite.org/rescode.html). */
function logError(path: string, error: unknown): BrokerError {
  if (!isSqliteError(error)) throw error
  const code = error.errcode & 0xff
  const why = `${error.message} (SQLite ${error.errcode})`
  switch (code) {
    case 5:
    case 6:
      return new LogError('LOG_BUSY', `${path}: another thread writes for too long, ${why}`, {
        cause: error,
        retriable: true,
      })
    case 13:
      return new LogError('LOG_DISK_FULL', `${path}: no room left, free some and it goes on, ${why}`, {
        cause: error,
        retriable: true,
      })
    case 8:
      return new LogError('LOG_READ_ONLY', `${path} cannot be written: check the rights of file and folder, ${why}`, {
        cause: error,
      })
    case 11:
    case 26:
      return new LogCorruptError(`${path} is damaged, ${why}`, error)
    case 14:
      return new LogError('LOG_CANNOT_OPEN', `${path} cannot be opened: check that the folder can be written, ${why}`, {
        cause: error,
      })
    case 10:
      return new LogError('LOG_IO', `${path}: the disk failed, ${why}`, { cause: error, retriable: true })
    default:
      return new LogError('LOG_FAILED', `${path}: ${why}`, { cause: error })
  }
}
