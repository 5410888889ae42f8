import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeTopology } from './describe.ts'
import { StreamsBuilder } from './dsl/streams-builder.ts'
import { TopologyError } from './errors.ts'
import { jsonSerde, stringSerde } from './serde.ts'
import { keyValueStore } from './state/declaration.ts'
import { subtopologies } from './subtopologies.ts'
import { testTopic } from './testing/test-topic.ts'
import { Topology } from './topology.ts'
import { timeWindows } from './window/windows.ts'

const input = testTopic<string>('input')
const source = { topic: input, key: stringSerde }
const idle = () => ({ process() {} })
const store = (name: string) => keyValueStore(name, { key: stringSerde, value: jsonSerde<number>() })
const refuses = (build: () => unknown, code: string, message: RegExp) =>
  assert.throws(build, (error: Error) => {
    assert.ok(error instanceof TopologyError)
    assert.equal(error.code, code)
    assert.match(error.message, message)
    return true
  })

test('two nodes cannot have one name', () => {
  refuses(() => new Topology().addSource('a', source).addSource('a', source), 'TOPOLOGY_NAME_TAKEN', /"a"/)
})

test('no node and no store goes without a name', () => {
  refuses(() => new Topology().addSource('', source), 'TOPOLOGY_NAME_MISSING', /source/)
  refuses(() => new Topology().addStateStore(store('')), 'TOPOLOGY_NAME_MISSING', /state store/)
})

test('a parent must exist and must not be a sink', () => {
  refuses(
    () => new Topology().addSource('a', source).addProcessor('b', idle, ['nobody']).validate(),
    'TOPOLOGY_PARENT_UNKNOWN',
    /"b" names "nobody"/,
  )
  const sink = { topic: testTopic<string>('out'), key: stringSerde }
  refuses(
    () => new Topology().addSource('a', source).addSink('s', sink, ['a']).addProcessor('b', idle, ['s']).validate(),
    'TOPOLOGY_PARENT_IS_SINK',
    /below sink "s"/,
  )
})

test('a cycle is refused', () => {
  refuses(
    () =>
      new Topology()
        .addSource('a', source)
        .addProcessor('b', idle, ['a', 'c'])
        .addProcessor('c', idle, ['b'])
        .validate(),
    'TOPOLOGY_CYCLE',
    /"b", "c"/,
  )
})

test('a store needs an owner, and an owner needs its store', () => {
  refuses(
    () => new Topology().addSource('a', source).addStateStore(store('s')).validate(),
    'TOPOLOGY_STORE_WITHOUT_OWNER',
    /"s"/,
  )
  refuses(
    () => new Topology().addSource('a', source).addProcessor('b', idle, ['a'], ['s']).validate(),
    'TOPOLOGY_STORE_UNKNOWN',
    /"b" uses store "s"/,
  )
})

test('a store cannot be shared across an async node', () => {
  const topology = new Topology()
    .addSource('a', source)
    .addStateStore(store('s'))
    .addProcessor('before', idle, ['a'], ['s'])
    .addAsync('model', async (values) => values, ['before'])
    .addProcessor('after', idle, ['model'], ['s'])
  refuses(() => topology.validate(), 'TOPOLOGY_STORE_ACROSS_ASYNC', /"before" and "after"/)
})

test('topics that meet at a store have the same number of partitions', () => {
  const topology = new Topology()
    .addSource('a', source)
    .addSource('b', { topic: testTopic<string>('other', 3), key: stringSerde })
    .addStateStore(store('s'))
    .addProcessor('c', idle, ['a', 'b'], ['s'])
  refuses(() => topology.validate(), 'TOPOLOGY_NOT_COPARTITIONED', /"input" \(1\), "other" \(3\)/)
})

test('grouping by key is refused where the key may have changed', () => {
  const stream = new StreamsBuilder().stream('a', source)
  refuses(() => stream.selectKey('b', (value) => value).groupByKey(), 'TOPOLOGY_KEY_CHANGED', /groupBy or repartition/)
  stream
    .selectKey('c', (value) => value, { partitionPreserving: true, key: stringSerde })
    .groupByKey()
    .count('counts')
})

const wordCount = () => {
  const builder = new StreamsBuilder()
  builder
    .stream('lines', source)
    .flatMapValues('split', (line) => line.split(' '))
    .mapValuesAsync('score', async (words) => words)
    .groupBy('by-word', (word) => word, { key: stringSerde, value: jsonSerde<string>() })
    .windowedBy(timeWindows({ sizeMs: 10, graceMs: 0 }))
    .count('counts')
    .map('show', (count, { key }) => ({ key: key.key, value: String(count) }))
    .to('out', { topic: testTopic<string>('word-counts'), key: stringSerde })
  return builder.build()
}

test('a repartition topic divides a topology in two', () => {
  const parts = subtopologies(wordCount())
  assert.deepEqual(
    parts.map(({ id, topics, stores, partitions }) => ({ id, topics, stores, partitions })),
    [
      { id: 0, topics: ['input'], stores: [], partitions: 1 },
      { id: 1, topics: ['by-word-repartition'], stores: ['counts'], partitions: 1 },
    ],
  )
})

test('a topology describes itself as text', () => {
  assert.equal(
    describeTopology(wordCount()).text,
    `Subtopology 0 (1 task)
  source lines <- topic input
    -> split
  processor split
    -> score
  async score (up to 64 values a call, 2 calls at a time)
    -> by-word
  processor by-word
    -> by-word-sink
  sink by-word-sink -> topic <application id>-by-word-repartition
Subtopology 1 (1 task)
  source by-word-source <- topic <application id>-by-word-repartition
    -> counts
  processor counts [counts]
    -> show
  processor show
    -> out
  sink out -> topic word-counts
  store counts (windows), changelog <application id>-counts-changelog
`,
  )
})

test('a topology describes itself as a Mermaid picture', () => {
  assert.equal(
    describeTopology(wordCount()).mermaid,
    `flowchart TD
  t0[(input)]
  t1[(by-word-repartition)]
  t2[(word-counts)]
  subgraph s0 [subtopology 0]
    n0(lines)
    n1(split)
    n2{{score}}
    n3(by-word)
    n4(by-word-sink)
  end
  subgraph s1 [subtopology 1]
    n5(by-word-source)
    n6(counts)
    n7(show)
    n8(out)
    d0[/counts/]
  end
  t0 --> n0
  n0 --> n1
  n1 --> n2
  n2 --> n3
  n3 --> n4
  n4 --> t1
  t1 --> n5
  n5 --> n6
  n6 --- d0
  n6 --> n7
  n7 --> n8
  n8 --> t2
`,
  )
})
