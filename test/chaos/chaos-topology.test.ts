import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stringSerde, type Topic } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { randomOf } from '../random.ts'
import { chaosTopics, chaosTopology } from './chaos-topology.ts'
import type { DumpedRecord } from './dump-topic.ts'
import { Verifier } from './verifier.ts'

test('without any trouble, and with crashes on the test driver, the verifier finds nothing', async () => {
  const topics = chaosTopics('calm')
  await using driver = new TopologyTestDriver(chaosTopology(topics), { commitEvery: 37, batchSize: 10 })
  const below = randomOf(3)
  const input = driver.input(topics.input)
  for (let number = 1; number <= 3_000; ) {
    const count = 1 + below(200)
    await input.write(
      Array.from({ length: count }, () => ({
        key: `key-${below(20)}`,
        value: number,
        timestamp: number++ * 10 - (below(4) === 0 ? below(9) * 300 : 0) + 2_500,
      })),
    )
    if (below(3) === 0) {
      await driver.runWithoutCommit()
      await driver.restart()
    }
    await driver.run()
  }
  const dump = async (topic: Topic<unknown>): Promise<readonly DumpedRecord[]> =>
    (await driver.output(topic, stringSerde).raw()).map(({ partition, offset, timestamp, key, value }) => ({
      partition,
      offset,
      timestamp,
      key: Buffer.from(key!).toString(),
      value: Buffer.from(value!).toString(),
    }))
  const verifier = new Verifier()
  await verifier.input(await dump(topics.input as Topic<unknown>))
  for (const name of ['echo', 'running', 'windows', 'suppressed', 'groups'] as const)
    await verifier[name](await dump(topics[name] as Topic<unknown>))
  const { counts, examples } = verifier.findings
  assert.deepEqual(counts, { lost: 0, doubled: 0, misordered: 0, wrong: 0 }, examples.join('\n'))
  assert.ok(verifier.records >= 3_000 && verifier.late > 0 && verifier.outputs > 9_000)
})
