import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { makeInThread } from '#app/report/make-in-thread.ts'
import { makeReport } from '#app/report/make-report.ts'
import { openMongoArchiveReader, openMongoArchiveWriter } from '#sinks/mongo-archive.ts'
import { batchOf, message, stateOf, T0, windowOf } from '#sinks/testing/archive-values.ts'
import { mongoServer } from '#sinks/testing/mongo-server.ts'

const server = await mongoServer()
after(() => server.stop())

test('the thread that makes a report reads the archive where it stands', async () => {
  const config = await server.emptyDatabase()
  const writer = await openMongoArchiveWriter(config)
  await writer.apply(
    batchOf({
      messages: Array.from({ length: 50 }, (_, at) =>
        message(`m${at}`, `글 ${at}`, { timestamp: T0 + at * 1_000, severity: at % 3, author: `u${at % 5}` }),
      ),
      windows: [windowOf(T0, { messages: 50, authors: 5 })],
      states: [stateOf({ state: 'ended' })],
    }),
  )
  await writer.close()
  const archive = await openMongoArchiveReader(config)
  const asked = { channelId: 'demo:one', broadcastId: 'first', people: true, putAside: null, maskSeverity: 2 }
  const options = { signal: new AbortController().signal, onProgress: () => {} }
  const made = await makeInThread({ ...asked, place: { mongodb: config } }, options)
  const here = await makeReport({ ...asked, archive, onProgress: () => {} })
  assert.deepEqual({ ...made, madeAt: 0 }, { ...here, madeAt: 0 })
  assert.match(JSON.stringify(made), /"messages":50/)
  await archive.close()
  await server.drop(config)
})
