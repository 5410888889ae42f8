import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryBroker } from '../broker/memory-broker.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { stringSerde } from '../serde.ts'
import { testTopic } from '../testing/test-topic.ts'
import { timeWindows } from '../window/windows.ts'
import { Streams } from './streams.ts'
import type { StreamsOptions } from './streams-options.ts'

const refusal = (options: Partial<StreamsOptions>): string => {
  const builder = new StreamsBuilder()
  builder.stream('source', { topic: testTopic<string>('input'), key: stringSerde })
  try {
    new Streams(builder.build(), { applicationId: 'app', broker: new MemoryBroker(), ...options })
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'STREAMS_OPTION_INVALID')
    return (error as Error).message
  }
  return ''
}

test('a number that an option cannot have is refused with its name and its bounds', () => {
  assert.equal(refusal({ batchSize: 0 }), 'batchSize must be a whole number, at least 1, not 0')
  assert.equal(refusal({ maxPollRecords: 1.5 }), 'maxPollRecords must be a whole number, at least 1, not 1.5')
  assert.equal(refusal({ commitIntervalMs: Number.NaN }), 'commitIntervalMs must be a number, at least 0, not NaN')
  assert.match(refusal({ commitBackoffMs: -1 }), /commitBackoffMs must be a number, from 0 to/)
  assert.match(refusal({ maxUncommittedBytes: '5' as never }), /maxUncommittedBytes/)
  assert.match(refusal({ cacheMaxBytes: -1 }), /cacheMaxBytes/)
})

test('options that contradict each other are refused', () => {
  assert.match(refusal({ thread: 2, threads: 2 }), /no thread 2 of 2/)
  assert.match(refusal({ commitIntervalMs: 10_000, transactionTimeoutMs: 10_000 }), /commit more often/)
  assert.match(refusal({ revokeTimeoutMs: 2_000, maxPollIntervalMs: 1_000 }), /revokeTimeoutMs/)
  assert.match(refusal({ startFrom: 'now' as never }), /startFrom/)
})

test('what is left out, or at its bound, is fine', () => {
  assert.equal(refusal({}), '')
  assert.equal(refusal({ commitIntervalMs: 0, cacheMaxEntries: 0, commitEvery: Infinity, revokeTimeoutMs: 0 }), '')
})

test('windows refuse durations that are none', () => {
  const grouped = () =>
    new StreamsBuilder().stream('source', { topic: testTopic<string>('input'), key: stringSerde }).groupByKey()
  const windows = timeWindows({ sizeMs: 10, graceMs: 0 })
  for (const options of [{ closeIdleAfterMs: 0 }, { emitIntervalMs: -1 }, { forgetKeyAfterMs: Number.NaN }])
    assert.throws(() => grouped().windowedBy(windows).count('counts', options), { code: 'TOPOLOGY_OPTION_INVALID' })
})
