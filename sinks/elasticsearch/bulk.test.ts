import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errors } from '@elastic/elasticsearch'
import { Bulk, type BulkAnswer, type BulkOperation } from './bulk.ts'
import { BulkSize } from './bulk-size.ts'

const operation = (id: string, text = ''): BulkOperation => ({ kind: 'create', index: 'i', id, document: { text } })
const many = (count: number): BulkOperation[] => Array.from({ length: count }, (_, index) => operation(`m${index}`))
const idsOf = (lines: string): string[] =>
  lines
    .split('\n')
    .filter((line) => line.startsWith('{"create"'))
    .map((line) => JSON.parse(line).create._id)
const refusal = (statusCode: number) =>
  new errors.ResponseError({ statusCode, body: {}, headers: {}, warnings: null, meta: {} as never })

/** A server that answers each item with the status that `statusOf` gives it, and remembers what it was sent. */
function server(statusOf: (id: string, times: number) => number) {
  const times = new Map<string, number>()
  const requests: string[][] = []
  const send = async (lines: string): Promise<BulkAnswer> => {
    const ids = idsOf(lines)
    requests.push(ids)
    return {
      items: ids.map((id) => {
        times.set(id, (times.get(id) ?? 0) + 1)
        const status = statusOf(id, times.get(id)!)
        return { create: { status, ...(status >= 400 && { error: { type: 'some_exception', reason: `no ${id}` } }) } }
      }),
    }
  }
  return { requests, send }
}

const quick = { first: 1, longest: 1 }

describe('every item of a bulk request has an answer of its own', () => {
  test('a conflict means that it is there already', async () => {
    const { send } = server((id) => (id === 'm1' ? 409 : 201))
    const { conflicts, refused } = await new Bulk({ send }).write(many(3))
    assert.deepEqual(
      conflicts.map(({ id }) => id),
      ['m1'],
    )
    assert.deepEqual(refused, [])
  })

  test('a batch is shared among the requests on their way, however large they may be; a small one is one request', async () => {
    const size = new BulkSize()
    for (let times = 0; times < 3; times++) size.took(size.documents, 1)
    const { requests, send } = server(() => 201)
    const bulk = new Bulk({ send, size })
    await bulk.write(many(2_000))
    await bulk.write(many(400))
    assert.deepEqual(
      requests.map(({ length }) => length),
      [1_000, 1_000, 400],
    )
  })

  test('what the server had no room for is sent again, and only that', async () => {
    const { requests, send } = server((id, times) =>
      id === 'm1' && times < 3 ? 429 : id === 'm2' && times < 2 ? 503 : 201,
    )
    await new Bulk({ send, retryMs: quick }).write(many(4))
    assert.deepEqual(requests, [['m0', 'm1', 'm2', 'm3'], ['m1', 'm2'], ['m1']])
  })

  test('one poisoned item in 500 is told with the reason, and the others are written', async () => {
    const { requests, send } = server((id) => (id === 'm77' ? 400 : 201))
    const { refused } = await new Bulk({ send }).write(many(500))
    assert.deepEqual(
      refused.map(({ operation, status, type, reason }) => [operation.id, status, type, reason]),
      [['m77', 400, 'some_exception', 'no m77']],
    )
    assert.equal(requests.length, 1)
  })

  test('a document to delete that is not there is deleted', async () => {
    const send = async () => ({ items: [{ delete: { status: 404 } }] })
    const outcome = await new Bulk({ send }).write([{ kind: 'delete', index: 'i', id: 'm1' }])
    assert.deepEqual(outcome, { conflicts: [], refused: [] })
  })

  test('an item without an answer is sent again', async () => {
    const requests: string[][] = []
    const send = async (lines: string): Promise<BulkAnswer> => {
      requests.push(idsOf(lines))
      return { items: requests.length === 1 ? [{ create: { status: 201 } }] : [{ create: { status: 409 } }] }
    }
    await new Bulk({ send, retryMs: quick }).write(many(2))
    assert.deepEqual(requests, [['m0', 'm1'], ['m1']])
  })

  test('a missing alias is no poisoned document', async () => {
    const error = { type: 'index_not_found_exception', reason: 'no such index' }
    const send = async () => ({ items: [{ create: { status: 404, error } }] })
    await assert.rejects(new Bulk({ send }).write(many(1)), { code: 'ARCHIVE_MISSING' })
  })

  test('an index that takes no writes is no poisoned document', async () => {
    const error = { type: 'cluster_block_exception', reason: 'read-only' }
    const send = async () => ({ items: [{ create: { status: 403, error } }] })
    await assert.rejects(new Bulk({ send }).write(many(1)), { code: 'ARCHIVE_READ_ONLY', retriable: true })
  })
})

describe('a whole request that is refused', () => {
  test('too long: it is cut in two until it fits, later ones too; what alone is too long is put aside', async () => {
    const taken: string[] = []
    const lengths: number[] = []
    const send = async (lines: string): Promise<BulkAnswer> => {
      lengths.push(lines.length)
      if (lines.length > 1_000) throw refusal(413)
      const ids = idsOf(lines)
      taken.push(...ids)
      return { items: ids.map(() => ({ create: { status: 201 } })) }
    }
    const bulk = new Bulk({ send })
    const { refused } = await bulk.write([...many(100), operation('long', 'x'.repeat(2_000))])
    assert.deepEqual(
      taken.sort(),
      many(100)
        .map(({ id }) => id)
        .sort(),
    )
    assert.deepEqual(
      refused.map(({ operation: { id }, status }) => [id, status]),
      [['long', 413]],
    )
    lengths.length = 0
    await bulk.write(many(20))
    assert.ok(lengths.every((length) => length <= 1_000))
  })

  test('overloaded: it is sent again after a pause, and given up after some, to be tried again as a whole', async () => {
    let requests = 0
    const send = async (): Promise<BulkAnswer> => {
      requests++
      throw refusal(429)
    }
    await assert.rejects(new Bulk({ send, retryMs: quick, retries: 3 }).write(many(1)), {
      code: 'ARCHIVE_BUSY',
      retriable: true,
    })
    assert.equal(requests, 4)
  })

  test('no answer: whoever called may call again', async () => {
    const send = async () => {
      throw new errors.ConnectionError('gone')
    }
    await assert.rejects(new Bulk({ send }).write(many(1)), { code: 'ARCHIVE_UNREACHABLE', retriable: true })
  })

  test('nothing of a failed call is still under way when it fails', async () => {
    let underWay = 0
    let requests = 0
    const size = new BulkSize()
    const send = async (lines: string): Promise<BulkAnswer> => {
      requests++
      if (requests === 1) throw new errors.TimeoutError('slow')
      underWay++
      await new Promise((done) => setTimeout(done, 5))
      underWay--
      return { items: idsOf(lines).map(() => ({ create: { status: 201 } })) }
    }
    await assert.rejects(new Bulk({ send, size }).write(many(2_000)), { code: 'ARCHIVE_UNREACHABLE' })
    assert.equal(underWay, 0)
    assert.equal(requests, 2)
  })
})

test('requests grow while the server is quick and shrink while it is slow', () => {
  const size = new BulkSize()
  const first = size.documents
  size.took(first, 10)
  assert.equal(size.documents, first * 2)
  size.took(3, 10)
  assert.equal(size.documents, first * 2, 'a small request says nothing of large ones')
  for (let index = 0; index < 20; index++) size.took(size.documents, 5_000)
  assert.ok(size.documents >= 1 && size.documents < first)
  for (let index = 0; index < 20; index++) size.took(size.documents, 10)
  assert.ok(size.documents <= 5_000)
})
