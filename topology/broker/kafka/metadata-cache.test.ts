import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MetadataCache } from './metadata-cache.ts'
import type { KafkaRpc, MetadataTopic } from './rpc.ts'
import { RpcLostError } from './rpc.ts'

const topic = (leaders: readonly (readonly [node: number, epoch: number])[], more: Partial<MetadataTopic> = {}) => ({
  name: 't',
  id: 'id-1',
  errorCode: 0,
  partitions: leaders.map(([leader, leaderEpoch], partition) => ({
    errorCode: 0,
    partition,
    leader,
    leaderEpoch,
    replicas: [1],
    isr: [1],
  })),
  ...more,
})

function cacheOf(...answers: (MetadataTopic | Error)[]) {
  const asked: (readonly string[])[] = []
  const rpc = {
    async metadata(topics: readonly string[]) {
      asked.push(topics)
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!
      if (answer instanceof Error) throw answer
      return { brokers: [], clusterId: 'c', controller: 1, topics: [answer] }
    },
  } as unknown as KafkaRpc
  const time = { now: () => 0, sleep: async () => {} }
  return { cache: new MetadataCache({ rpc, time, patiently: (ask) => ask() }), asked }
}

describe('the view of the cluster', () => {
  test('is asked for once, then known', async () => {
    const { cache, asked } = cacheOf(topic([[1, 5]]))
    assert.equal(cache.known('t'), undefined)
    assert.deepEqual((await cache.topic('t')).leaders, [{ node: 1, epoch: 5 }])
    assert.equal(await cache.topic('t'), cache.known('t'))
    assert.equal(asked.length, 1)
  })

  test('never goes back to an earlier leader', async () => {
    const { cache } = cacheOf(topic([[1, 5]]), topic([[2, 4]]), topic([[3, 6]]))
    await cache.topic('t')
    await cache.refresh(['t'])
    assert.deepEqual(cache.known('t')!.leaders, [{ node: 1, epoch: 5 }])
    await cache.refresh(['t'])
    assert.deepEqual(cache.known('t')!.leaders, [{ node: 3, epoch: 6 }])
  })

  test('starts anew with a topic that was deleted and made again', async () => {
    const { cache } = cacheOf(topic([[1, 5]]), topic([[2, 0]], { id: 'id-2' }))
    await cache.topic('t')
    await cache.refresh(['t'])
    assert.deepEqual(cache.known('t'), { name: 't', id: 'id-2', leaders: [{ node: 2, epoch: 0 }] })
  })

  test('grows with the topic and does not shrink with an old answer', async () => {
    const { cache } = cacheOf(
      topic([[1, 0]]),
      topic([
        [1, 0],
        [2, 0],
      ]),
      topic([[1, 0]]),
    )
    await cache.topic('t')
    await cache.refresh(['t'])
    await cache.refresh(['t'])
    assert.equal(cache.known('t')!.leaders.length, 2)
  })

  test('knows a partition without a leader as one', async () => {
    const { cache } = cacheOf(
      topic([
        [-1, 5],
        [1, 2],
      ]),
    )
    assert.deepEqual((await cache.topic('t')).leaders, [undefined, { node: 1, epoch: 2 }])
  })

  test('forgets a topic that is gone', async () => {
    const { cache } = cacheOf(topic([[1, 5]]), topic([], { errorCode: 3 }))
    await cache.topic('t')
    await cache.refresh(['t'])
    assert.equal(cache.known('t'), undefined)
    await assert.rejects(cache.topic('t'), { code: 'TOPIC_UNKNOWN' })
  })

  test('waits a moment for a topic that not every broker knows yet', async () => {
    const { cache } = cacheOf(topic([], { errorCode: 3 }), topic([], { errorCode: 3 }), topic([[1, 0]]))
    assert.equal((await cache.topic('t')).leaders.length, 1)
  })

  test('says which topic the user may not see', async () => {
    const { cache } = cacheOf(topic([], { errorCode: 29 }))
    await assert.rejects(cache.topic('t'), { code: 'KAFKA_UNAUTHORIZED', message: /topic t/ })
  })

  test('stays as it was when nobody answers', async () => {
    const { cache } = cacheOf(topic([[1, 5]]), new RpcLostError('gone'))
    await cache.topic('t')
    await cache.refresh(['t'])
    assert.equal(cache.known('t')!.leaders.length, 1)
  })

  test('refreshes that come together share a request', async () => {
    const { cache, asked } = cacheOf(topic([[1, 5]]))
    await Promise.all([cache.refresh(['t']), cache.refresh(['t', 'u']), cache.refresh(['v'])])
    assert.deepEqual(asked, [['t', 'u', 'v']])
  })
})
