import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BrokerUnderTest, bytes, code, record, text, topic } from './broker-fixture.ts'

export function resetRules(log: BrokerUnderTest): void {
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
}
