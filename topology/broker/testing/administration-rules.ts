import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BrokerUnderTest, bytes, code, readAll, record, text, topic, values } from './broker-fixture.ts'

export function administrationRules(log: BrokerUnderTest): void {
  describe('erasure', () => {
    test('what matches is gone, also from the last batch; the rest stays at its offsets', async () => {
      await log.send(record('in', 'a', '1'), record('in', 'b', '2'))
      await log.sendEach(record('in', 'a', '3'), record('in', 'c', '4'), record('in', 'a', '5'))
      assert.equal(await log.broker.erase('in', ({ key }) => text(key) === 'a'), 3)
      assert.deepEqual(
        (await readAll(log.broker, 'in')).map(({ offset, value }) => [offset, text(value)]),
        [
          [1, '2'],
          [3, '4'],
        ],
      )
      const { earliest, latest } = await log.broker.offsets({ topic: 'in', partition: 0 })
      assert.deepEqual({ earliest, latest }, { earliest: 0, latest: 5 })
      await log.send(record('in', 'd', '6'))
      assert.deepEqual(
        (await readAll(log.broker, 'in')).map(({ offset }) => offset),
        [1, 3, 5],
      )
      assert.equal(await log.broker.erase('in', ({ key }) => text(key) === 'a'), 0)
    })

    test('a topic that was erased altogether reads on', async () => {
      await log.sendEach(record('in', 'a', '1'), record('in', 'a', '2'))
      assert.equal(await log.broker.erase('in', () => true), 2)
      assert.deepEqual(await readAll(log.broker, 'in'), [])
      await log.send(record('in', 'a', '3'))
      assert.deepEqual(values(await readAll(log.broker, 'in')), ['3'])
    })

    test('an unknown topic is refused', async () => {
      await assert.rejects(
        log.broker.erase('nowhere', () => true),
        code('TOPIC_UNKNOWN'),
      )
    })
  })

  describe('reset', () => {
    const build = async (applicationId: string) => {
      await log.broker.createTopics([
        topic(`${applicationId}-s-changelog`, { cleanupPolicy: 'compact' }),
        topic(`${applicationId}-by-user-repartition`),
      ])
      const session = await log.broker.session({ applicationId })
      await session.commit({
        records: [record(`${applicationId}-s-changelog`, 'k', 'v')],
        offsets: [{ topic: 'in', partition: 0, offset: 3, metadata: '' }],
        changes: [{ store: 's', partition: 0, key: bytes('k'), value: bytes('v') }],
      })
      return session
    }
    const topicNames = async () => (await log.broker.topics()).map(({ name }) => name).sort()

    test('drops offsets, state and internal topics of the application, and no others', async () => {
      await (await build('chat')).close()
      const other = await build('chat-analysis')
      await log.broker.reset('chat')
      assert.deepEqual(await topicNames(), [
        'chat-analysis-by-user-repartition',
        'chat-analysis-s-changelog',
        'in',
        'out',
      ])
      assert.deepEqual(await log.broker.committed('chat'), [])
      const fresh = await log.broker.session({ applicationId: 'chat' })
      assert.equal(fresh.state.get('s', 0, bytes('k')), undefined)
      assert.equal(fresh.state.changelogOffset('s', 0), undefined)
      assert.equal(text(other.state.get('s', 0, bytes('k'))), 'v')
    })

    test('is refused while a session is open, and changes nothing', async () => {
      const session = await build('chat')
      await assert.rejects(log.broker.reset('chat'), code('SESSION_OPEN'))
      assert.equal(text(session.state.get('s', 0, bytes('k'))), 'v')
      assert.equal((await log.broker.committed('chat')).length, 1)
    })

    test('a session from before the reset cannot write afterwards', async () => {
      const session = await build('chat')
      await session.close()
      await log.broker.reset('chat')
      const next = await log.broker.session({ applicationId: 'chat' })
      assert.ok(next.epoch > session.epoch)
    })
  })

  describe('schemas', () => {
    test('an id is given once for a schema and found by every broker of the log', async () => {
      const other = await log.fixture.open()
      const id = log.broker.schemas.register('in-value', '"string"')
      assert.equal(log.broker.schemas.register('in-value', '"string"'), id)
      assert.equal(other.schemas.register('out-value', '"string"'), id)
      assert.notEqual(other.schemas.register('in-value', '"long"'), id)
      assert.equal(other.schemas.schema(id), '"string"')
      const late = log.broker.schemas.register('in-value', '"int"')
      assert.equal(other.schemas.schema(late), '"int"')
      assert.ok(Number.isInteger(id) && id > 0 && id < 2 ** 31)
    })

    test('an id that this log never gave is unknown', () => {
      assert.equal(log.broker.schemas.schema(0), undefined)
      assert.equal(log.broker.schemas.schema(2 ** 31 - 1), undefined)
    })
  })
}
