import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HyperLogLog } from './hyper-log-log.ts'

const sketchOf = (count: number, prefix = ''): HyperLogLog => {
  const sketch = new HyperLogLog()
  for (let i = 0; i < count; i++) sketch.add(`${prefix}author-${i}`)
  return sketch
}

test('counts an empty sketch as nothing and a repeated author once', () => {
  const sketch = new HyperLogLog()
  assert.equal(sketch.count(), 0)
  for (let i = 0; i < 100; i++) sketch.add('민수')
  assert.equal(sketch.count(), 1)
})

test('is exact to one in a hundred while there are few authors', () => {
  for (const count of [2, 10, 50, 100])
    assert.ok(Math.abs(sketchOf(count).count() - count) <= Math.ceil(count / 100), `${count}`)
})

test('keeps its root mean square error near 1.6 % from a hundred to two hundred thousand authors', () => {
  for (const count of [100, 1_000, 5_000, 10_000, 20_000, 200_000]) {
    const trials = count > 50_000 ? 4 : 24
    let squares = 0
    for (let trial = 0; trial < trials; trial++) squares += (sketchOf(count, `${trial}/`).count() / count - 1) ** 2
    const error = Math.sqrt(squares / trials)
    // 1.04 / sqrt(4096) = 1.6 %; the error of so few trials varies, three standard errors is what chance allows.
    assert.ok(error < 0.016 * (1 + 3 / Math.sqrt(2 * trials)), `${count}: ${(error * 100).toFixed(2)} %`)
  }
})

test('reads back what it wrote, sparse and dense, and stays under 64 KiB', () => {
  for (const count of [0, 1, 900, 50_000]) {
    const sketch = sketchOf(count)
    const bytes = sketch.toBytes()
    assert.ok(bytes.length <= 4_098)
    assert.equal(HyperLogLog.from(bytes).count(), sketch.count())
    assert.deepEqual(HyperLogLog.from(bytes).toBytes(), bytes)
  }
})

test('a merge counts the union', () => {
  const one = sketchOf(3_000, 'a/')
  const both = sketchOf(3_000, 'a/')
  for (let i = 0; i < 3_000; i++) both.add(`b/author-${i}`)
  one.merge(sketchOf(3_000, 'b/'))
  assert.equal(one.count(), both.count())
})

test('refuses bytes that are no sketch', () => {
  assert.throws(() => HyperLogLog.from(Uint8Array.of(9, 0)), RangeError)
  assert.throws(() => HyperLogLog.from(Uint8Array.of(1, 1, 0)), RangeError)
  assert.throws(() => HyperLogLog.from(Uint8Array.of(1, 0, 255, 255, 1)), RangeError)
})
