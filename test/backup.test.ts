/** docs/operate/backup.md: copied while a broadcast runs, started from the copy. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { dataFiles } from '#app/config.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { openAccounts } from '../dashboard/accounts/account-store.ts'
import { until } from './cluster/deployment.ts'
import { runCommand, startRole } from './cluster/role-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-backup-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const on = (data: string) => ({ JAVAS_KAFKA: undefined, JAVAS_DATA: join(folder, data) })

async function archived(data: string): Promise<ReadonlySet<string>> {
  const archive = openArchiveReader(dataFiles(join(folder, data)).archive)
  try {
    return new Set((await Array.fromAsync(archive.export({}))).map(({ message }) => message.id))
  } finally {
    await archive.close()
  }
}

test('a copy made while a broadcast runs has all of it until then, and a start from it goes on', async (t) => {
  const javas = startRole(['start', '--port', '0', '--demo'], on('data'))
  t.after(() => javas.kill('SIGKILL'))
  await javas.says(/JAVAS is ready/)
  await until('the demo is archived', async () => (await archived('data')).size > 50)
  const before = await archived('data')

  const { code, stdout, stderr } = await runCommand(['backup', join(folder, 'copy')], on('data'))
  assert.equal(code, 0, stderr)
  for (const name of ['archive.db', 'log.db', 'accounts.db']) assert.match(stdout, new RegExp(`^${name}: `, 'm'))
  assert.equal(statSync(join(folder, 'copy')).mode & 0o777, 0o700, 'for its owner alone')
  await javas.kill('SIGKILL')

  const copied = await archived('copy')
  assert.ok(
    [...before].every((id) => copied.has(id)),
    'what was archived before the copy is in it',
  )
  const again = startRole(['start', '--port', '0'], on('copy'))
  t.after(() => again.kill('SIGKILL'))
  await again.says(/JAVAS is ready/)
  await until('the broadcast goes on', async () => (await archived('copy')).size > copied.size + 20)
})

test('a folder that is not empty, and a data folder with nothing in it, are refused', async () => {
  mkdirSync(join(folder, 'full'))
  writeFileSync(join(folder, 'full', 'mine'), '')
  mkdirSync(join(folder, 'some'))
  writeFileSync(join(folder, 'some', 'archive.db'), '')
  const full = await runCommand(['backup', join(folder, 'full')], on('some'))
  assert.match(full.stderr, /\[BACKUP_TARGET\]/)
  const empty = await runCommand(['backup', join(folder, 'else')], on('nowhere'))
  assert.match(empty.stderr, /\[BACKUP_NOTHING\]/)
})

test('the keys are told apart from the copy, and are in it for their owner alone when that is asked for', async () => {
  const data = join(folder, 'keyed')
  mkdirSync(join(data, 'erasures'), { recursive: true })
  const accounts = await openAccounts({ path: dataFiles(data).accounts })
  await accounts.close()
  writeFileSync(join(data, 'second-factor-key'), 'one\n', { mode: 0o600 })
  writeFileSync(join(data, 'evidence-key.pem'), 'other\n', { mode: 0o600 })
  writeFileSync(join(data, 'erasures', 'pending-1.json'), '{}')

  const apart = await runCommand(['backup', join(folder, 'apart')], on('keyed'))
  assert.equal(apart.code, 0, apart.stderr)
  for (const name of ['second-factor-key', 'evidence-key.pem'])
    assert.match(apart.stdout, new RegExp(`^${name}: NOT in the copy\\. Keep ${join(data, name)} apart`, 'm'))
  assert.deepEqual(
    readdirSync(join(folder, 'apart'))
      .filter((name) => !name.startsWith('accounts.db-'))
      .sort(),
    ['accounts.db', 'erasures'],
  )
  assert.deepEqual(readdirSync(join(folder, 'apart', 'erasures')), ['pending-1.json'])

  const given = await runCommand(['backup', join(folder, 'given')], {
    ...on('keyed'),
    JAVAS_SECOND_FACTOR_KEY: 'k'.repeat(40),
  })
  assert.match(given.stdout, /^second-factor-key: NOT in the copy\. It is JAVAS_SECOND_FACTOR_KEY's/m)

  const whole = await runCommand(['backup', '--with-keys', join(folder, 'whole')], on('keyed'))
  assert.equal(whole.code, 0, whole.stderr)
  for (const [name, text] of [
    ['second-factor-key', 'one\n'],
    ['evidence-key.pem', 'other\n'],
  ] as const) {
    assert.match(whole.stdout, new RegExp(`^${name}: in the copy\\. Whoever reads the copy has `, 'm'))
    assert.equal(readFileSync(join(folder, 'whole', name), 'utf8'), text)
    assert.equal(statSync(join(folder, 'whole', name)).mode & 0o777, 0o600)
  }
})
