import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeMermaid, describeText } from './describe.ts'
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
    describeText(wordCount()),
    `Topologies:
   Sub-topology: 0
    Source: lines (topics: [input])
      --> split
    Processor: split (stores: [])
      --> score
      <-- lines
    Async: score (batch: 64, in flight: 2)
      --> by-word
      <-- split
    Processor: by-word (stores: [])
      --> by-word-sink
      <-- score
    Sink: by-word-sink (topic: by-word-repartition)
      <-- by-word
   Sub-topology: 1
    Source: by-word-source (topics: [by-word-repartition])
      --> counts
    Processor: counts (stores: [counts])
      --> show
      <-- by-word-source
    Processor: show (stores: [])
      --> out
      <-- counts
    Sink: out (topic: word-counts)
      <-- show`,
  )
})

test('a topology describes itself as a Mermaid picture', () => {
  assert.equal(
    describeMermaid(wordCount()),
    `flowchart TD
  subgraph subtopology_0["0"]
    node_lines["lines"]
    node_split["split"]
    node_score["score"]
    node_by_word["by-word"]
  end
  topic_input[/"input"/]
  topic_input --> node_lines
  node_lines --> node_split
  node_split --> node_score
  node_score --> node_by_word
  topic_by_word_repartition[/"by-word-repartition"/]
  node_by_word --> topic_by_word_repartition
  subgraph subtopology_1["1"]
    node_by_word_source["by-word-source"]
    node_counts["counts"]
    node_show["show"]
    store_counts[("counts")]
  end
  topic_by_word_repartition --> node_by_word_source
  node_by_word_source --> node_counts
  node_counts -.- store_counts
  node_counts --> node_show
  topic_word_counts[/"word-counts"/]
  node_show --> topic_word_counts`,
  )
})
