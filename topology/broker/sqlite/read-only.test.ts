import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteBroker } from '../sqlite-broker.ts'

/** Opens the folder in a process without root's rights, which no mode of a file stops. */
function openAsNobody(directory: string): string {
  const module = new URL('../sqlite-broker.ts', import.meta.url).href
  const source = `
    if (process.getuid?.() === 0) { process.setgid(65534); process.setuid(65534) }
    try {
      const broker = openSqliteBroker({ directory: ${JSON.stringify(directory)}, maintenanceIntervalMs: null })
      await broker.createTopics([{ name: 'x', partitions: 1, cleanupPolicy: 'delete', retentionMs: null }])
      console.log('opened')
    } catch (error) { console.log(error.code, error.message) }`
  const program = `const { openSqliteBroker } = await import(${JSON.stringify(module)}); ${source}`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  return stdout + stderr
}

test('a folder or file that may not be written is refused with what to check, and stays as it is', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'read-only-'))
  try {
    const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
    await broker.createTopics([{ name: 'in', partitions: 1, cleanupPolicy: 'delete', retentionMs: null }])
    await broker.close()
    chmodSync(directory, 0o555)
    assert.match(openAsNobody(directory), /^LOG_(CANNOT_OPEN|READ_ONLY) .*check/)
    assert.match(openAsNobody(join(directory, 'below')), /^LOG_CANNOT_OPEN /)
    chmodSync(directory, 0o777)
    for (const name of ['lock.db', 'lock.json']) rmSync(join(directory, name))
    chmodSync(join(directory, 'log.db'), 0o444)
    assert.match(openAsNobody(directory), /^LOG_READ_ONLY .*check/)
    for (const name of ['lock.db', 'lock.json']) rmSync(join(directory, name), { force: true })
    chmodSync(join(directory, 'log.db'), 0o644)
    const again = openSqliteBroker({ directory, maintenanceIntervalMs: null })
    assert.deepEqual(
      (await again.topics()).map(({ name }) => name),
      ['in'],
    )
    await again.close()
  } finally {
    chmodSync(directory, 0o755)
    rmSync(directory, { recursive: true })
  }
})
