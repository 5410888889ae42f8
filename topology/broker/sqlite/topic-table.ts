import type { TopicDescription, TopicPartition, TopicSpec } from '../broker.ts'
import { BrokerError, TopicMismatchError, TopicUnknownError } from '../errors.ts'
import type { Connection } from './connection.ts'

export interface Topic extends TopicSpec {
  readonly id: number
  /** Row of partition i. A topic made anew has new ones. */
  readonly partitionIds: readonly number[]
}

/** The topics changed through another connection since they were read here: look again, try again. */
class TopicsChanged extends Error {}

/** Topics, kept in memory and read again when their version in the file moved. */
export class TopicTable {
  readonly #connection: Connection
  #topics = new Map<string, Topic>()
  #version = -1

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Runs `work` in a transaction in which the topics in memory are the log's. `work` may run twice; the first run then
   * left no trace.
   */
  current<T>(kind: 'read' | 'write', work: () => T): T {
    for (;;) {
      try {
        return this.#connection[kind](() => {
          if (
            this.#connection.sql('SELECT value FROM meta WHERE key = ?').get('topics_version')?.value !== this.#version
          )
            throw new TopicsChanged()
          return work()
        })
      } catch (error) {
        if (!(error instanceof TopicsChanged)) throw error
        this.#load()
      }
    }
  }

  /** What is known, looked up once more in the file before it is called unknown. */
  get(name: string): Topic {
    let topic = this.#topics.get(name)
    if (!topic) {
      this.#load()
      topic = this.#topics.get(name)
    }
    if (!topic) throw new TopicUnknownError(name)
    return topic
  }

  partitionId({ topic, partition }: TopicPartition): number {
    const { partitionIds } = this.get(topic)
    const id = partitionIds[partition]
    if (id === undefined)
      throw new BrokerError('PARTITION_UNKNOWN', `${topic} has ${partitionIds.length} partitions, no ${partition}`)
    return id
  }

  names(): readonly string[] {
    return [...this.#topics.keys()]
  }

  create(specs: readonly TopicSpec[]): void {
    this.current('write', () => {
      for (const spec of specs) {
        const existing = this.#topics.get(spec.name)
        if (existing && existing.partitions !== spec.partitions)
          throw new TopicMismatchError(spec.name, existing.partitions, spec.partitions)
      }
      const settings = specs.filter((spec) => !sameSettings(this.#topics.get(spec.name), spec))
      if (settings.length === 0) return
      for (const spec of settings) this.#put(spec, this.#topics.get(spec.name))
      this.#changed()
    })
  }

  #put({ name, partitions, cleanupPolicy, retentionMs, retentionBytes }: TopicSpec, existing: Topic | undefined): void {
    const { id } = this.#connection
      .sql(
        `INSERT INTO topics (name, partitions, cleanup_policy, retention_ms, retention_bytes) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET cleanup_policy = excluded.cleanup_policy,
           retention_ms = excluded.retention_ms, retention_bytes = excluded.retention_bytes
         RETURNING id`,
      )
      .get(name, partitions, cleanupPolicy, retentionMs, retentionBytes ?? null) as { id: number }
    if (existing) return
    const insert = this.#connection.sql('INSERT INTO partitions (topic_id, partition) VALUES (?, ?)')
    for (let partition = 0; partition < partitions; partition++) insert.run(id, partition)
  }

  /** Inside a transaction of `current`. Unknown names are left out. The batches go later (purge.ts). */
  delete(names: readonly string[]): void {
    const known = names.flatMap((name) => this.#topics.get(name) ?? [])
    for (const { id, partitionIds } of known) {
      for (const partitionId of partitionIds) {
        this.#connection.sql('INSERT INTO dropped (partition_id) VALUES (?)').run(partitionId)
        this.#connection.sql('DELETE FROM offsets WHERE partition_id = ?').run(partitionId)
        this.#connection.sql('DELETE FROM partitions WHERE id = ?').run(partitionId)
      }
      this.#connection.sql('DELETE FROM topics WHERE id = ?').run(id)
    }
    if (known.length > 0) this.#changed()
  }

  describe(): readonly TopicDescription[] {
    return this.#connection
      .all<TopicRow & { records: number; bytes: number }>(
        `SELECT t.*, sum(p.records) AS records, sum(p.bytes) AS bytes
         FROM topics t JOIN partitions p ON p.topic_id = t.id GROUP BY t.id ORDER BY t.id`,
      )
      .map((row) => ({ ...specOf(row), records: row.records, bytes: row.bytes }))
  }

  #changed(): void {
    this.#connection.sql(`UPDATE meta SET value = value + 1 WHERE key = 'topics_version'`).run()
  }

  #load(): void {
    this.#connection.read(() => {
      const prepare = (sql: string) => this.#connection.sql(sql)
      this.#version = prepare('SELECT value FROM meta WHERE key = ?').get('topics_version')!.value as number
      const ids = new Map<number, number[]>()
      for (const row of prepare('SELECT id, topic_id, partition FROM partitions ORDER BY topic_id, partition').all()) {
        const { id, topic_id } = row as { id: number; topic_id: number }
        const known = ids.get(topic_id)
        if (known) known.push(id)
        else ids.set(topic_id, [id])
      }
      this.#topics = new Map(
        (prepare('SELECT * FROM topics ORDER BY id').all() as unknown as TopicRow[]).map((row) => [
          row.name,
          { ...specOf(row), id: row.id, partitionIds: ids.get(row.id) ?? [] },
        ]),
      )
    })
  }
}

interface TopicRow {
  readonly id: number
  readonly name: string
  readonly partitions: number
  readonly cleanup_policy: TopicSpec['cleanupPolicy']
  readonly retention_ms: number | null
  readonly retention_bytes: number | null
}

const specOf = (row: TopicRow): TopicSpec => ({
  name: row.name,
  partitions: row.partitions,
  cleanupPolicy: row.cleanup_policy,
  retentionMs: row.retention_ms,
  retentionBytes: row.retention_bytes,
})

const sameSettings = (existing: TopicSpec | undefined, wanted: TopicSpec): boolean =>
  existing !== undefined &&
  existing.cleanupPolicy === wanted.cleanupPolicy &&
  existing.retentionMs === wanted.retentionMs &&
  (existing.retentionBytes ?? null) === (wanted.retentionBytes ?? null)
