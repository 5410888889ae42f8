import type { DatabaseSync } from 'node:sqlite'

/** Runs `work` in one write transaction that takes the lock at once. Synchronous: it can never span an await. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (cause) {
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw cause
  }
}
