import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTable, textKey } from '#models/training/data-sets.ts'

const lines = (name: string) => readTable(join(import.meta.dirname, name))
const [first, second] = [lines('questions.tsv'), lines('second-questions.tsv')]

test('both sets together have at least 400 lines, and 40 clusters of three to eight', () => {
  assert.ok(first.length + second.length >= 400)
  const sizes = [first, second].flatMap((rows) =>
    [
      ...Map.groupBy(
        rows.filter((row) => row[2]),
        (row) => row[2]!,
      ).values(),
    ].map((cluster) => cluster.length),
  )
  assert.ok(sizes.filter((size) => size >= 3).length >= 40)
  assert.ok(sizes.every((size) => size <= 8))
})

test('a question has a cluster of one part, and what is no question has none', () => {
  const partOf = new Map<string, string>()
  for (const row of second) {
    assert.equal(row.length, 4, row.join('|'))
    const [part = '', asks = '', cluster = '', text = ''] = row
    assert.ok(['dev', 'test'].includes(part) && ['0', '1'].includes(asks) && text !== '', row.join('|'))
    assert.equal(cluster !== '', asks === '1', row.join('|'))
    if (cluster) assert.equal(partOf.get(cluster) ?? part, part, row.join('|'))
    partOf.set(cluster, part)
  }
})

test('no line is there twice, nor in the first set', () => {
  const known = new Set(first.map((row) => textKey(row[3]!)))
  const keys = second.map((row) => textKey(row[3]!))
  assert.equal(new Set(keys).size, keys.length)
  assert.deepEqual(
    keys.filter((key) => known.has(key)),
    [],
  )
})
