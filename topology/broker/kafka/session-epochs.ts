import { BrokerError } from '../errors.ts'
import { backoff } from './backoff.ts'
import type { Client } from './client-options.ts'
import { errors, leaderMoved, transient } from './error-codes.ts'
import { encodeBatch } from './record-batch-encode.ts'
import { refusal } from './refusal.ts'
import { RpcLostError } from './rpc.ts'
import { sessionEpochsTopic } from './session-epochs-topic.ts'

export { sessionEpochsTopic }

const PRODUCE_TIMEOUT_MS = 30_000

/**
 * The next epoch of an application: one more than the offset of a record that this call appended. The log numbers
 * records in the order in which they came, so an epoch that was asked for after another one was given is higher, whoever
 * asked. A request whose answer was lost is made again; what the first one may have appended is a number nobody uses.
 */
export async function nextSessionEpoch(
  { rpc, time, cluster }: Client,
  applicationId: string,
  who: string,
  signal?: AbortSignal,
): Promise<number> {
  const { name: topic } = sessionEpochsTopic(applicationId)
  const records = encodeBatch([{ key: Buffer.from('epoch'), value: Buffer.from(who), timestamp: 0, headers: [] }])
  for (let attempt = 0; ; attempt++) {
    if (signal?.aborted) throw new BrokerError('BROKER_CLOSED', 'closed while an epoch was being asked for')
    const leader = (await cluster.topic(topic)).leaders[0]
    if (leader) {
      const offset = await append(leader.node)
      if (offset !== undefined) return offset + 1
    }
    await time.sleep(backoff(attempt), signal)
    await cluster.refresh([topic])
  }

  async function append(node: number): Promise<number | undefined> {
    try {
      const [answer] = await rpc.produce(node, {
        tv2: false,
        transactionalId: null,
        timeoutMs: PRODUCE_TIMEOUT_MS,
        partitions: [{ topic, partition: 0, records }],
      })
      const { errorCode, errorMessage, baseOffset } = answer!
      if (errorCode === errors.NONE) return baseOffset
      if (leaderMoved.has(errorCode) || transient.has(errorCode)) return undefined
      throw refusal(errorCode, `asking ${topic} for an epoch`, errorMessage)
    } catch (error) {
      if (error instanceof RpcLostError) return undefined
      throw error
    }
  }
}
