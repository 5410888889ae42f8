import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { jsonSerde, stringSerde } from '../serde.ts'
import { TopologyTestDriver } from '../testing/index.ts'
import { testTopic } from '../testing/test-topic.ts'
import type { DeadLetter } from './dead-letter.ts'

const input = testTopic<string>('input')
const output = testTopic<string>('output')
const latest = { ...testTopic<string>('latest'), cleanupPolicy: 'compact' as const }
const deadLetters = {
  topic: testTopic<DeadLetter & { bytes: string }>('dead-letters'),
  toValue: (letter: DeadLetter) => ({ ...letter, bytes: Buffer.from(letter.value ?? []).toString('latin1') }),
}

/** Makes of one input what no log takes. */
const unwritable = () => {
  const builder = new StreamsBuilder()
  const source = builder.stream('source', { topic: input, key: stringSerde })
  source
    .map('make', (value) => ({
      key: 'k',
      value: value === 'huge' ? 'x'.repeat(2 ** 21) : value,
      timestamp: value === 'timeless' ? Number.NaN : 0,
    }))
    .to('sink', {
      topic: output,
      key: stringSerde,
      partition: ({ value }) => (value === 'astray' ? 7 : 0),
    })
  source
    .filter('keyless', (value) => value === 'keyless')
    .map('drop-key', (value) => ({ key: null as unknown as string, value }))
    .to('latest', { topic: latest, key: stringSerde })
  return builder.build()
}
const poisons = ['huge', 'timeless', 'astray', 'keyless']

test('a result that no log takes is a production failure of its sink, at its record', async () => {
  await using driver = new TopologyTestDriver(unwritable(), { deadLetters, onError: { production: 'continue' } })
  const values = ['fine', ...poisons, 'fine too']
  await driver.input(input).sendAll(values.map((value) => ({ key: 'k', value, timestamp: 0 })))
  assert.deepEqual(await driver.output(output).values(), ['fine', 'keyless', 'fine too'])
  assert.deepEqual(
    (await driver.output(deadLetters.topic).values()).map((letter) => [letter!.stage, letter!.node, letter!.offset]),
    [
      ['production', 'sink', 1],
      ['production', 'sink', 2],
      ['production', 'sink', 3],
      ['production', 'latest', 4],
    ],
  )
})

test('where the policy is to fail, it stops there with the coordinates', async () => {
  for (const value of poisons) {
    await using driver = new TopologyTestDriver(unwritable())
    await assert.rejects(driver.input(input).send('k', value, 0), {
      code: 'STREAMS_PRODUCTION',
      message: /topic=input partition=0 offset=0/,
    })
  }
})

test('a dead letter that no log takes goes without the bytes it would carry', async () => {
  const raw = Buffer.alloc(2 ** 20 - 100, '{')
  await using driver = new TopologyTestDriver(unwritable(), { deadLetters, onError: { deserialization: 'continue' } })
  await driver.input(input).sendRaw({ value: raw })
  const [letter] = await driver.output(deadLetters.topic).values()
  assert.deepEqual([letter!.stage, letter!.offset, letter!.bytes], ['deserialization', 0, ''])
})

test('a state value that cannot be encoded stops the task, and the error names its store', async () => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .groupByKey()
    .aggregate('unwritable-store', { initializer: () => 0n, aggregator: (n) => n + 1n, value: jsonSerde<bigint>() })
  await using driver = new TopologyTestDriver(builder.build())
  await assert.rejects(driver.input(input).send('k', 'a', 0), {
    code: 'STREAMS_PRODUCTION',
    message: /store "unwritable-store".*partition=0.*BigInt/,
  })
})
