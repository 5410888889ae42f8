import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BrokerUnderTest } from './broker-fixture.ts'

/** For logs that keep their schemas themselves. */
export function schemaRules(log: BrokerUnderTest): void {
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
