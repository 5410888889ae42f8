import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { channelsFor, roleIn } from './account.ts'
import { AccountError, openAccounts, SESSION_MS } from './account-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-accounts-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const passwordCost = 1024
const password = 'correct horse battery'

test('accounts and sessions outlive the program', async () => {
  const path = join(folder, 'kept.db')
  const first = await openAccounts({ path, passwordCost })
  await first.add('달무리', 'moderator', password)
  const session = await first.logIn('달무리', password)
  await first.close()
  const second = await openAccounts({ path, passwordCost })
  assert.deepEqual(await second.who(session!.token), {
    name: '달무리',
    role: 'moderator',
    channels: null,
    mustEnrol: false,
  })
  await second.close()
})

test('accounts of a version without channels keep every channel', async () => {
  const path = join(folder, 'old.db')
  const old = new DatabaseSync(path)
  old.exec(`
    CREATE TABLE accounts (
      name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, password TEXT NOT NULL, created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE invites (token TEXT PRIMARY KEY, role TEXT NOT NULL, by TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
    INSERT INTO accounts VALUES ('kim', 'moderator', 'x', 1);
  `)
  old.close()
  for (let opened = 0; opened < 2; opened += 1) {
    const accounts = await openAccounts({ path, passwordCost })
    const [kim] = await accounts.list()
    assert.deepEqual([kim!.name, kim!.role, kim!.channels], ['kim', 'moderator', null])
    await accounts.close()
  }
})

test('a role in some channels is none in every other, and the highest counts where no channel is meant', async () => {
  const accounts = await openAccounts({ path: ':memory:', passwordCost })
  await accounts.add('kim', 'owner', password, { 'twitch:a': 'moderator', 'twitch:b': 'viewer' })
  const kim = (await accounts.who((await accounts.logIn('kim', password))!.token))!
  assert.equal(kim.role, 'moderator', 'an owner of some channels is none')
  assert.deepEqual(
    ['twitch:a', 'twitch:b', 'twitch:c', '__proto__', 'constructor'].map((channel) => roleIn(kim, channel)),
    ['moderator', 'viewer', null, null, null],
  )
  assert.deepEqual(
    [channelsFor(kim, 'viewer'), channelsFor(kim, 'moderator')],
    [['twitch:a', 'twitch:b'], ['twitch:a']],
  )
  await accounts.setAccess('kim', 'viewer', {})
  assert.deepEqual(
    channelsFor((await accounts.list())[0]!, 'viewer'),
    [],
    'the last channel taken away is not every channel',
  )
  for (const channels of [{ nothing: 'viewer' }, { 'twitch:a': 'owner' }, { 'twitch:a~b': 'viewer' }])
    await assert.rejects(accounts.setAccess('kim', 'viewer', channels as never), { code: 'ACCOUNT_CHANNELS_INVALID' })
  await accounts.close()
})

test('neither a password nor a session token is in the file', async () => {
  const path = join(folder, 'secret.db')
  const accounts = await openAccounts({ path, passwordCost })
  await accounts.add('owner', 'owner', password)
  const { token } = (await accounts.logIn('owner', password))!
  await accounts.close()
  const bytes = readFileSync(path).toString('latin1')
  assert.equal(bytes.includes(password), false)
  assert.equal(bytes.includes(token), false)
})

test('there is no account before somebody makes one', async () => {
  const accounts = await openAccounts({ path: ':memory:', passwordCost })
  assert.deepEqual(await accounts.list(), [])
  assert.equal(await accounts.logIn('admin', 'admin'), null)
  await accounts.close()
})

