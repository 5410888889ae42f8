import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { evidenceKey, evidenceKeyFile, evidenceKeyName } from './evidence-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-evidence-key-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const of = (dataDirectory: string, key: string | null = null) => evidenceKey({ dataDirectory, evidenceKey: key })

test('a key is made once, for its owner alone, and is the same afterwards', () => {
  const data = join(folder, 'made')
  const first = evidenceKeyName(of(data))
  assert.match(first, /^sha256:[0-9a-f]{64}$/)
  assert.equal(evidenceKeyName(of(data)), first)
  assert.equal(statSync(evidenceKeyFile(data)).mode & 0o777, 0o600)
})

test('a configured key is taken, and what is none is refused without being shown', () => {
  const data = join(folder, 'configured')
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  assert.notEqual(evidenceKeyName(of(data, pem)), evidenceKeyName(of(join(folder, 'made'))))
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
  for (const wrong of ['s3cret', String(rsa)])
    assert.throws(
      () => of(data, wrong),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'EVIDENCE_KEY_INVALID')
        return !error.message.includes('s3cret')
      },
    )
  const broken = join(folder, 'made', 'evidence-key.pem')
  writeFileSync(broken, 'cut')
  assert.throws(() => of(join(folder, 'made')), { code: 'EVIDENCE_KEY_INVALID' })
})
