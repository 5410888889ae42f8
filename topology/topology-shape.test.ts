import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamsBuilder } from './dsl/streams-builder.ts'
import { stringSerde } from './serde.ts'
import { testTopic } from './testing/test-topic.ts'
import { shapeConflicts, shapeOf } from './topology-shape.ts'
import { timeWindows } from './window/windows.ts'

const input = (partitions = 2) => testTopic<string>('input', partitions)

interface Variant {
  readonly store?: string
  readonly sizeMs?: number
  readonly graceMs?: number
  readonly partitions?: number
  readonly isWindowed?: boolean
  readonly group?: string
  readonly more?: boolean
}

const variant = (options: Variant = {}) => {
  const {
    store = 'counts',
    sizeMs = 10,
    graceMs = 0,
    partitions = 2,
    isWindowed = true,
    group = 'by-word',
    more,
  } = options
  const builder = new StreamsBuilder()
  const source = builder.stream('source', { topic: input(partitions), key: stringSerde })
  const checked = more ? source.filter('check', () => true) : source
  const grouped = checked.groupBy(group, (value) => value, { key: stringSerde, value: input().value })
  if (isWindowed) grouped.windowedBy(timeWindows({ sizeMs, graceMs })).count(store)
  else grouped.count(store)
  if (more) checked.groupByKey().count('more')
  return shapeOf(builder.build())
}
const conflicts = (after: Variant) => shapeConflicts(variant(), variant(after))

test('the same topology fits, also with other graces, more nodes and more stores', () => {
  assert.deepEqual(conflicts({}), [])
  assert.deepEqual(conflicts({ graceMs: 5 }), [])
  assert.deepEqual(conflicts({ more: true }), [])
})

test('a shape outlives JSON', () => {
  const shape = variant({ more: true })
  assert.deepEqual(JSON.parse(JSON.stringify(shape)), shape)
})

test('what does not fit is said by name, with what it was and what it is', () => {
  assert.deepEqual(conflicts({ store: 'totals' }), [
    'store "counts" is gone; if it is "totals" now, give it its name back',
  ])
  assert.deepEqual(conflicts({ isWindowed: false }), ['store "counts" was of kind windows and is of kind key-value'])
  assert.deepEqual(conflicts({ sizeMs: 20 }), [
    'store "counts" held windows of time 10/10 ms and is to hold time 20/20 ms',
  ])
  assert.deepEqual(conflicts({ partitions: 3 }), [
    'store "counts" had 2 partitions and has 3',
    'repartition topic "by-word-repartition" had 2 partitions and has 3',
  ])
  assert.deepEqual(conflicts({ group: 'by-term' }), [
    'repartition topic "by-word-repartition" is gone, with what was not read of it yet',
  ])
})
