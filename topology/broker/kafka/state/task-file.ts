import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { StoreChange } from '../../broker.ts'
import { BrokerError, LogCorruptError } from '../../errors.ts'
import { Connection } from '../../sqlite/connection.ts'
import { STATE_TABLES } from '../../sqlite/migrations.ts'
import { SqliteState } from '../../sqlite/sqlite-state.ts'
import { PendingRows, type StoreOffset } from './pending-rows.ts'
import type { ChangelogId } from './task-states.ts'

/** Marks the file as a task's state in its header ('JVST'), so that another program's database is left alone. */
const APPLICATION_ID = 0x4a565354
const FORMAT = 1

export interface TaskFileOptions {
  readonly path: string
  readonly applicationId: string
  /** The file may not grow beyond this; null: as far as the disk goes. */
  readonly maxBytes: number | null
  /** How long rows of certain commits may wait to be written with later ones; 0: not at all. */
  readonly flushIntervalMs: number
  readonly now: () => number
  /** Told when what was there could not be used and lies beside it now. */
  readonly onMovedAside: (path: string, reason: string) => void
}

/** Written at the latest: a write of so much takes some 10 ms, for which the thread stands still. */
const MAX_PENDING_ROWS = 2_000
const MAX_PENDING_BYTES = 256 * 1024

/**
 * The stores of one task, in a file that this thread alone has open: SQLite's lock on it is the task's lock, and ends
 * with the process. Rows and changelog offsets change together. A file that is damaged is moved aside: the changelog
 * has everything that was in it.
 */
export class TaskFile {
  readonly path: string
  readonly #options: TaskFileOptions
  readonly #pending = new PendingRows()
  #connection: Connection
  #state: SqliteState
  #isSnapshot = false

  /** Throws LogError LOG_BUSY while another one has it, STATE_FOREIGN, and what else the file system refuses. */
  constructor(options: TaskFileOptions) {
    this.path = options.path
    this.#options = options
    if (existsSync(damageMark(this.path))) this.#moveAside('it was found damaged before')
    this.#connection = this.#openOrReplace()
    this.#state = new SqliteState(this.#connection, options.applicationId)
  }

  get(store: string, partition: number, key: Uint8Array): Uint8Array | undefined {
    const pending = this.#pending.get(store, key)
    if (pending !== undefined) return pending ?? undefined
    return this.#read((state) => state.get(store, partition, key))
  }

  *range(store: string, partition: number, from: Uint8Array | undefined, to: Uint8Array | undefined) {
    // Ordered reads are the file's business.
    this.flush()
    const rows = this.#read((state) => state.range(store, partition, from, to))
    for (;;) {
      const { done, value } = this.#read(() => rows.next())
      if (done) return
      yield value
    }
  }

  /** Every read until `endSnapshot` is as of now. */
  beginSnapshot(): void {
    this.#connection.sql('BEGIN').run()
    this.#isSnapshot = true
  }

  endSnapshot(): void {
    this.#isSnapshot = false
    this.#connection.sql('COMMIT').run()
  }

  /** Where the store stands: the question with which restoring begins, so a damaged file goes now. */
  changelogOffset(store: string, partition: number): number | undefined {
    if (existsSync(damageMark(this.path))) this.#replace('damaged rows were found')
    return this.#pending.changelogOffset(store) ?? this.#read((state) => state.changelogOffset(store, partition))
  }

  restore(...restored: Parameters<SqliteState['restore']>): void {
    this.flush()
    this.#write(() => this.#state.restore(...restored))
  }

