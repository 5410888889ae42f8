import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Faults } from '../broker/faults.ts'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import { DeserializationError, ProcessingError, ProductionError } from '../errors.ts'
import type { ProcessorContext } from '../processor.ts'
import type { StreamRecord } from '../record.ts'
import { jsonSerde, stringSerde } from '../serde.ts'
import { keyValueStore } from '../state/declaration.ts'
import type { KeyValueStore } from '../state/state-store.ts'
import { TopologyTestDriver } from '../testing/index.ts'
import { testTopic } from '../testing/test-topic.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { Logger } from './logger.ts'

const input = testTopic<string>('input')
const output = testTopic<string>('output')
const deadLetters = {
  topic: testTopic<DeadLetter & { text: string }>('dead-letters'),
  toValue: (letter: DeadLetter) => ({ ...letter, text: Buffer.from(letter.value ?? []).toString() }),
}
const record = (value: string, timestamp = 0, key = 'k') => ({ key, value, timestamp })

const shout = () => {
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .mapValues('shout', (value) => {
      if (value === 'poison') throw new RangeError('cannot shout poison')
      return value === 'unwritable' ? (1n as unknown as string) : value.toUpperCase()
    })
    .to('sink', { topic: output, key: stringSerde })
  return builder.build()
}

test('counts words through a repartition topic', async () => {
  const counts = testTopic<number | undefined>('counts')
  const builder = new StreamsBuilder()
  builder
    .stream('lines', { topic: input, key: stringSerde })
    .flatMapValues('split', (line) => line.split(' '))
    .groupBy('by-word', (word) => word, { key: stringSerde, value: jsonSerde<string>() })
    .count('counts')
    .toStream('updates')
    .to('out', { topic: counts, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build())
  await driver.input(input).send('k', 'a rose is a rose', 5)
  assert.deepEqual(
    (await driver.output(counts).records()).map(({ key, value, timestamp }) => `${key}=${value}@${timestamp}`),
    ['a=1@5', 'rose=1@5', 'is=1@5', 'a=2@5', 'rose=2@5'],
  )
})

test('a record goes down the first branch that takes it, and merged streams keep the order of arrival', async () => {
  const builder = new StreamsBuilder()
  const kinds = builder.stream('source', { topic: input, key: stringSerde }).split('by-length')
  const short = kinds.branch('short', (value) => value.length < 3).mapValues('mark-short', (value) => `short ${value}`)
  const long = kinds
    .otherwise('long')
    .mapValuesAsync('mark-long', async (values) => values.map((value) => `long ${value}`))
  short.merge('all', long).to('sink', { topic: output, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build())
  await driver.input(input).sendAll(['abc', 'a', 'abcd', 'ab'].map((value) => record(value)))
  assert.deepEqual(await driver.output(output).values(), ['long abc', 'short a', 'long abcd', 'short ab'])
})

test('by default what cannot be read, processed or written stops the task before it is lost', async () => {
  const cases = [
    { value: Buffer.from('{'), error: DeserializationError, code: 'STREAMS_DESERIALIZATION' },
    { value: Buffer.from('"poison"'), error: ProcessingError, code: 'STREAMS_PROCESSING' },
    { value: Buffer.from('"unwritable"'), error: ProductionError, code: 'STREAMS_PRODUCTION' },
  ]
  for (const { value, error, code } of cases) {
    await using driver = new TopologyTestDriver(shout())
    await driver.input(input).send('k', 'fine', 0)
    await assert.rejects(driver.input(input).sendRaw({ value }), (thrown: Error) => {
      assert.ok(thrown instanceof error)
      assert.equal(thrown.code, code)
      assert.match(thrown.message, /topic=input partition=0 offset=1/)
      return true
    })
    assert.deepEqual(await driver.broker.committed('test').then(([offset]) => offset?.offset), 1)
  }
})

test('to continue is to write a dead letter with cause, raw bytes, coordinates, node and stack', async () => {
  const lines: [string, unknown][] = []
  const logger: Logger = { info() {}, warn: (event, { reason }) => lines.push([event, reason]), error() {} }
  await using driver = new TopologyTestDriver(shout(), {
    deadLetters,
    logger,
    onError: { deserialization: 'continue', processing: 'continue', production: 'continue' },
  })
  await driver.input(input).sendRaw({ value: Buffer.from('{') })
  await driver.input(input).sendAll(['poison', 'unwritable', 'fine'].map((value) => record(value)))
  assert.deepEqual(await driver.output(output).values(), ['FINE'])
  const letters = await driver.output(deadLetters.topic).values()
  assert.deepEqual(
    letters.map((letter) => [letter!.stage, letter!.node, letter!.offset, letter!.text, letter!.code]),
    [
      ['deserialization', 'source', 0, '{', 'SyntaxError'],
      ['processing', 'shout', 1, '"poison"', 'RangeError'],
      ['production', 'sink', 2, '"unwritable"', 'TypeError'],
    ],
  )
  assert.match(letters[1]!.stack, /cannot shout poison[\s\S]*task\.test\.ts/)
  const [task] = (await driver.metrics()).tasks
  assert.deepEqual(task!.dropped, { deserialization: 1, processing: 1, production: 1 })
  assert.deepEqual(lines, [
    ['record-skipped', 'deserialization'],
    ['record-skipped', 'processing'],
    ['record-skipped', 'production'],
  ])
})

test('a poisoned async batch is halved until the record at fault stands alone', async () => {
  const calls: number[] = []
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .mapValuesAsync(
      'model',
      async (values) => {
        calls.push(values.length)
        if (values.includes('bad')) throw new Error('bad input')
        return values.map((value) => `${value}!`)
      },
      { batchSize: 8 },
    )
    .to('sink', { topic: output, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build(), { deadLetters, onError: { processing: 'continue' } })
  await driver.input(input).sendAll(['1', '2', '3', 'bad', '5', '6', '7', '8'].map((value) => record(value)))
  assert.deepEqual(await driver.output(output).values(), ['1!', '2!', '3!', '5!', '6!', '7!', '8!'])
  assert.deepEqual(
    (await driver.output(deadLetters.topic).values()).map((letter) => letter!.offset),
    [3],
  )
  assert.deepEqual(calls, [8, 4, 2, 2, 1, 1, 4])
})

test('a commit takes only what went all the way through its async nodes', async () => {
  const open = Promise.withResolvers<void>()
  let isFirst = true
  const builder = new StreamsBuilder()
  builder
    .stream('source', { topic: input, key: stringSerde })
    .mapValuesAsync('slow', async (values) => {
      if (!isFirst) await open.promise
      isFirst = false
      return values
    })
    .to('sink', { topic: output, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build(), { batchSize: 1, commitEvery: 1 })
  await driver.input(input).write(['first', 'second', 'third'].map((value) => record(value)))
  const thread = await driver.start()
  for (let turn = 0; turn < 20; turn++) {
    await Promise.race([thread.runOnce(0), new Promise((go) => setTimeout(go, 5))])
    if ((await driver.broker.committed('test')).length > 0) break
  }
  const [committed] = await driver.broker.committed('test')
  assert.equal(committed!.offset, 1)
  assert.deepEqual(await driver.output(output).values(), ['first'])
  open.resolve()
})

const counting = () => {
  const builder = new StreamsBuilder()
  builder.addStateStore(keyValueStore('seen', { key: stringSerde, value: jsonSerde<number>() }))
  builder
    .stream('source', { topic: input, key: stringSerde })
    .process<string, string>(
      'count',
      () => {
        let context: ProcessorContext<string, string>
        let store: KeyValueStore<string, number>
        return {
          init(given) {
            context = given
            store = given.getStateStore('seen')
            given.schedule(10, 'stream-time', (timestamp) =>
              context.forward({ key: 'tick', value: `${context.streamTime}`, timestamp, headers: [] }),
            )
          },
          process({ key, value, timestamp, headers }: StreamRecord<string, string>) {
            const count = (store.get(key) ?? 0) + 1
            store.put(key, count)
            context.forward({ key, value: `${value}${count}`, timestamp, headers })
          },
        }
      },
      { stores: ['seen'] },
    )
    .to('sink', { topic: output, key: stringSerde })
  return builder.build()
}

test('an aborted commit leaves no trace, and its records are done again', async () => {
  const faults = new Faults()
  await using driver = new TopologyTestDriver(counting(), { faults })
  faults.commits.push('aborted', 'unknown-but-committed')
  await driver.input(input).sendAll(['a', 'b'].map((value) => record(value, 1)))
  assert.deepEqual(await driver.output(output).values(), ['a1', '1', 'b2'])
  const store = await driver.store<KeyValueStore<string, number>>('seen')
  assert.equal(store.get('k'), 2)
})

test('a fenced thread stops without writing', async () => {
  const faults = new Faults()
  await using driver = new TopologyTestDriver(counting(), { faults })
  await driver.run()
  faults.commits.push('fenced')
  await assert.rejects(driver.input(input).send('k', 'a', 1), { code: 'STREAMS_FENCED' })
  assert.deepEqual(await driver.broker.committed('test'), [])
})

test('a crash drops what was not committed; stream time and its punctuations go on where they stood', async () => {
  await using driver = new TopologyTestDriver(counting())
  const out = driver.output(output)
  await driver.input(input).sendAll([record('a', 5), record('b', 12)])
  assert.deepEqual(await out.values(), ['a1', '5', 'b2', '12'])
  await driver.input(input).write([record('c', 14)])
  await driver.runWithoutCommit()
  await driver.restart()
  await driver.run()
  // 14 is not yet the next multiple of 10: the schedule was at 20 before the crash.
  assert.deepEqual(await out.values(), ['c3'])
})

test('what a store returns cannot be changed behind its back', async () => {
  const builder = new StreamsBuilder()
  builder.addStateStore(keyValueStore('lists', { key: stringSerde, value: jsonSerde<string[]>() }))
  builder.stream('source', { topic: input, key: stringSerde }).process(
    'append',
    () => {
      let store: KeyValueStore<string, string[]>
      return {
        init(context) {
          store = context.getStateStore('lists')
        },
        process({ key, value }: StreamRecord<string, string>) {
          const list = store.get(key) ?? []
          list.push(value)
          store.put(key, list)
        },
      }
    },
    { stores: ['lists'] },
  )
  await using driver = new TopologyTestDriver(builder.build())
  await driver.input(input).send('k', 'a', 0)
  await assert.rejects(driver.input(input).send('k', 'b', 0), /not extensible/)
})

test('topics that meet in a task are taken in the order of their time', async () => {
  const settings = testTopic<string>('settings')
  const builder = new StreamsBuilder()
  const chat = builder.stream('chat', { topic: input, key: stringSerde })
  const changes = builder.stream('changes', { topic: settings, key: stringSerde })
  chat.merge('both', changes).to('sink', { topic: output, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build())
  await driver.input(settings).write([record('set 1', 1), record('set 4', 4)])
  await driver.input(input).write([record('chat 2', 2), record('chat 3', 3), record('chat 5', 5)])
  await driver.run()
  assert.deepEqual(await driver.output(output).values(), ['set 1', 'chat 2', 'chat 3', 'set 4', 'chat 5'])
})
