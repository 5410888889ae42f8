import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError, MongoNetworkError } from 'mongodb'
import { Bulk } from './bulk.ts'
import { asArchiveError } from './mongo-error.ts'

interface Line {
  readonly _id: string
}

type Answer = { readonly [id: string]: number }

/** A collection of a server that says these codes of these documents. Each request is kept. */
function serverThatSays(...answers: readonly (Answer | Error)[]) {
  const requests: string[][] = []
  const collection = {
    collectionName: 'lines',
    async bulkWrite(operations: readonly AnyBulkWriteOperation<Line>[]) {
      const ids = operations.map((one) =>
        'insertOne' in one
          ? String(one.insertOne.document._id)
          : String((one as { updateOne: { filter: Line } }).updateOne.filter._id),
      )
      const answer = answers[requests.length] ?? {}
      requests.push(ids)
      if (answer instanceof Error) throw answer
      const errors = ids.flatMap((id, index) =>
        answer[id] === undefined ? [] : [{ index, code: answer[id], errmsg: `code ${answer[id]}` }],
      )
      const result = {
        matchedCount: ids.length - errors.length,
        upsertedIds: {},
        getWriteConcernError: () => undefined,
      }
      if (errors.length === 0) return result
      const error = { message: 'failed', code: errors[0]!.code, writeErrors: errors }
      throw new MongoBulkWriteError(error as never, result as never)
    },
  } as unknown as Collection<Line>
  return { collection, requests }
}

const lines = (...ids: readonly string[]): Line[] => ids.map((_id) => ({ _id }))
const refusedInto = (list: string[]) => new Bulk((_, { _id }, reason) => list.push(`${_id}: ${reason}`))

test('what is there already, and what the server will never take, is told apart; the rest is written', async () => {
  const refused: string[] = []
  const { collection } = serverThatSays({ b: 11_000, c: 121, e: 2 })
  const { existing, refused: ids } = await refusedInto(refused).insert(collection, lines('a', 'b', 'c', 'd', 'e'))
  assert.deepEqual(existing, lines('b'))
  assert.deepEqual([...ids], ['c', 'e'])
  assert.deepEqual(refused, ['c: code 121', 'e: code 2'])
})

test('an item that the server cannot take now fails the whole, whatever the first item failed of', async () => {
  for (const [code, expected, retriable] of [
    [91, 'ARCHIVE_UNREACHABLE', true],
    [112, 'ARCHIVE_UNREACHABLE', true],
    [14_031, 'ARCHIVE_DISK_FULL', true],
    [13, 'ARCHIVE_DENIED', false],
    [8_888, 'ARCHIVE_FAILED', false],
  ] as const) {
    const { collection } = serverThatSays({ a: 11_000, b: 121, c: code })
    const failing = refusedInto([]).insert(collection, lines('a', 'b', 'c'))
    await assert.rejects(failing, (cause) => {
      const error = asArchiveError('there', cause) as Error & { code: string; retriable: boolean }
      return error.code === expected && error.retriable === retriable
    })
  }
})

test('a request that broke off is never taken for one that was carried out', async () => {
  const result = { matchedCount: 0, upsertedIds: {}, getWriteConcernError: () => undefined }
  const broken = new MongoBulkWriteError(new MongoNetworkError('connection closed') as never, result as never)
  const { collection } = serverThatSays(broken)
  await assert.rejects(refusedInto([]).insert(collection, lines('a')), (cause) => {
    const error = asArchiveError('there', cause) as Error & { code: string; retriable: boolean }
    return error.code === 'ARCHIVE_UNREACHABLE' && error.retriable
  })
})

test('a write that too few members have yet is not done', async () => {
  const result = { matchedCount: 1, upsertedIds: {}, getWriteConcernError: () => ({ code: 64 }) }
  const error = { message: 'waiting for replication timed out', code: 11_000, writeErrors: [] }
  const { collection } = serverThatSays(new MongoBulkWriteError(error as never, result as never))
  await assert.rejects(
    refusedInto([]).insert(collection, lines('a')),
    (cause) => (asArchiveError('there', cause) as { code?: string }).code === 'ARCHIVE_UNREACHABLE',
  )
})

test('an update that lost a race for the first document is tried once more; one that is older ends there', async () => {
  const { collection, requests } = serverThatSays({ b: 11_000, c: 11_000 }, { c: 11_000 })
  const upserts = ['a', 'b', 'c'].map((_id) => ({
    updateOne: { filter: { _id, revision: { $lte: 1 } }, update: { $set: {} }, upsert: true },
  }))
  await refusedInto([]).upsert(collection, upserts)
  assert.deepEqual(requests, [
    ['a', 'b', 'c'],
    ['b', 'c'],
  ])
})
