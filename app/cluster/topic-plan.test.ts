import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeChange, planTopics, wantedTopic } from './topic-plan.ts'

const spec = { name: 'chat-messages', partitions: 4, cleanupPolicy: 'delete', retentionMs: 1_000 } as const
const wanted = wantedTopic(spec, { replication: 3, minIsr: 2 })
const existing = { ...wanted, configs: { ...wanted.configs, 'segment.bytes': '1' } }

test('a cluster that has everything needs nothing: apply may run as often as one likes', () => {
  assert.deepEqual(planTopics([wanted], [existing, { ...existing, name: 'somebody-elses' }]), [])
})

test('what is missing is made with its partitions, replicas and configuration', () => {
  const [change] = planTopics([wanted], [])
  assert.deepEqual(change, { kind: 'create', topic: wanted })
  assert.match(
    describeChange(change!),
    /^\+ chat-messages: 4 partitions, 3 replicas, delete, retention.ms=1000, min.insync.replicas=2$/,
  )
})

test('a topic that keeps for ever says so, and takes any timestamp of ours', () => {
  const { configs } = wantedTopic(
    { ...spec, cleanupPolicy: 'compact', retentionMs: null },
    { replication: 1, minIsr: 1 },
  )
  assert.equal(configs['retention.ms'], '-1')
  assert.equal(configs['cleanup.policy'], 'compact')
  assert.equal(configs['message.timestamp.type'], 'CreateTime')
})

test('a configuration that differs is changed, with what it was', () => {
  const [change] = planTopics([wanted], [{ ...existing, configs: { ...existing.configs, 'retention.ms': '9' } }])
  assert.equal(describeChange(change!), '~ chat-messages: retention.ms 9 -> 1000')
})

test('fewer partitions are refused, more only when they are asked for', () => {
  const kinds = (partitions: number, grow: boolean) =>
    planTopics([wanted], [{ ...existing, partitions }], { grow }).map(({ kind }) => kind)
  assert.deepEqual(kinds(5, false), ['refused'])
  assert.deepEqual(kinds(5, true), ['refused'])
  assert.deepEqual(kinds(3, false), ['refused'])
  assert.deepEqual(kinds(3, true), ['grow'])
})

test('another number of replicas is told and left to the tool that moves them', () => {
  const changes = planTopics(
    [wanted],
    [{ ...existing, replication: 1, configs: { ...existing.configs, 'min.insync.replicas': '1' } }],
  )
  assert.deepEqual(
    changes.map(({ kind }) => kind),
    ['differs'],
    'min ISR 2 on one replica would let nobody write',
  )
  assert.match(describeChange(changes[0]!), /^\? chat-messages: replicated 1 times, 3 are wanted/)
})
