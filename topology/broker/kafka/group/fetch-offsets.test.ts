import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Coordinators } from '../coordinators.ts'
import { errors } from '../error-codes.ts'
import { type KafkaRpc, RpcLostError } from '../rpc.ts'
import { SteppingTime } from '../testing/stepping-time.ts'
import { fetchOffsets } from './fetch-offsets.ts'
import { groupErrors } from './group-errors.ts'

type Answer = { readonly errorCode?: number; readonly of?: readonly number[] } | 'lost'
const partitions = [0, 1].map((partition) => ({ topic: 't', partition }))

/** A coordinator that answers as scripted, then with offset 5 for partition 0 and none for partition 1. */
function group(...script: readonly Answer[]) {
  const answers = [...script]
  const asked: { readonly requireStable: boolean }[] = []
  const time = new SteppingTime()
  const rpc = {
    findCoordinator: async () => ({ errorCode: 0, node: 1 }),
    offsetFetch: async (_: number, request: { readonly requireStable: boolean }) => {
      asked.push(request)
      const answer = answers.shift() ?? {}
      if (answer === 'lost') throw new RpcLostError('cut')
      return {
        errorCode: answer.errorCode ?? 0,
        partitions: partitions.map((one, i) => {
          return { ...one, errorCode: answer.of?.[i] ?? 0, offset: i === 0 ? 5 : -1, leaderEpoch: 3, metadata: 'm' }
        }),
      }
    },
  } as unknown as KafkaRpc
  const fetch = (timeoutMs = 20_000) => {
    const { signal } = new AbortController()
    const coordinators = new Coordinators({ rpc, time })
    return fetchOffsets({ rpc, time, coordinators, groupId: 'app', partitions, timeoutMs, signal })
  }
  return { fetch, asked, time }
}

test('stable offsets only are asked for; what was never committed is absent', async () => {
  const { fetch, asked } = group()
  assert.deepEqual(await fetch(), [{ topic: 't', partition: 0, offset: 5, metadata: 'm' }])
  assert.equal(asked[0]!.requireStable, true)
})

test('while a transaction of an earlier owner is open, a coordinator moves or does not answer, it asks again', async () => {
  const unstable = groupErrors.UNSTABLE_OFFSET_COMMIT
  const { fetch, asked } = group({ of: [0, unstable] }, { errorCode: errors.NOT_COORDINATOR }, 'lost', {
    of: [unstable, unstable],
  })
  assert.equal((await fetch()).length, 1)
  assert.equal(asked.length, 5)
})

test('it waits for no transaction longer than one may last', async () => {
  const { fetch, time } = group(...Array.from({ length: 100 }, () => ({ of: [groupErrors.UNSTABLE_OFFSET_COMMIT] })))
  const started = time.now()
  await assert.rejects(fetch(25_000), { code: 'KAFKA_TIMEOUT' })
  assert.ok(time.now() - started <= 25_000)
})

test('missing rights are told at once', async () => {
  const { fetch, asked } = group({ errorCode: errors.GROUP_AUTHORIZATION_FAILED })
  await assert.rejects(fetch(), { code: 'KAFKA_UNAUTHORIZED' })
  assert.equal(asked.length, 1)
})
