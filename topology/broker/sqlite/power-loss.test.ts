import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openSqliteBroker } from '../sqlite-broker.ts'

test('after a restart of the machine no offset is given twice; after a restart of the process none is left out', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'power-loss-'))
  try {
    const send = async (value: string) => {
      const broker = openSqliteBroker({ directory, maintenanceIntervalMs: null })
      await broker.createTopics([{ name: 'in', partitions: 1, cleanupPolicy: 'delete', retentionMs: null }])
      const producer = broker.producer()
      await producer.send([{ topic: 'in', key: null, value: Buffer.from(value), timestamp: 0, headers: [] }])
      const { latest } = await broker.offsets({ topic: 'in', partition: 0 })
      const reader = broker.reader()
      reader.assign([{ topic: 'in', partition: 0, offset: 0 }])
      const records = await reader.poll({ maxRecords: 10, maxWaitMs: 0 })
      assert.equal(reader.position({ topic: 'in', partition: 0 }), latest)
      await broker.close()
      return records.map(({ offset, value }) => [offset, Buffer.from(value!).toString()])
    }
    await send('a')
    assert.deepEqual(await send('b'), [
      [0, 'a'],
      [1, 'b'],
    ])
    const database = new DatabaseSync(join(directory, 'log.db'))
    database.exec(`UPDATE meta SET value = value - 3600000 WHERE key = 'machine_started_at'`)
    database.close()
    const after = [
      [0, 'a'],
      [1, 'b'],
      [2 + 2 ** 20, 'c'],
    ]
    assert.deepEqual(await send('c'), after)
    assert.deepEqual(await send('d'), [...after, [3 + 2 ** 20, 'd']])
  } finally {
    rmSync(directory, { recursive: true })
  }
})
