import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { testBootstrap, uniqueName } from '../testing/test-cluster.ts'
import { type ClusterRpc, openClusterRpc } from '../wire/cluster-rpc.ts'
import { type Bench, scripts } from './conformance-scripts.ts'
import { onSimulatedCluster } from './on-simulated-cluster.ts'

/** The simulation proves something about Kafka only as far as its cluster answers as Kafka does. */
describe('the simulated cluster answers as the real one', { concurrency: 4 }, () => {
  let rpc: ClusterRpc
  const topics: string[] = []
  before(() => {
    rpc = openClusterRpc({ bootstrap: testBootstrap })
  })
  after(async () => {
    await rpc.admin.deleteTopics(topics)
    await rpc.close()
  })

  for (const [name, script] of Object.entries(scripts))
    for (const isTv2 of [false, true])
      test(`${name} (${isTv2 ? 'TV2' : 'TV1'})`, async () => {
        const topic = uniqueName('simulation')
        topics.push(topic)
        const [created] = await rpc.admin.createTopics(
          [{ name: topic, partitions: 2, replicationFactor: -1, configs: {} }],
          false,
        )
        assert.equal(created!.errorCode, 0)
        const real: unknown[] = []
        const bench: Bench = {
          ...{ rpc, isTv2, topic, group: uniqueName('simulation'), transactionalId: uniqueName('simulation') },
          now: () => Date.now(),
          sleep: (ms) => setTimeout(ms),
        }
        await script(bench, (...noted) => real.push(noted))
        assert.deepEqual(await onSimulatedCluster(isTv2, script), real)
      })
})
