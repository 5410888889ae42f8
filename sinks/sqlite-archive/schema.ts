/**
 * The file `archive.db`: its tables, and how a connection to it is opened.
 *
 * A message's `place` is its timestamp * 1024 + a number within that millisecond: the primary key is the order in which
 * searches list, time ranges are key ranges, and a cursor is one integer. What filters and counts need is in the narrow
 * table `messages`, the whole message (Avro) in `bodies`. The full-text index carries facets beside the text (channel c1,
 * broadcast b2, author a3, severity v2 ...), so that any combination of filters is one intersection in place order.
 */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ArchiveError, type ArchiveErrorCode } from '../archive-error.ts'

export const PLACES_PER_MS = 1024

/** 'JVAR': tells this file from any other SQLite file. */
const APPLICATION_ID = 0x4a564152

/** Step n brings a file from version n to n + 1. Shipped steps never change. */
const migrations: readonly string[] = [
  `
  CREATE TABLE positions (topic TEXT, partition INTEGER, offset INTEGER NOT NULL, PRIMARY KEY (topic, partition)) WITHOUT ROWID;
  CREATE TABLE schemas (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, schema TEXT NOT NULL, UNIQUE (subject, schema));
  CREATE TABLE channels (key INTEGER PRIMARY KEY, channel_id TEXT NOT NULL UNIQUE);

  CREATE TABLE broadcasts (
    key INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL, broadcast_id TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '', started_at INTEGER NOT NULL, last_at INTEGER,
    messages INTEGER NOT NULL DEFAULT 0, authors INTEGER NOT NULL DEFAULT 0, profane INTEGER NOT NULL DEFAULT 0,
    state BLOB, state_at INTEGER, erasing INTEGER NOT NULL DEFAULT 0,
    UNIQUE (broadcast_id, channel)
  );
  CREATE INDEX broadcasts_by_start ON broadcasts (started_at);
  CREATE INDEX broadcasts_by_channel ON broadcasts (channel);
  CREATE INDEX broadcasts_erasing ON broadcasts (key) WHERE erasing = 1;
  CREATE TABLE erased (channel_id TEXT, broadcast_id TEXT, at INTEGER NOT NULL, PRIMARY KEY (channel_id, broadcast_id)) WITHOUT ROWID;

  CREATE TABLE authors (
    key INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL, author_id TEXT NOT NULL, UNIQUE (author_id, channel)
  );
  CREATE TABLE author_names (
    key INTEGER PRIMARY KEY AUTOINCREMENT, author INTEGER NOT NULL, name TEXT NOT NULL, last_at INTEGER NOT NULL,
    UNIQUE (author, name)
  );
  CREATE VIRTUAL TABLE author_names_index USING fts5 (grams, content = '', columnsize = 0, tokenize = 'ascii');
  INSERT INTO author_names_index (author_names_index, rank) VALUES ('secure-delete', 1);
  CREATE TABLE broadcast_authors (
    author INTEGER, broadcast INTEGER, messages INTEGER NOT NULL, negative INTEGER NOT NULL, profane INTEGER NOT NULL,
    first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, PRIMARY KEY (author, broadcast)
  ) WITHOUT ROWID;
  CREATE INDEX broadcast_authors_by_broadcast ON broadcast_authors (broadcast);

  CREATE TABLE message_ids (channel INTEGER, id TEXT, place INTEGER NOT NULL, PRIMARY KEY (channel, id)) WITHOUT ROWID;
  CREATE TABLE messages (
    place INTEGER PRIMARY KEY, channel INTEGER NOT NULL, broadcast INTEGER NOT NULL, author INTEGER NOT NULL,
    timestamp INTEGER NOT NULL, flags INTEGER NOT NULL, deleted_at INTEGER
  );
  CREATE INDEX messages_by_broadcast ON messages (broadcast, place);
  CREATE TABLE bodies (place INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE VIRTUAL TABLE messages_index USING fts5 (
    grams, facets, prefix = '1', content = '', columnsize = 0, tokenize = 'ascii'
  );
  INSERT INTO messages_index (messages_index, rank) VALUES ('secure-delete', 1), ('automerge', 8);
  -- Rewritten when an erasure rewrites the indexes; no place and no name is negative.
  INSERT INTO messages_index (rowid, grams, facets) VALUES (-1, '', 'z');
  INSERT INTO author_names_index (rowid, grams) VALUES (-1, 'z');

  CREATE TABLE removals (channel INTEGER, id TEXT, at INTEGER NOT NULL, PRIMARY KEY (channel, id)) WITHOUT ROWID;
  CREATE TABLE clears (broadcast INTEGER, author_id TEXT, at INTEGER NOT NULL, PRIMARY KEY (broadcast, author_id)) WITHOUT ROWID;

  CREATE TABLE windows (
    broadcast INTEGER, size INTEGER, start INTEGER, revision INTEGER NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (broadcast, size, start)
  ) WITHOUT ROWID;
  CREATE TABLE keywords (broadcast INTEGER PRIMARY KEY, at INTEGER NOT NULL, revision INTEGER NOT NULL, value BLOB NOT NULL);
  CREATE TABLE offences (
    channel INTEGER, author_id TEXT, revision INTEGER NOT NULL, rank REAL NOT NULL, last_at INTEGER NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (channel, author_id)
  ) WITHOUT ROWID;
  CREATE INDEX offences_by_rank ON offences (channel, rank);
  CREATE TABLE alerts (
    channel INTEGER, id TEXT, broadcast INTEGER NOT NULL, revision INTEGER NOT NULL, since INTEGER NOT NULL,
    at INTEGER NOT NULL, fired INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (channel, id)
  ) WITHOUT ROWID;
  CREATE INDEX alerts_by_time ON alerts (channel, since);
  CREATE INDEX alerts_by_broadcast ON alerts (broadcast, since);

  CREATE TABLE undecodable (
    key INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, timestamp INTEGER NOT NULL,
    record_key BLOB, value BLOB, bytes INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,
    UNIQUE (topic, partition, offset)
  );
  CREATE TABLE undecodable_total (one INTEGER PRIMARY KEY CHECK (one = 1), records INTEGER NOT NULL, bytes INTEGER NOT NULL);
  INSERT INTO undecodable_total VALUES (1, 0, 0);
  `,
  `
  CREATE TABLE rules_versions (
    channel_id TEXT, version INTEGER, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL, rules INTEGER NOT NULL,
    value BLOB NOT NULL, PRIMARY KEY (channel_id, version)
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE actions (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, kind TEXT NOT NULL, by TEXT NOT NULL,
    channel_id TEXT NOT NULL, broadcast_id TEXT NOT NULL, author_id TEXT NOT NULL, message_id TEXT NOT NULL, value BLOB NOT NULL
  );
  CREATE INDEX actions_by_time ON actions (at, key);
  CREATE INDEX actions_by_author ON actions (channel_id, author_id, at, key);
  CREATE INDEX actions_by_message ON actions (channel_id, message_id, at, key) WHERE message_id <> '';
  CREATE TABLE platform_sanctions (
    channel INTEGER, author_id TEXT, at INTEGER, id TEXT, broadcast INTEGER NOT NULL, seconds INTEGER,
    PRIMARY KEY (channel, author_id, at, id)
  ) WITHOUT ROWID;
  CREATE INDEX platform_sanctions_by_broadcast ON platform_sanctions (broadcast);
  `,
  `
  -- Who was erased must be known again and may not be told: a hash with a salt that never leaves this file.
  CREATE TABLE erased_people (channel_id TEXT, author TEXT, at INTEGER NOT NULL, PRIMARY KEY (channel_id, author)) WITHOUT ROWID;
  CREATE TABLE erasure_salt (one INTEGER PRIMARY KEY CHECK (one = 1), salt BLOB NOT NULL);
  INSERT INTO erasure_salt VALUES (1, randomblob(32));
  `,
  `
  -- Ids of actions that went with a person: what the log brings again must not stand up again.
  CREATE TABLE erased_actions (id TEXT PRIMARY KEY) WITHOUT ROWID;
  `,
]