test('weak passwords, strange names and names that are taken are refused', async () => {
  const accounts = await openAccounts({ path: ':memory:', passwordCost })
  await accounts.add('kim', 'viewer', password)
  const refused = (name: string, secret: string, code: string) =>
    assert.rejects(
      accounts.add(name, 'viewer', secret),
      (error) => error instanceof AccountError && error.code === code,
    )
  await refused('lee', 'short', 'ACCOUNT_PASSWORD_WEAK')
  await refused('lee', 'x'.repeat(500), 'ACCOUNT_PASSWORD_WEAK')
  for (const name of ['', ' lee', '<b>', 'a'.repeat(50), 'a\u202eb'])
    await refused(name, password, 'ACCOUNT_NAME_INVALID')
  await refused('KIM', password, 'ACCOUNT_EXISTS')
  await refused('Local', password, 'ACCOUNT_EXISTS')
  await accounts.close()
})

test('a session ends with its time, its account, a new password or the logout', async () => {
  let now = 1000
  const accounts = await openAccounts({ path: ':memory:', passwordCost, now: () => now })
  await accounts.add('kim', 'owner', password)
  const logIn = async () => (await accounts.logIn('kim', password))!.token
  const [a, b] = [await logIn(), await logIn()]
  await accounts.logOut(a)
  assert.equal(await accounts.who(a), null)
  assert.ok(await accounts.who(b))
  await accounts.setPassword('kim', password)
  assert.equal(await accounts.who(b), null)
  const c = await logIn()
  now += SESSION_MS
  assert.equal(await accounts.who(c), null)
  const d = await logIn()
  await accounts.remove('kim')
  assert.equal(await accounts.who(d), null)
  await accounts.close()
})

test('a store that nobody asks for a while rests, and answers the next call', async () => {
  const path = join(folder, 'resting.db')
  const accounts = await openAccounts({ path, passwordCost, restAfterMs: 1 })
  await accounts.add('owner', 'owner', password)
  for (let i = 0; i < 3; i++) {
    await new Promise((go) => setTimeout(go, 20))
    assert.equal((await accounts.list()).length, 1)
  }
  await new Promise((go) => setTimeout(go, 20))
  await accounts.close()
  await assert.rejects(accounts.list(), { code: 'ACCOUNT_STORE_FAILED' })
})

test('what is counted begins anew when its window is over, and a clock that was set back lengthens none', async () => {
  const clock = { at: 1_000_000 }
  const accounts = await openAccounts({ path: ':memory:', passwordCost, now: () => clock.at })
  const hit = () => accounts.countHit('logins', '203.0.113.1', 60_000)
  assert.deepEqual(
    [await hit(), await hit()],
    [1, 2].map((count) => ({ count, until: 1_060_000 })),
  )
  assert.equal((await accounts.countHit('reveals', '203.0.113.1', 60_000)).count, 1, 'each limit counts for itself')
  clock.at = 500_000
  assert.deepEqual(await hit(), { count: 3, until: 560_000 })
  clock.at = 560_000
  assert.deepEqual(await hit(), { count: 1, until: 620_000 })
  await accounts.takeBackHit('logins', '203.0.113.1')
  assert.equal((await hit()).count, 1)
  await accounts.forgetHits('logins', '203.0.113.1')
  assert.equal((await hit()).count, 1)
  await accounts.close()
})

test('very many addresses take no more room, free nobody who is held up, and no address is in the file', async () => {
  const path = join(folder, 'hits.db')
  const old = await openAccounts({ path, passwordCost, now: () => 0 })
  for (let n = 0; n < 3; n += 1) await old.countHit('logins', '203.0.113.1', 60_000)
  await old.close()
  // As 20,000 addresses leave them.
  const file = new DatabaseSync(path)
  file.exec(`
    WITH RECURSIVE n(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 20000)
    INSERT INTO hits SELECT 'logins', 'address ' || at, 1, 60000 + at FROM n
  `)
  file.close()
  const accounts = await openAccounts({ path, passwordCost, now: () => 1 })
  await accounts.countHit('logins', '203.0.113.2', 60_000)
  assert.equal((await accounts.countHit('logins', '203.0.113.1', 60_000)).count, 4)
  await accounts.close()
  const read = new DatabaseSync(path)
  assert.equal(read.prepare('SELECT count(*) AS n FROM hits').get()!.n, 20_000)
  read.close()
  assert.equal(readFileSync(path).includes('203.0.113'), false)
})
