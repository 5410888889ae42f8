/** The write side of the archive on its own thread: everything here is synchronous and blocks. */
import type { DatabaseSync } from 'node:sqlite'
import type { Position } from '#topology'
import type { UndecodableRecord } from '../archive.ts'
import { archiveCodecs, registeredIds, writableRegistry } from './codecs.ts'
import type { EncodedBatch } from './encoded-batch.ts'
import { ErasedPeople } from './erased-people.ts'
import { ArchiveKeys } from './keys.ts'
import { guarded, openForWriting } from './schema.ts'
import { MessageStore } from './store-messages.ts'
import { transaction } from './transaction.ts'

/** What of undecodable records is kept: the newest, up to this. */
const UNDECODABLE_BYTES = 16 * 1024 * 1024
const UNDECODABLE_VALUE_BYTES = 64 * 1024

export class ArchiveStore {
  readonly path: string
  readonly database: DatabaseSync
  readonly keys: ArchiveKeys
  readonly erasedPeople: ErasedPeople
  readonly schemaIds: { readonly [subject: string]: number }
  readonly #messages: MessageStore
  readonly #dataVersion
  readonly #sql
  #seenDataVersion = -1

  constructor(path: string) {
    this.path = path
    this.database = openForWriting(path)
    this.keys = new ArchiveKeys(this.database)
    this.erasedPeople = new ErasedPeople(this.database)
    this.#messages = new MessageStore(this.database, this.keys, this.erasedPeople)
    const prepare = (sql: string) => this.database.prepare(sql)
    this.schemaIds = guarded(path, () =>
      transaction(this.database, () => registeredIds(writableRegistry(this.database))),
    )
    this.#dataVersion = prepare('PRAGMA data_version')
    this.#sql = {
      position: prepare('SELECT offset FROM positions WHERE topic = ? AND partition = ?'),
      positions: prepare('SELECT topic, partition, offset FROM positions'),
      setPosition: prepare('INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET offset = excluded.offset'),
      isErased: prepare('SELECT at FROM erased WHERE channel_id = ? AND broadcast_id = ?'),
      window: prepare(`INSERT INTO windows VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        revision = excluded.revision, value = excluded.value WHERE excluded.revision >= revision`),
      keywords: prepare(`INSERT INTO keywords VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at,
        revision = excluded.revision, value = excluded.value WHERE excluded.revision >= revision`),
      offence:
        prepare(`INSERT INTO offences VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision,
        rank = excluded.rank, last_at = excluded.last_at, value = excluded.value WHERE excluded.revision >= revision`),
      alert:
        prepare(`INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision,
        at = excluded.at, fired = max(fired, excluded.fired), value = excluded.value WHERE excluded.revision >= revision`),
      state: prepare(`UPDATE broadcasts SET state = ?, state_at = ?, source = ?, started_at = ?
        WHERE key = ? AND (state_at IS NULL OR state_at <= ?)`),
      resolved: prepare(
        `DELETE FROM broadcasts WHERE channel = ? AND broadcast_id = '' AND messages = 0 AND state_at <= ?`,
      ),
      rules: prepare('INSERT INTO rules_versions VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
      action: prepare(`INSERT INTO actions (id, at, kind, by, channel_id, broadcast_id, author_id, message_id, value)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`),
      isErasedAction: prepare('SELECT 1 FROM erased_actions WHERE id = ?'),
      addUndecodable:
        prepare(`INSERT INTO undecodable (topic, partition, offset, timestamp, record_key, value, bytes, code, message)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
      countUndecodable: prepare('UPDATE undecodable_total SET records = records + ?, bytes = bytes + ?'),
      undecodableBytes: prepare('SELECT bytes FROM undecodable_total'),
      dropUndecodable: prepare(
        'DELETE FROM undecodable WHERE key IN (SELECT key FROM undecodable ORDER BY key LIMIT 16) RETURNING bytes',
      ),
    }
  }

  /** One write transaction; what is remembered between transactions is dropped when it may no longer be true. */
  write<T>(work: () => T): T {
    return guarded(this.path, () => {
      try {
        return transaction(this.database, () => {
          const version = Number(this.#dataVersion.get()!.data_version)
          if (version !== this.#seenDataVersion) this.forget()
          this.#seenDataVersion = version
          return work()
        })
      } catch (cause) {
        this.forget()
        throw cause
      }
    })
  }

  forget(): void {
    this.keys.forget()
    this.erasedPeople.forget()
    this.#messages.forget()
  }

  positions(): Position[] {
    return guarded(this.path, () =>
      this.#sql.positions.all().map((row) => ({
        topic: String(row.topic),
        partition: Number(row.partition),
        offset: Number(row.offset),
      })),
    )
  }

  resetPositions(positions: readonly Position[]): void {
    this.write(() => {
      for (const { topic, partition, offset } of positions) this.#sql.setPosition.run(topic, partition, offset)
    })
  }

  apply(batch: EncodedBatch): void {
    this.write(() => {
      // 1. A batch that is not ahead anywhere was applied before.
      const ahead = batch.positions.filter(
        ({ topic, partition, offset }) => offset > Number(this.#sql.position.get(topic, partition)?.offset ?? -1),
      )
      if (batch.positions.length > 0 && ahead.length === 0) return
      // 2. States first, so that a broadcast starts when watching began; then messages, then what takes them away.
      for (const state of batch.states) this.#putState(state)
      this.#messages.add(batch.messages)
      for (const removal of batch.removals)
        if (this.#isWelcome(removal.channelId, removal.broadcastId)) this.#messages.remove(removal)
      // 3. What is updated in place.
      this.#putValues(batch)
      for (const rules of batch.rules) this.#putRules(rules)
      for (const action of batch.actions) this.#putAction(action)
      for (const record of batch.undecodable) this.#keepUndecodable(record)
      // 4. How far the log was read, in the same transaction.
      for (const { topic, partition, offset } of ahead) this.#sql.setPosition.run(topic, partition, offset)
    })
  }

  /** An erased broadcast's leftovers in the log stay out until messages come that were received after the erasure. */
  #isWelcome(channelId: string, broadcastId: string): boolean {
    return (
      this.keys.findBroadcast(channelId, broadcastId) !== undefined ||
      this.#sql.isErased.get(channelId, broadcastId) === undefined
    )
  }

  #putValues(batch: EncodedBatch): void {
    const keysOf = ({ channelId, broadcastId }: { channelId: string; broadcastId: string }, at: number) =>
      this.#isWelcome(channelId, broadcastId) ? this.keys.broadcast(channelId, broadcastId, '', at) : undefined

    for (const window of batch.windows) {
      const keys = keysOf(window, window.start)
      if (keys) this.#sql.window.run(keys.broadcast, window.size, window.start, window.revision, window.value)
    }
    for (const keywords of batch.keywords) {
      // Words that only an erased person wrote may be among them; newer ones come in seconds.
      if (keywords.at <= this.erasedPeople.lastOf(keywords.channelId)) continue
      const keys = keysOf(keywords, keywords.at)
      if (keys) this.#sql.keywords.run(keys.broadcast, keywords.at, keywords.revision, keywords.value)
    }
    for (const alert of batch.alerts) {
      const keys = keysOf(alert, alert.since)
      const { id, revision, since, at, fired } = alert
      if (at <= this.erasedPeople.at(alert.channelId, alert.subject)) continue
      const value = at <= this.erasedPeople.lastOf(alert.channelId) ? this.#withoutTexts(alert.value) : alert.value
      if (keys) this.#sql.alert.run(keys.channel, id, keys.broadcast, revision, since, at, fired, value)
    }
    for (const { channelId, authorId, revision, rank, lastAt, value } of batch.offences)
      if (lastAt > this.erasedPeople.at(channelId, authorId))
        this.#sql.offence.run(this.keys.channel(channelId), authorId, revision, rank, lastAt, value)
  }

  /** A sample may be an erased person's, and a word theirs alone. */
  #withoutTexts(value: Uint8Array): Uint8Array {
    const { alert } = archiveCodecs(writableRegistry(this.database))
    return alert.encode({ ...alert.decode(value), samples: [], words: [] })
  }

  /** A version never changes: the second time it is the same one. */
  #putRules(version: EncodedBatch['rules'][number]): void {
    const { channelId, updatedAt, updatedBy, rules, allowedAuthors } = version
    const isErased = (authorId: string) => updatedAt <= this.erasedPeople.at(channelId, authorId)
    const value = allowedAuthors.some(isErased) ? this.#withoutAuthors(version.value, isErased) : version.value
    this.#sql.rules.run(channelId, version.version, updatedAt, updatedBy, rules, value)
  }

  #withoutAuthors(value: Uint8Array, isErased: (authorId: string) => boolean): Uint8Array {
    const { rules } = archiveCodecs(writableRegistry(this.database))
    const decoded = rules.decode(value)
    return rules.encode({ ...decoded, allowedAuthors: decoded.allowedAuthors.filter((id) => !isErased(id)) })
  }

  #putAction(action: EncodedBatch['actions'][number]): void {
    const { id, at, kind, by, channelId, broadcastId, authorId, messageId, value } = action
    if (at <= this.erasedPeople.at(channelId, authorId) || this.#sql.isErasedAction.get(id)) return
    this.#sql.action.run(id, at, kind, by, channelId, broadcastId, authorId, messageId, value)
  }

  #putState({ channelId, broadcastId, source, startedAt, at, value }: EncodedBatch['states'][number]): void {
    const erasedAt = Number(this.#sql.isErased.get(channelId, broadcastId)?.at ?? -1)
    // The last word of a watch that the erasure ended is not a new broadcast.
    if (startedAt <= erasedAt) return
    const { channel, broadcast } = this.keys.broadcast(channelId, broadcastId, source, startedAt)
    this.#sql.state.run(value, at, source, startedAt, broadcast, at)
    if (broadcastId === '') return
    if (this.#sql.resolved.run(channel, at).changes > 0) this.keys.forget()
  }

  #keepUndecodable({ topic, partition, offset, timestamp, key, value, code, message }: UndecodableRecord): void {
    // What cannot be read cannot be shown to be somebody else's.
    if (key && timestamp <= this.erasedPeople.lastOf(Buffer.from(key).toString())) return
    const recordKey = key?.subarray(0, UNDECODABLE_VALUE_BYTES) ?? null
    const kept = value?.subarray(0, UNDECODABLE_VALUE_BYTES) ?? null
    const bytes = (recordKey?.length ?? 0) + (kept?.length ?? 0) + 200
    const { changes } = this.#sql.addUndecodable.run(
      topic,
      partition,
      offset,
      timestamp,
      recordKey,
      kept,
      bytes,
      code,
      message.slice(0, 500),
    )
    if (changes === 0) return
    this.#sql.countUndecodable.run(1, bytes)
    while (Number(this.#sql.undecodableBytes.get()!.bytes) > UNDECODABLE_BYTES)
      for (const row of this.#sql.dropUndecodable.all()) this.#sql.countUndecodable.run(0, -Number(row.bytes))
  }

  close(): void {
    if (this.database.isOpen) this.database.close()
  }
}
