import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteBroker } from '../sqlite-broker.ts'

test('state written after a reset by another thread is found again', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'reset-'))
  const key = Buffer.from('k')
  const [worker, operator] = [0, 1].map(() => openSqliteBroker({ directory, maintenanceIntervalMs: null }))
  try {
    const write = async (value: string) => {
      const session = await worker!.session({ applicationId: 'app' })
      const changes = [{ store: 'without-changelog', partition: 0, key, value: Buffer.from(value) }]
      assert.deepEqual(await session.commit({ records: [], offsets: [], changes }), { kind: 'committed' })
      await session.close()
    }
    await write('before')
    await operator!.reset('app')
    await write('after')
    const session = await operator!.session({ applicationId: 'app' })
    assert.equal(Buffer.from(session.state.get('without-changelog', 0, key) ?? []).toString(), 'after')
  } finally {
    await worker!.close()
    await operator!.close()
    rmSync(directory, { recursive: true })
  }
})
