import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { VersionRow } from './evaluation-results.ts'
import { recordVersion } from './record-version.ts'

test('a new version is added, a known one is measured again with its date and note kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'javas-history-'))
  after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'history.json')
  const read = () => JSON.parse(readFileSync(path, 'utf8')) as VersionRow[]
  const row = { model: 'm', version: '1.0.0', at: '2026-01-01', accuracy: 0.8, logLoss: 0.3, bytes: 5 }
  recordVersion(folder, row)
  writeFileSync(path, JSON.stringify(read().map((one) => ({ ...one, note: 'first' }))))
  recordVersion(folder, { ...row, at: '2026-02-02', accuracy: 0.81 })
  recordVersion(folder, { ...row, version: '1.1.0', at: '2026-03-03' })
  assert.deepEqual(
    read().map(({ version, at, accuracy, note }) => [version, at, accuracy, note]),
    [
      ['1.0.0', '2026-01-01', 0.81, 'first'],
      ['1.1.0', '2026-03-03', 0.8, ''],
    ],
  )
})
