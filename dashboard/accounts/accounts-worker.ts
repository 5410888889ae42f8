/** Owns `accounts.db`: SQLite calls block, so they are made here and never on the web server's thread. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { Access, Account, AccountRole, ChannelRoles, OverlayLink } from './account.ts'

/** Of all limits together: an attacker with very many addresses must not fill the disk. */
const MOST_HITS = 20_000

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
  CREATE TABLE IF NOT EXISTS recovery_codes (
    code TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE REFERENCES accounts ON DELETE CASCADE
  ) STRICT;
  CREATE TABLE IF NOT EXISTS half_logins (
    token TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE REFERENCES accounts ON DELETE CASCADE, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS hits (
    what TEXT NOT NULL, who TEXT NOT NULL, count INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (what, who)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS hits_until ON hits (until);
`)
database.exec('PRAGMA foreign_keys = ON')
addColumn('accounts', 'channels', 'TEXT')
addColumn('invites', 'channels', 'TEXT')
// Sealed; the one of an enrolment that is not confirmed yet; the step of the last code that was taken; wrong codes lately.
addColumn('accounts', 'secret', 'TEXT')
addColumn('accounts', 'offered_secret', 'TEXT')
addColumn('accounts', 'used_step', 'INTEGER NOT NULL DEFAULT 0')
addColumn('accounts', 'wrong_codes', 'INTEGER NOT NULL DEFAULT 0')
addColumn('accounts', 'wrong_code_at', 'INTEGER NOT NULL DEFAULT 0')

/** Brings a file of an earlier version up to date: what is stored there goes on as before. */
function addColumn(table: string, column: string, type: string): void {
  const isThere = database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column)
  if (!isThere) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`)
}

interface Secrets {
  readonly secret: string | null
  readonly offered: string | null
  readonly usedStep: number
  readonly wrongCodes: number
  readonly wrongCodeAt: number
  readonly recoveryCodes: number
}

/** Channels are stored as JSON; null: every channel. */
const jsonOf = (channels: ChannelRoles | null) => (channels === null ? null : JSON.stringify(channels))
const withChannels = <T>(row: unknown): T | null =>
  row ? ({ ...row, channels: JSON.parse((row as { channels: string | null }).channels ?? 'null') } as T) : null

const overlayColumns = 'id, channel_id AS channelId, name, by, created_at AS createdAt'

