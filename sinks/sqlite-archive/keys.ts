/** Small integer keys for channels, broadcasts and authors, made when first seen and remembered. */
import type { DatabaseSync } from 'node:sqlite'
import { gramsOf } from './grams.ts'

const REMEMBERED_AUTHORS = 50_000
const NAMES_PER_AUTHOR = 10

export interface BroadcastKey {
  readonly channel: number
  readonly broadcast: number
}

/** Use inside a write transaction; call `forget` when it was rolled back or somebody else wrote. */
export class ArchiveKeys {
  readonly #database: DatabaseSync
  readonly #channels = new Map<string, number>()
  readonly #broadcasts = new Map<string, BroadcastKey>()
  readonly #authors = new Map<string, { readonly key: number; name: string }>()
  readonly #sql

  constructor(database: DatabaseSync) {
    this.#database = database
    const prepare = (sql: string) => database.prepare(sql)
    this.#sql = {
      findChannel: prepare('SELECT key FROM channels WHERE channel_id = ?'),
      addChannel: prepare('INSERT INTO channels (channel_id) VALUES (?) RETURNING key'),
      findBroadcast: prepare('SELECT key FROM broadcasts WHERE broadcast_id = ? AND channel = ?'),
      addBroadcast: prepare(
        'INSERT INTO broadcasts (channel, broadcast_id, source, started_at) VALUES (?, ?, ?, ?) RETURNING key',
      ),
      findAuthor: prepare('SELECT key FROM authors WHERE author_id = ? AND channel = ?'),
      addAuthor: prepare('INSERT INTO authors (channel, author_id) VALUES (?, ?) RETURNING key'),
      findName: prepare('SELECT key FROM author_names WHERE author = ? AND name = ?'),
      addName: prepare('INSERT INTO author_names (author, name, last_at) VALUES (?, ?, ?) RETURNING key'),
      touchName: prepare('UPDATE author_names SET last_at = max(last_at, ?) WHERE key = ?'),
      oldestNames: prepare(
        'SELECT key, name FROM author_names WHERE author = ? ORDER BY last_at DESC, key DESC LIMIT -1 OFFSET ?',
      ),
      dropName: prepare('DELETE FROM author_names WHERE key = ?'),
      indexName: prepare('INSERT INTO author_names_index (rowid, grams) VALUES (?, ?)'),
      unindexName: prepare("INSERT INTO author_names_index (author_names_index, rowid, grams) VALUES ('delete', ?, ?)"),
    }
  }

  channel(channelId: string): number {
    let key = this.#channels.get(channelId)
    if (key === undefined) {
      key = Number((this.#sql.findChannel.get(channelId) ?? this.#sql.addChannel.get(channelId)!).key)
      this.#channels.set(channelId, key)
    }
    return key
  }

  /** The broadcast's keys, or undefined when it is not in the archive. */
  findBroadcast(channelId: string, broadcastId: string): BroadcastKey | undefined {
    const name = `${channelId}\0${broadcastId}`
    const known = this.#broadcasts.get(name)
    if (known) return known
    const channel = this.channel(channelId)
    const row = this.#sql.findBroadcast.get(broadcastId, channel)
    if (!row) return undefined
    const keys = { channel, broadcast: Number(row.key) }
    this.#broadcasts.set(name, keys)
    return keys
  }

  broadcast(channelId: string, broadcastId: string, source: string, startedAt: number): BroadcastKey {
    const found = this.findBroadcast(channelId, broadcastId)
    if (found) return found
    const channel = this.channel(channelId)
    const row = this.#sql.addBroadcast.get(channel, broadcastId, source, startedAt)!
    const keys = { channel, broadcast: Number(row.key) }
    this.#broadcasts.set(`${channelId}\0${broadcastId}`, keys)
    return keys
  }

  /** Also notes the name under which the author was seen. 0 for somebody without an id. */
  author(channel: number, authorId: string, name: string, at: number): number {
    if (authorId === '') return 0
    const id = `${channel}\0${authorId}`
    let author = this.#authors.get(id)
    if (!author) {
      const key = Number(
        (this.#sql.findAuthor.get(authorId, channel) ?? this.#sql.addAuthor.get(channel, authorId)!).key,
      )
      author = { key, name: '' }
      if (this.#authors.size >= REMEMBERED_AUTHORS) this.#authors.delete(this.#authors.keys().next().value!)
      this.#authors.set(id, author)
    }
    if (author.name !== name) {
      this.#noteName(author.key, name, at)
      author.name = name
    }
    return author.key
  }

  #noteName(author: number, name: string, at: number): void {
    const known = this.#sql.findName.get(author, name)
    if (known) {
      this.#sql.touchName.run(at, known.key!)
      return
    }
    const key = this.#sql.addName.get(author, name, at)!.key!
    this.#sql.indexName.run(key, gramsOf(name))
    for (const old of this.#sql.oldestNames.all(author, NAMES_PER_AUTHOR)) {
      this.#sql.unindexName.run(old.key!, gramsOf(String(old.name)))
      this.#sql.dropName.run(old.key!)
    }
  }

  /** Takes the author and every name away. */
  dropAuthor(author: number): void {
    for (const { key, name } of this.#database
      .prepare('SELECT key, name FROM author_names WHERE author = ?')
      .all(author)) {
      this.#sql.unindexName.run(key!, gramsOf(String(name)))
      this.#sql.dropName.run(key!)
    }
    this.#database.prepare('DELETE FROM authors WHERE key = ?').run(author)
  }

  forget(): void {
    this.#channels.clear()
    this.#broadcasts.clear()
    this.#authors.clear()
  }
}
