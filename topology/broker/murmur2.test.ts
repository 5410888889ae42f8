import assert from 'node:assert/strict'
import test from 'node:test'
import { murmur2, partitionOf } from './murmur2.ts'

// Vectors of Apache Kafka's own UtilsTest.testMurmur2.
const vectors: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

test('murmur2 gives the hash of the Java client', () => {
  for (const [text, hash] of vectors) assert.equal(murmur2(Buffer.from(text)), hash, text)
})

test('a negative hash loses its sign bit, as in Java, and is not taken as unsigned', () => {
  const key = Buffer.from('21')
  assert.equal(partitionOf(key, 3), (-973932308 & 0x7fffffff) % 3)
  assert.notEqual(partitionOf(key, 3), (-973932308 >>> 0) % 3)
})

test('a key that is a view into a larger buffer hashes by its own bytes', () => {
  assert.equal(murmur2(Buffer.from('__abc').subarray(2)), 479470107)
})
