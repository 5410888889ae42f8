import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig } from './config.ts'
import { secondFactorKey, secondFactorKeyFile } from './second-factor-key.ts'

test('the key of second factors is the configured one, or made once for its owner alone', (t) => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'javas-second-factor-key-'))
  t.after(() => rmSync(dataDirectory, { recursive: true, force: true }))
  const made = secondFactorKey({ secondFactorKey: null, dataDirectory })
  assert.equal(made.length, 32)
  assert.deepEqual(secondFactorKey({ secondFactorKey: null, dataDirectory }), made)
  assert.equal(statSync(secondFactorKeyFile(dataDirectory)).mode & 0o777, 0o600)
  const configured = secondFactorKey({ secondFactorKey: 'x'.repeat(32), dataDirectory })
  assert.notDeepEqual(configured, made)
  assert.deepEqual(secondFactorKey({ secondFactorKey: 'x'.repeat(32), dataDirectory: '/nowhere' }), configured)
})

test('a configured key that could be guessed is refused', () => {
  assert.throws(() => readConfig({ JAVAS_SECOND_FACTOR_KEY: 'secret' }), { code: 'CONFIG_INVALID' })
  assert.equal(readConfig({ JAVAS_SECOND_FACTOR_KEY: 'x'.repeat(32) }).secondFactorKey, 'x'.repeat(32))
})
