/** Owns `accounts.db`: SQLite calls block, so they are made here and never on the web server's thread. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { Access, Account, AccountRole, ChannelRoles, OverlayLink } from './account.ts'

const database = new DatabaseSync((workerData as { path: string }).path)
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, password TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE REFERENCES accounts ON DELETE CASCADE, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS preferences (
    name TEXT NOT NULL COLLATE NOCASE, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name, key)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS invites (
    token TEXT PRIMARY KEY, role TEXT NOT NULL, by TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS overlays (
    id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, channel_id TEXT NOT NULL, name TEXT NOT NULL, by TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
`)
database.exec('PRAGMA foreign_keys = ON')
addColumn('accounts', 'channels', 'TEXT')
addColumn('invites', 'channels', 'TEXT')

/** Brings a file of an earlier version up to date: what is stored there goes on as before. */
function addColumn(table: string, column: string, type: string): void {
  const isThere = database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column)
  if (!isThere) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`)
}

/** Channels are stored as JSON; null: every channel. */
const jsonOf = (channels: ChannelRoles | null) => (channels === null ? null : JSON.stringify(channels))
const withChannels = <T>(row: unknown): T | null =>
  row ? ({ ...row, channels: JSON.parse((row as { channels: string | null }).channels ?? 'null') } as T) : null

const overlayColumns = 'id, channel_id AS channelId, name, by, created_at AS createdAt'

const operations = {
  list: (): Account[] =>
    database
      .prepare('SELECT name, role, channels, created_at AS createdAt FROM accounts ORDER BY created_at, name')
      .all()
      .map((row) => withChannels<Account>(row)!),
  passwordOf: (name: string): { name: string; role: AccountRole; password: string } | null =>
    (database.prepare('SELECT name, role, password FROM accounts WHERE name = ?').get(name) as unknown as {
      name: string
      role: AccountRole
      password: string
    }) ?? null,
  add: (name: string, { role, channels }: Access, password: string, at: number): boolean =>
    database
      .prepare(
        'INSERT INTO accounts (name, role, channels, password, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(name, role, jsonOf(channels), password, at).changes === 1,
  setAccess: (name: string, { role, channels }: Access): boolean =>
    database.prepare('UPDATE accounts SET role = ?, channels = ? WHERE name = ?').run(role, jsonOf(channels), name)
      .changes === 1,
  remove: (name: string): boolean => {
    database.prepare('DELETE FROM preferences WHERE name = ?').run(name)
    return database.prepare('DELETE FROM accounts WHERE name = ?').run(name).changes === 1
  },
  setPassword: (name: string, password: string): boolean => {
    database.prepare('DELETE FROM sessions WHERE name = ?').run(name)
    return database.prepare('UPDATE accounts SET password = ? WHERE name = ?').run(password, name).changes === 1
  },
  openSession: (token: string, name: string, expiresAt: number, now: number): void => {
    database.prepare('DELETE FROM sessions WHERE expires_at <= ?').run(now)
    database.prepare('INSERT INTO sessions VALUES (?, ?, ?)').run(token, name, expiresAt)
  },
  session: (token: string, now: number): (Access & { name: string }) | null =>
    withChannels(
      database
        .prepare(
          'SELECT a.name, a.role, a.channels FROM sessions s JOIN accounts a ON a.name = s.name WHERE s.token = ? AND s.expires_at > ?',
        )
        .get(token, now),
    ),
  closeSession: (token: string): void => {
    database.prepare('DELETE FROM sessions WHERE token = ?').run(token)
  },
  closeSessionsOf: (name: string): void => {
    database.prepare('DELETE FROM sessions WHERE name = ?').run(name)
  },
  addInvite: (token: string, { role, channels }: Access, by: string, expiresAt: number, now: number): void => {
    database.prepare('DELETE FROM invites WHERE expires_at <= ?').run(now)
    database
      .prepare('INSERT INTO invites (token, role, channels, by, expires_at) VALUES (?, ?, ?, ?, ?)')
      .run(token, role, jsonOf(channels), by, expiresAt)
  },
  invite: (token: string, now: number): (Access & { by: string }) | null =>
    withChannels(
      database.prepare('SELECT role, channels, by FROM invites WHERE token = ? AND expires_at > ?').get(token, now),
    ),
  countInvites: (now: number): number =>
    Number(database.prepare('SELECT count(*) AS open FROM invites WHERE expires_at > ?').get(now)!.open),
  removeInvites: (): void => {
    database.exec('DELETE FROM invites')
  },
  /** The account is made and the invitation used up, or neither. */
  join: (token: string, name: string, password: string, now: number): AccountRole | 'taken' | null => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const invite = operations.invite(token, now)
      const isMade = invite !== null && operations.add(name, invite, password, now)
      if (isMade) database.prepare('DELETE FROM invites WHERE token = ?').run(token)
      database.exec('COMMIT')
      return invite === null ? null : isMade ? invite.role : 'taken'
    } catch (cause) {
      database.exec('ROLLBACK')
      throw cause
    }
  },
  preference: (name: string, key: string): string | null =>
    (database.prepare('SELECT value FROM preferences WHERE name = ? AND key = ?').get(name, key)?.value as string) ??
    null,
  setPreference: (name: string, key: string, value: string): void => {
    database.prepare('INSERT OR REPLACE INTO preferences VALUES (?, ?, ?)').run(name, key, value)
  },
  addOverlay: (token: string, { id, channelId, name, by, createdAt }: OverlayLink): void => {
    database.prepare('INSERT INTO overlays VALUES (?, ?, ?, ?, ?, ?)').run(id, token, channelId, name, by, createdAt)
  },
  overlays: (channelId: string): OverlayLink[] =>
    database
      .prepare(`SELECT ${overlayColumns} FROM overlays WHERE channel_id = ? ORDER BY created_at DESC`)
      .all(channelId) as unknown as OverlayLink[],
  overlay: (token: string): OverlayLink | null =>
    (database.prepare(`SELECT ${overlayColumns} FROM overlays WHERE token = ?`).get(token) as unknown as OverlayLink) ??
    null,
  removeOverlay: (channelId: string, id: string): boolean =>
    database.prepare('DELETE FROM overlays WHERE channel_id = ? AND id = ?').run(channelId, id).changes === 1,
  close: (): void => database.close(),
}

export type AccountOperations = typeof operations
type Call = { readonly id: number; readonly operation: keyof AccountOperations; readonly parameters: readonly never[] }

parentPort!.on('message', ({ id, operation, parameters }: Call) => {
  try {
    const run = operations[operation] as (...values: readonly never[]) => unknown
    const rows = run(...parameters)
    // SQLite's rows have no prototype and structured clone keeps plain data only: a copy makes them ordinary objects.
    parentPort!.postMessage({ id, value: rows === undefined ? null : JSON.parse(JSON.stringify(rows)) })
  } catch (cause) {
    parentPort!.postMessage({ id, error: (cause as Error).message })
  }
  if (operation === 'close') parentPort!.close()
})