export const ARCHIVE_VERSION = migrations.length

/** Opens the file for writing, makes it or brings it up to date. Throws ArchiveError. */
export function openForWriting(path: string): DatabaseSync {
  return guarded(path, () => {
    const database = new DatabaseSync(path, { timeout: 5_000 })
    try {
      const version = checkVersion(database, path)
      // Must stand before the first table; free pages can then be given back in bounded steps. It writes, so not before we know
      // whose file it is.
      if (version === 0) database.exec('PRAGMA auto_vacuum = INCREMENTAL')
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA wal_autocheckpoint = 4000;
        PRAGMA cache_size = -4096;
        PRAGMA secure_delete = FAST;
        PRAGMA temp_store = MEMORY;
      `)
      if (version < ARCHIVE_VERSION) migrate(database, version)
      return database
    } catch (cause) {
      database.close()
      throw cause
    }
  })
}

function migrate(database: DatabaseSync, from: number): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    for (const step of migrations.slice(from)) database.exec(step)
    database.exec(`PRAGMA user_version = ${ARCHIVE_VERSION}; PRAGMA application_id = ${APPLICATION_ID}; COMMIT`)
  } catch (cause) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw cause
  }
}

/** Opens the file read-only. Throws ArchiveError: ARCHIVE_MISSING when nobody wrote one yet. */
export function openForReading(path: string): DatabaseSync {
  if (!existsSync(path))
    throw new ArchiveError('ARCHIVE_MISSING', `there is no archive at ${path} yet: the export role makes it`)
  return guarded(path, () => {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 2_000 })
    try {
      if (checkVersion(database, path) < ARCHIVE_VERSION)
        throw new ArchiveError('ARCHIVE_MISSING', `${path} is not brought up to date yet: start the export role first`)
      database.exec('PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY')
      return database
    } catch (cause) {
      database.close()
      throw cause
    }
  })
}

function checkVersion(database: DatabaseSync, path: string): number {
  const version = Number(database.prepare('PRAGMA user_version').get()!.user_version)
  const application = Number(database.prepare('PRAGMA application_id').get()!.application_id)
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()!.n)
  if (application !== APPLICATION_ID && (tables > 0 || application !== 0))
    throw new ArchiveError(
      'ARCHIVE_CORRUPT',
      `${path} is another program's database, and stays as it is: move it away, or set JAVAS_DATA to another folder`,
    )
  if (version > ARCHIVE_VERSION)
    throw new ArchiveError(
      'ARCHIVE_VERSION',
      `${path} was written by a newer version (${version}, this one knows ${ARCHIVE_VERSION}): update JAVAS, or set JAVAS_DATA to another folder; the file stays as it is`,
    )
  return version
}

/** Runs `work` and turns SQLite's errors into ours. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw asArchiveError(path, cause)
  }
}

const codes: { readonly [primary: number]: readonly [ArchiveErrorCode, string] } = {
  5: ['ARCHIVE_LOCKED', 'another process holds the archive; it is tried again'],
  6: ['ARCHIVE_LOCKED', 'the archive is locked; it is tried again'],
  8: ['ARCHIVE_READ_ONLY', 'the archive cannot be written: give this user write permission on the file and its folder'],
  10: ['ARCHIVE_IO', 'the disk under the archive failed'],
  11: ['ARCHIVE_CORRUPT', 'the archive is damaged: move it away; a new one is filled from what the log still holds'],
  13: ['ARCHIVE_DISK_FULL', 'the disk is full: free space, nothing was lost'],
  14: ['ARCHIVE_READ_ONLY', 'the archive cannot be opened: check that the folder exists and may be written'],
  26: [
    'ARCHIVE_CORRUPT',
    'the file is not a database: move it away; a new one is filled from what the log still holds',
  ],
}

export function asArchiveError(path: string, cause: unknown): Error {
  if (cause instanceof ArchiveError || !(cause instanceof Error)) return cause as Error
  const errcode = (cause as { readonly errcode?: number }).errcode
  if (errcode === undefined) return cause
  const [code, advice] = codes[errcode & 0xff] ?? (['ARCHIVE_FAILED', 'the archive refused'] as const)
  return new ArchiveError(code, `${path}: ${advice} (${cause.message})`, { cause })
}
