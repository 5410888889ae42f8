/**
 * What every `Broker` must hold, as rules. An implementation's test calls `brokerContract` in one line; several brokers
 * opened on one fixture see the same log, as threads and restarts do. `localLogContract` adds what only a log on this
 * machine can be asked: scripted faults, a clock of the test's, fixed shares of threads, erasure, its own table of schemas.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type BrokerFixture, BrokerUnderTest, code, type LocalFixture, poll } from './testing/broker-fixture.ts'
import { cleanupRules } from './testing/cleanup-rules.ts'
import { erasureRules } from './testing/erasure-rules.ts'
import { localProducerRules } from './testing/local-producer-rules.ts'
import { localReaderRules } from './testing/local-reader-rules.ts'
import { localSessionRules } from './testing/local-session-rules.ts'
import { producerRules } from './testing/producer-rules.ts'
import { readerRules } from './testing/reader-rules.ts'
import { recordRules } from './testing/record-rules.ts'
import { resetRules } from './testing/reset-rules.ts'
import { schemaRules } from './testing/schema-rules.ts'
import { sessionRules } from './testing/session-rules.ts'
import { stateRules } from './testing/state-rules.ts'
import { topicRules } from './testing/topic-rules.ts'

export function brokerContract(name: string, create: () => Promise<BrokerFixture>): void {
  describe(`${name} holds the broker contract`, () => {
    const log = new BrokerUnderTest(create).renewBeforeEach()
    topicRules(log)
    recordRules(log)
    readerRules(log)
    producerRules(log)
    sessionRules(log)
    stateRules(log)
    resetRules(log)

    test('a closed broker refuses everything and closing twice is fine', async () => {
      const reader = log.broker.reader()
      await log.broker.close()
      await log.broker.close()
      await assert.rejects(log.broker.topics(), code('BROKER_CLOSED'))
      await assert.rejects(poll(reader), code('BROKER_CLOSED'))
      assert.throws(() => log.broker.producer(), code('BROKER_CLOSED'))
      await assert.rejects(log.broker.session({ applicationId: 'app' }), code('BROKER_CLOSED'))
    })
  })
}

export function localLogContract(name: string, create: () => Promise<LocalFixture>): void {
  brokerContract(name, create)
  describe(`${name} holds the contract of a local log`, () => {
    const log = new BrokerUnderTest(create).renewBeforeEach()
    localReaderRules(log)
    localProducerRules(log)
    localSessionRules(log)
    cleanupRules(log)
    erasureRules(log)
    schemaRules(log)
  })
}
