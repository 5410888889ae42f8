import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTable, textKey } from '../training/data-sets.ts'

const part = (name: 'dev' | 'test') => readTable(join(import.meta.dirname, `${name}.tsv`))
const parts = { dev: part('dev'), test: part('test') }

test('the chat set has at least 1,500 lines of a topic, a kind, a label and a text', () => {
  const rows = [...parts.dev, ...parts.test]
  assert.ok(rows.length >= 1_500, `${rows.length}`)
  for (const row of rows) {
    assert.equal(row.length, 4, row.join('|'))
    assert.match(row[0]!, /^[a-z]+$/)
    assert.match(row[1]!, /^[a-z]+$/)
    assert.ok(['positive', 'neutral', 'negative'].includes(row[2]!), row.join('|'))
    assert.ok(row[3]!.length > 0 && row[3]!.length <= 200)
  }
})

test('a topic is in one part only', () => {
  const topics = (rows: string[][]) => new Set(rows.map(([topic]) => topic))
  assert.deepEqual([...topics(parts.dev).intersection(topics(parts.test))], [])
})

test('no line is in the set twice, and none among the lines that are trained on', () => {
  const keys = [...parts.dev, ...parts.test].map((row) => textKey(row[3]!))
  assert.equal(new Set(keys).size, keys.length)
  const trained = new Set(
    [
      join(import.meta.dirname, '../training/chat-lines.tsv'),
      join(import.meta.dirname, '../sentiment-lines.tsv'),
    ].flatMap((file) => readTable(file).map((row) => textKey(row[1]!))),
  )
  assert.deepEqual(
    keys.filter((key) => trained.has(key)),
    [],
  )
})

test('no two lines of eight letters or more share seven tenths of their four-letter stretches', () => {
  const stretches = [...parts.dev, ...parts.test].map(({ 3: text }) => {
    const key = textKey(text!)
    return key.length < 8 ? null : new Set(Array.from({ length: key.length - 3 }, (_, i) => key.slice(i, i + 4)))
  })
  for (const [i, left] of stretches.entries())
    for (const right of stretches.slice(i + 1)) {
      if (!left || !right) continue
      const shared = left.intersection(right).size
      assert.ok(shared / (left.size + right.size - shared) < 0.7, `${[...left].join('')} ~ ${[...right].join('')}`)
    }
})
