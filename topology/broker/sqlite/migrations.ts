import { randomInt } from 'node:crypto'
import { BrokerError, LogCorruptError } from '../errors.ts'
import type { Connection } from './connection.ts'

/** Marks the file as ours in its header ('JVAS'), so that another program's database is refused. */
const APPLICATION_ID = 0x4a564153

/** Schema ids of one log; the first is a random multiple, so that another log's id falls outside of what this one gave. */
const SCHEMA_IDS = 2048

/** What `SqliteState` works on. Part of a released migration: it never changes. */
export const STATE_TABLES = `
  CREATE TABLE stores (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (application, name)
  ) STRICT;
  CREATE TABLE store_offsets (
    store_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    changelog_offset INTEGER NOT NULL,
    PRIMARY KEY (store_id, partition)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE state (
    store_id INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    key BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (store_id, partition, key)
  ) STRICT, WITHOUT ROWID;
`

/**
 * Version n is what migrations[0..n-1] make. Append only: a released one never changes.
 *
 * The batches of a partition tile its offsets from `earliest` to `latest`: each covers base_offset..last_offset even
 * where compaction or an erasure took records out. A lost row is therefore seen as a hole, never taken for a gap.
 */
const migrations: readonly ((connection: Connection) => void)[] = [
  (connection) => {
    connection.exec(`
      CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE topics (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        partitions INTEGER NOT NULL,
        cleanup_policy TEXT NOT NULL,
        retention_ms INTEGER,
        retention_bytes INTEGER
      ) STRICT;
      CREATE TABLE partitions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        topic_id INTEGER NOT NULL,
        partition INTEGER NOT NULL,
        earliest INTEGER NOT NULL DEFAULT 0,
        latest INTEGER NOT NULL DEFAULT 0,
        records INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        high_timestamp INTEGER NOT NULL DEFAULT 0, -- highest there ever was
        compacted_to INTEGER NOT NULL DEFAULT 0, -- offsets below were compacted
        dirty_bytes INTEGER NOT NULL DEFAULT 0, -- appended since
        oldest_tombstone INTEGER, -- when the oldest compacted deletion was appended
        UNIQUE (topic_id, partition)
      ) STRICT;
      CREATE TABLE batches (
        id INTEGER PRIMARY KEY,
        partition_id INTEGER NOT NULL,
        base_offset INTEGER NOT NULL,
        last_offset INTEGER NOT NULL,
        records INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        max_timestamp INTEGER NOT NULL,
        high_timestamp INTEGER NOT NULL, -- highest of this and all earlier batches: grows with the offset
        appended_at INTEGER NOT NULL,
        data BLOB NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX batches_by_offset ON batches (partition_id, last_offset);
      CREATE TABLE applications (id TEXT PRIMARY KEY, epoch INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE sessions (
        application TEXT NOT NULL,
        thread INTEGER NOT NULL,
        threads INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        owner TEXT NOT NULL, -- the hold on the data folder; a row of an earlier hold is of a dead process
        is_open INTEGER NOT NULL,
        PRIMARY KEY (application, thread)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE offsets (
        application TEXT NOT NULL,
        partition_id INTEGER NOT NULL,
        offset INTEGER NOT NULL,
        metadata TEXT NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (application, partition_id)
      ) STRICT, WITHOUT ROWID;
      ${STATE_TABLES}
      CREATE TABLE schemas (id INTEGER PRIMARY KEY, schema TEXT NOT NULL UNIQUE) STRICT;
      PRAGMA application_id = ${APPLICATION_ID};
    `)
    const insert = connection.sql('INSERT INTO meta (key, value) VALUES (?, ?)')
    insert.run('topics_version', 1)
    // Below 2^31, as the wire format's id is a signed number for Java clients.
    insert.run('next_schema_id', randomInt(1, 2 ** 31 / SCHEMA_IDS) * SCHEMA_IDS)
  },
  (connection) => {
    // Partitions of deleted topics whose batches are still to be removed.
    connection.exec('CREATE TABLE dropped (partition_id INTEGER PRIMARY KEY) STRICT')
  },
]

const version = (connection: Connection) =>
  connection.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0

/** Brings the file to this version of the format, in one transaction. */
export function migrate(connection: Connection): void {
  const before = version(connection)
  if (before > migrations.length)
    throw new BrokerError(
      'LOG_VERSION_UNSUPPORTED',
      `${connection.path} has format ${before}, this program knows up to ${migrations.length}: use a newer one`,
    )
  if (before > 0) {
    const found = connection.get<{ application_id: number }>('PRAGMA application_id')?.application_id
    if (found !== APPLICATION_ID) throw new LogCorruptError(`${connection.path} is not a log of ours`)
  }
  if (before === migrations.length) return
  if (connection.readOnly)
    throw new BrokerError(
      'LOG_VERSION_UNSUPPORTED',
      `${connection.path} has format ${before}: open it for writing once`,
    )
  connection.write(() => {
    // Another thread may have been first.
    for (const migration of migrations.slice(version(connection))) migration(connection)
    connection.exec(`PRAGMA user_version = ${migrations.length}`)
  })
}