  /**
   * Rows of a commit that is certain, and where it leaves their stores. Throws LogError when they could not be written
   * though it was time: they stay, and are written with what comes next.
   */
  apply(changes: readonly StoreChange[], offsets: readonly StoreOffset[]): void {
    const { flushIntervalMs, now } = this.#options
    this.#pending.add(changes, offsets, now())
    const { rows, bytes, since } = this.#pending
    const isDue = since !== undefined && now() - since >= flushIntervalMs
    if (isDue || rows >= MAX_PENDING_ROWS || bytes >= MAX_PENDING_BYTES) this.flush()
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#pending.isEmpty) return
    const isSnapshot = this.#isSnapshot
    // Nobody else writes to this file, so a snapshot that begins anew after it shows the same.
    if (isSnapshot) this.endSnapshot()
    try {
      this.#write(() =>
        this.#connection.write(() => {
          this.#state.apply(this.#pending.changes)
          for (const [store, partition, offset] of this.#pending.offsets) this.#state.advance(store, partition, offset)
        }),
      )
      this.#pending.clear()
    } finally {
      if (isSnapshot) this.beginSnapshot()
    }
  }

  /** Empties the stores whose changelog is another topic than the one their offsets belong to. */
  adopt(changelogs: readonly ChangelogId[], partition: number): readonly string[] {
    const known = this.#connection.all<{ store: string; topic_id: string }>('SELECT store, topic_id FROM changelogs')
    const foreign: string[] = []
    this.#connection.write(() => {
      for (const { store, topicId } of changelogs) {
        const before = known.find((one) => one.store === store)?.topic_id
        if (before === topicId) continue
        if (before !== undefined) {
          foreign.push(store)
          const id = '(SELECT id FROM stores WHERE name = ?)'
          this.#connection.sql(`DELETE FROM state WHERE store_id = ${id} AND partition = ?`).run(store, partition)
          this.#connection
            .sql(`DELETE FROM store_offsets WHERE store_id = ${id} AND partition = ?`)
            .run(store, partition)
        }
        this.#connection
          .sql(
            `INSERT INTO changelogs (store, topic_id) VALUES (?, ?)
             ON CONFLICT DO UPDATE SET topic_id = excluded.topic_id`,
          )
          .run(store, topicId)
      }
    })
    return foreign
  }

  /** Sum of the stores' changelog offsets. */
  get position(): number {
    this.flush()
    return (
      this.#connection.get<{ sum: number }>('SELECT coalesce(sum(changelog_offset), 0) AS sum FROM store_offsets')
        ?.sum ?? 0
    )
  }

  /** What cannot be written any more is in the changelog. */
  close(): void {
    try {
      this.flush()
    } finally {
      this.#connection.close()
    }
  }

  /** What turns out to be damaged is remembered, and replaced when the store is restored next. */
  #read<T>(work: (state: SqliteState) => T): T {
    try {
      return work(this.#state)
    } catch (error) {
      throw this.#asDamage(error)
    }
  }

  #write(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#state.forget()
      throw this.#asDamage(error)
    }
  }

  #openOrReplace(): Connection {
    try {
      return this.#open()
    } catch (error) {
      if (!(error instanceof LogCorruptError)) throw error
      this.#moveAside(error.message)
      return this.#open()
    }
  }

  #open(): Connection {
    const connection = new Connection({
      path: this.path,
      readOnly: false,
      exclusive: true,
      busyTimeoutMs: 0,
      synchronous: 'normal',
      maxBytes: this.#options.maxBytes,
    })
    try {
      prepare(connection, this.#options.applicationId)
      return connection
    } catch (error) {
      connection.close()
      throw error
    }
  }

  #replace(reason: string): void {
    this.#pending.clear()
    this.#connection.close()
    this.#moveAside(reason)
    this.#connection = this.#open()
    this.#state = new SqliteState(this.#connection, this.#options.applicationId)
  }

  #moveAside(reason: string): void {
    let aside = `${this.path}.damaged-1`
    for (let i = 2; existsSync(aside); i++) aside = `${this.path}.damaged-${i}`
    if (existsSync(this.path)) renameSync(this.path, aside)
    removeTaskFile(this.path)
    this.#options.onMovedAside(aside, reason)
  }

  #asDamage(error: unknown): unknown {
    if (!(error instanceof LogCorruptError)) return error
    writeFileSync(damageMark(this.path), '')
    return new BrokerError(
      'STATE_DAMAGED',
      `${this.path} is damaged: it is moved aside and restored from the changelog when the task is opened next (${error.message})`,
      { cause: error, retriable: true },
    )
  }
}

/** The file and what lies beside it. */
export function removeTaskFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
  rmSync(damageMark(path), { force: true })
}

const damageMark = (path: string) => `${path}.damaged`

function prepare(connection: Connection, applicationId: string): void {
  const header = (name: string) => connection.get<Record<string, number>>(`PRAGMA ${name}`)![name]!
  const isEmpty = connection.get<{ n: number }>('SELECT count(*) AS n FROM sqlite_schema')!.n === 0
  if (isEmpty) {
    connection.write(() => connection.exec(SCHEMA))
    connection.write(() => connection.sql('INSERT INTO owner (application) VALUES (?)').run(applicationId))
    return
  }
  const foreign = (what: string) =>
    new BrokerError('STATE_FOREIGN', `${connection.path} is ${what}: choose another state directory`)
  if (header('application_id') !== APPLICATION_ID) throw foreign('not a state file of ours')
  if (header('user_version') !== FORMAT) throw foreign(`of format ${header('user_version')}, of another version`)
  const owner = connection.get<{ application: string }>('SELECT application FROM owner')?.application
  if (owner !== undefined && owner !== applicationId) throw foreign(`of the application ${owner}`)
}

/** The tables of state are those of the embedded log's file: `SqliteState` works on both. */
const SCHEMA = `
  CREATE TABLE owner (application TEXT NOT NULL) STRICT;
  CREATE TABLE changelogs (store TEXT PRIMARY KEY, topic_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
  ${STATE_TABLES}
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT};
`
