import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { MongoClient } from 'mongodb'
import { MongoStandIn } from './mongo-stand-in.ts'

test('the official driver writes and reads, and what was killed comes back empty on its port', async () => {
  const server = await MongoStandIn.start({ name: 'test-own' })
  try {
    for (let life = 0; life < 2; life++) {
      await using client = await MongoClient.connect(server.url)
      const words = client.db('test').collection<{ _id: string; n: number }>('words')
      assert.equal(await words.countDocuments(), 0)
      await words.updateOne(
        { _id: 'a' },
        { $set: { n: 1 } },
        { upsert: true, writeConcern: { w: 'majority', j: true } },
      )
      assert.deepEqual(await words.findOne({ _id: 'a' }), { _id: 'a', n: 1 })
      await server.process.kill9()
      await server.startServer()
    }
  } finally {
    await server.stop()
  }
  assert.equal(server.process.pid, undefined)
  assert.equal(existsSync(server.process.logFile), false)
})
