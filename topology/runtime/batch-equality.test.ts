import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CommitFault, Faults } from '../broker/faults.ts'
import { oneAtATime } from '../testing/one-at-a-time.ts'
import {
  buildTopology,
  type Input,
  inputRecords,
  inputs,
  type NodeSpec,
  nodeSpecs,
  output,
} from '../testing/random-topology.ts'
import { testTopic } from '../testing/test-topic.ts'
import { TopologyTestDriver } from '../testing/topology-test-driver.ts'

interface Run {
  readonly batchSize: number
  readonly commitEvery: number
  readonly faults: readonly CommitFault[]
  readonly gap: number
  readonly turns: readonly number[]
}
const runs: fc.Arbitrary<Run> = fc.record({
  batchSize: fc.constantFrom(1, 7, 512),
  commitEvery: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(Infinity)),
  faults: fc.array(
    fc.constantFrom<CommitFault>(
      'committed',
      'committed',
      'aborted',
      'unknown-but-committed',
      'unknown-and-not-committed',
    ),
    { maxLength: 6 },
  ),
  gap: fc.constantFrom(0, 0, 1, 3),
  turns: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 7 }),
})

const deadLetters = {
  topic: testTopic<string>('dead-letters'),
  toValue: ({ node }: { node: string }) => node,
}

async function engine(specs: readonly NodeSpec[], records: readonly Input[], run: Run) {
  let call = 0
  const topology = buildTopology(specs, () => run.turns[call++ % run.turns.length]!)
  const faults = new Faults()
  faults.gapAfterCommit = run.gap
  await using driver = new TopologyTestDriver(topology, {
    batchSize: run.batchSize,
    commitEvery: run.commitEvery,
    faults,
    deadLetters,
    onError: { processing: 'continue' },
  })
  for (const [i, topic] of inputs.entries())
    await driver
      .input(topic)
      .write(
        records
          .filter((record) => record.topic === i)
          .map(({ key, value, timestamp }) => ({ key, value: String(value), timestamp })),
      )
  faults.commits.push(...run.faults)
  await driver.run()
  const outputs = await driver.output(output).records()
  return {
    topology,
    outputs: outputs.map(({ key, value, timestamp }) => `${key}|${value}|${timestamp}`),
    failures: await driver.output(deadLetters.topic).values(),
  }
}

test('batches of any size, split into any commits, with aborts, look like one record at a time', async () => {
  await fc.assert(
    fc.asyncProperty(nodeSpecs, inputRecords, runs, async (specs, records, run) => {
      const { topology, outputs, failures } = await engine(specs, records, run)
      const expected = oneAtATime(specs, topology, records)
      assert.deepEqual(outputs, expected.outputs)
      assert.deepEqual(failures, expected.failures)
    }),
    { seed: 20, numRuns: 400 },
  )
})
