import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errors } from './error-codes.ts'
import { readBatches } from './record-batch.ts'
import { type KafkaRpc, type ProduceRequest, RpcLostError } from './rpc.ts'
import { nextSessionEpoch, sessionEpochsTopic } from './session-epochs.ts'

type Answer = number | 'lost' | 'carried out, then lost'

/** A partition that numbers what is appended, and answers as scripted: an error code, or with no answer. */
function client(...script: readonly Answer[]) {
  const answers = [...script]
  const sent: ProduceRequest[] = []
  let end = 0
  let refreshed = 0
  const rpc = {
    produce: async (_: number, request: ProduceRequest) => {
      sent.push(request)
      const answer = answers.shift() ?? 0
      if (answer === 'lost') throw new RpcLostError('cut')
      if (answer === 0 || answer === 'carried out, then lost') end += 1
      if (answer === 'carried out, then lost') throw new RpcLostError('cut')
      return [{ topic: 'app-session-epochs', partition: 0, errorCode: answer, baseOffset: end - 1 }]
    },
  } as unknown as KafkaRpc
  const topic = async (name: string) => ({ name, id: 'x', leaders: [{ node: 3, epoch: 0 }] })
  const refresh = async () => {
    refreshed += 1
  }
  return {
    rpc,
    time: { now: () => 0, sleep: async () => {} },
    cluster: { known: () => undefined, topic, refresh },
    sent,
    refreshes: () => refreshed,
  }
}

test('an epoch is one more than the offset of the record that asked for it, and so grows with every call', async () => {
  const log = client()
  const next = () => nextSessionEpoch(log, 'app', 'me')
  assert.deepEqual([await next(), await next(), await next()], [1, 2, 3])
  const [request] = log.sent
  assert.equal(request!.transactionalId, null)
  const { topic, partition, records } = request!.partitions[0]!
  assert.deepEqual([topic, partition], ['app-session-epochs', 0])
  assert.equal(readBatches(records, topic, 0)[0]!.records, 1)
})

test('moved leaders and lost answers are asked again; what a lost one appended is a number nobody has', async () => {
  const log = client(errors.NOT_LEADER_OR_FOLLOWER, 'lost', 'carried out, then lost', errors.NOT_ENOUGH_REPLICAS)
  assert.equal(await nextSessionEpoch(log, 'app', 'me'), 2)
  assert.equal(log.refreshes(), 4)
})

test('missing rights are told, and a close ends the asking', async () => {
  await assert.rejects(nextSessionEpoch(client(errors.TOPIC_AUTHORIZATION_FAILED), 'app', 'me'), {
    code: 'KAFKA_UNAUTHORIZED',
  })
  await assert.rejects(nextSessionEpoch(client(), 'app', 'me', AbortSignal.abort()), { code: 'BROKER_CLOSED' })
})

test('the topic is compacted, has one partition, and no name that a reset takes for internal', () => {
  const { name, partitions, cleanupPolicy } = sessionEpochsTopic('app')
  assert.deepEqual([partitions, cleanupPolicy], [1, 'compact'])
  assert.doesNotMatch(name, /-(changelog|repartition)$/)
})