const operations = {
  list: (): Account[] =>
    database
      .prepare(
        'SELECT name, role, channels, secret IS NOT NULL AS hasSecondFactor, created_at AS createdAt FROM accounts ORDER BY created_at, name',
      )
      .all()
      .map((row) => withChannels<Account>({ ...row, hasSecondFactor: row.hasSecondFactor === 1 })!),
  passwordOf: (name: string): { name: string; role: AccountRole; password: string; hasSecondFactor: 0 | 1 } | null =>
    (database
      .prepare('SELECT name, role, password, secret IS NOT NULL AS hasSecondFactor FROM accounts WHERE name = ?')
      .get(name) as never) ?? null,
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
    database.prepare('DELETE FROM half_logins WHERE name = ?').run(name)
    return database.prepare('UPDATE accounts SET password = ? WHERE name = ?').run(password, name).changes === 1
  },
  openSession: (token: string, name: string, expiresAt: number, now: number): void => {
    database.prepare('DELETE FROM sessions WHERE expires_at <= ?').run(now)
    database.prepare('INSERT INTO sessions VALUES (?, ?, ?)').run(token, name, expiresAt)
  },
  session: (token: string, now: number): (Access & { name: string; mustEnrol: boolean }) | null => {
    const found = withChannels<Access & { name: string; hasSecondFactor: 0 | 1 }>(
      database
        .prepare(
          'SELECT a.name, a.role, a.channels, a.secret IS NOT NULL AS hasSecondFactor FROM sessions s JOIN accounts a ON a.name = s.name WHERE s.token = ? AND s.expires_at > ?',
        )
        .get(token, now),
    )
    if (!found) return null
    const { hasSecondFactor, ...who } = found
    return {
      ...who,
      mustEnrol: hasSecondFactor === 0 && who.role !== 'viewer' && operations.setting('second-factor') === 'required',
    }
  },
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
  setting: (key: string): string | null =>
    (database.prepare('SELECT value FROM settings WHERE key = ?').get(key)?.value as string) ?? null,
  setSetting: (key: string, value: string): void => {
    database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)').run(key, value)
  },
  openHalfLogin: (token: string, name: string, expiresAt: number, now: number): void => {
    database.prepare('DELETE FROM half_logins WHERE expires_at <= ?').run(now)
    database.prepare('INSERT INTO half_logins VALUES (?, ?, ?)').run(token, name, expiresAt)
  },
  halfLogin: (token: string, now: number): { name: string; role: AccountRole } | null =>
    (database
      .prepare(
        'SELECT a.name, a.role FROM half_logins h JOIN accounts a ON a.name = h.name WHERE h.token = ? AND h.expires_at > ?',
      )
      .get(token, now) as never) ?? null,
  closeHalfLogin: (token: string): void => {
    database.prepare('DELETE FROM half_logins WHERE token = ?').run(token)
  },
  secretsOf: (name: string): Secrets | null =>
    (database
      .prepare(
        'SELECT secret, offered_secret AS offered, used_step AS usedStep, wrong_codes AS wrongCodes, wrong_code_at AS wrongCodeAt, (SELECT count(*) FROM recovery_codes r WHERE r.name = accounts.name) AS recoveryCodes FROM accounts WHERE name = ?',
      )
      .get(name) as unknown as Secrets) ?? null,
  offerSecret: (name: string, sealed: string): void => {
    database.prepare('UPDATE accounts SET offered_secret = ? WHERE name = ?').run(sealed, name)
  },
  /** The offered secret holds from now on, with these recovery codes; false where another was offered meanwhile. */
  acceptSecret: (name: string, sealed: string, step: number, codes: readonly string[]): boolean => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const { changes } = database
        .prepare(
          'UPDATE accounts SET secret = offered_secret, offered_secret = NULL, used_step = ?, wrong_codes = 0 WHERE name = ? AND offered_secret = ?',
        )
        .run(step, name, sealed)
      if (changes === 1) operations.replaceRecoveryCodes(name, codes)
      database.exec('COMMIT')
      return changes === 1
    } catch (cause) {
      database.exec('ROLLBACK')
      throw cause
    }
  },
  replaceRecoveryCodes: (name: string, codes: readonly string[]): void => {
    database.prepare('DELETE FROM recovery_codes WHERE name = ?').run(name)
    for (const code of codes) database.prepare('INSERT INTO recovery_codes VALUES (?, ?)').run(code, name)
  },
  /** Whether the step was not spent yet: of two who come with one code at once, one is let in. */
  spendStep: (name: string, step: number): boolean =>
    database
      .prepare('UPDATE accounts SET used_step = ?, wrong_codes = 0 WHERE name = ? AND used_step < ?')
      .run(step, name, step).changes === 1,
  spendRecoveryCode: (name: string, code: string): boolean => {
    const { changes } = database.prepare('DELETE FROM recovery_codes WHERE name = ? AND code = ?').run(name, code)
    if (changes === 1) database.prepare('UPDATE accounts SET wrong_codes = 0 WHERE name = ?').run(name)
    return changes === 1
  },
  countWrongCode: (name: string, now: number, forgottenBefore: number): void => {
    database
      .prepare(
        'UPDATE accounts SET wrong_codes = CASE WHEN wrong_code_at < ? THEN 1 ELSE wrong_codes + 1 END, wrong_code_at = ? WHERE name = ?',
      )
      .run(forgottenBefore, now, name)
  },
  removeSecondFactor: (name: string): boolean => {
    database.prepare('DELETE FROM recovery_codes WHERE name = ?').run(name)
    database.prepare('DELETE FROM half_logins WHERE name = ?').run(name)
    return (
      database
        .prepare(
          'UPDATE accounts SET secret = NULL, offered_secret = NULL, used_step = 0, wrong_codes = 0 WHERE name = ? AND secret IS NOT NULL',
        )
        .run(name).changes === 1
    )
  },
  /** Counts one more within a window that began with the first; also how many there were and when they are forgotten. */
  countHit: (what: string, who: string, windowMs: number, now: number): { count: number; until: number } => {
    database.prepare('DELETE FROM hits WHERE until <= ?').run(now)
    const counted = database
      .prepare(
        // A clock that was set back holds nobody up for longer than a whole window from now.
        `INSERT INTO hits VALUES (:what, :who, 1, :until)
          ON CONFLICT DO UPDATE SET count = count + 1, until = min(until, :until) RETURNING count, until`,
      )
      .get({ what, who, until: now + windowMs }) as { count: number; until: number }
    // Whoever came least often is forgotten first: making up addresses frees nobody who is held up.
    if (counted.count === 1)
      database
        .prepare(
          `DELETE FROM hits WHERE (what, who) IN (
            SELECT what, who FROM hits ORDER BY count, until LIMIT max(0, (SELECT count(*) FROM hits) - ?)
          )`,
        )
        .run(MOST_HITS)
    return counted
  },
  takeBackHit: (what: string, who: string): void => {
    database.prepare('UPDATE hits SET count = count - 1 WHERE what = ? AND who = ? AND count > 0').run(what, who)
  },
  forgetHits: (what: string, who: string): void => {
    database.prepare('DELETE FROM hits WHERE what = ? AND who = ?').run(what, who)
  },
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
