import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { noHeaders } from '../../record.ts'
import type { FetchedRecord, RawRecord } from '../broker.ts'
import { readBatches } from './record-batch.ts'
import { controlKind, decodeRecords, noHeaderValue } from './record-batch-decode.ts'
import { encodeBatch } from './record-batch-encode.ts'
import { compressions } from './wire/compression.ts'

const bytes = fc.uint8Array({ maxLength: 300 })
const raw: fc.Arbitrary<RawRecord> = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  timestamp: fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER)),
  headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme' }), value: bytes }), { maxLength: 4 }),
})
const plain = ({ key, value, timestamp, headers }: RawRecord) => ({
  key: key && [...key],
  value: value && [...value],
  timestamp,
  headers: headers.map((header) => [header.key, [...header.value]]),
})
const decode = (data: Uint8Array, from = 0): FetchedRecord[] => {
  const out: FetchedRecord[] = []
  for (const batch of readBatches(data, 't', 3)) decodeRecords(batch, 't', 3, from, out)
  return out
}
const simple = (value: string): RawRecord => ({
  key: null,
  value: Buffer.from(value),
  timestamp: 5,
  headers: noHeaders,
})
const isCorrupt = (error: unknown) => (error as { code?: string }).code === 'LOG_CORRUPT'

describe('a record batch', () => {
  test('gives back what went in, in every compression', () => {
    fc.assert(
      fc.property(fc.array(raw, { minLength: 1, maxLength: 30 }), fc.constantFrom(...compressions), (records, kind) => {
        const out = decode(encodeBatch(records, { compression: kind }))
        assert.deepEqual(out.map(plain), records.map(plain))
        assert.deepEqual(
          out.map(({ topic, partition, offset }) => [topic, partition, offset]),
          records.map((_, i) => ['t', 3, i]),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('many records and large ones grow it', () => {
    const records = Array.from({ length: 20_000 }, (_, i) => simple('x'.repeat(i === 7 ? 3_000_000 : i % 300)))
    for (const compression of compressions)
      assert.deepEqual(
        decode(encodeBatch(records, { compression })).map(({ value }) => value!.length),
        records.map(({ value }) => value!.length),
      )
  })

  test('says who wrote it', () => {
    const options = { producerId: 2 ** 40 + 7, producerEpoch: 12, baseSequence: 2 ** 31 - 1, transactional: true }
    const [batch] = readBatches(encodeBatch([simple('a'), simple('b')], options), 't', 0)
    const { producerId, producerEpoch, baseSequence, transactional, control, records, lastOffset } = batch!
    assert.deepEqual({ producerId, producerEpoch, baseSequence, transactional }, options)
    assert.deepEqual([control, records, lastOffset], [false, 2, 1])
    const [anonymous] = readBatches(encodeBatch([simple('a')]), 't', 0)
    assert.deepEqual(
      [anonymous!.producerId, anonymous!.producerEpoch, anonymous!.baseSequence, anonymous!.transactional],
      [-1, -1, -1, false],
    )
  })

  test('keeps a header without a value apart from an empty one', () => {
    const headers = [
      { key: 'none', value: noHeaderValue },
      { key: 'empty', value: new Uint8Array(0) },
    ]
    const data = encodeBatch([{ ...simple('a'), headers }])
    const [none, empty] = decode(data)[0]!.headers
    assert.equal(none!.value, noHeaderValue)
    assert.notEqual(empty!.value, noHeaderValue)
    assert.deepEqual(encodeBatch(decode(data)), data)
  })

  test('gives only what is at or after the position asked for', () => {
    const data = encodeBatch(['a', 'b', 'c'].map(simple))
    assert.deepEqual(
      decode(data, 1).map(({ offset }) => offset),
      [1, 2],
    )
    assert.deepEqual(decode(data, 3), [])
  })

  test('that was cut off is left out, wherever the cut is', () => {
    const first = encodeBatch([simple('a')])
    const second = encodeBatch([simple('b')])
    const both = Buffer.concat([first, second])
    for (let cut = 0; cut < both.length; cut++)
      assert.equal(readBatches(both.subarray(0, cut), 't', 0).length, cut >= first.length ? 1 : 0)
    assert.equal(readBatches(both, 't', 0).length, 2)
  })

  test('with any bit flipped behind the checksum is refused with its place', () => {
    const data = Buffer.from(encodeBatch([simple('hello'), simple('world')]))
    for (let at = 17; at < data.length; at++) {
      const damaged = Buffer.from(data)
      damaged[at]! ^= 4
      assert.throws(() => readBatches(damaged, 'chat', 2), /chat-2: the batch at offset 0 /)
      assert.throws(() => readBatches(damaged, 'chat', 2), isCorrupt)
    }
  })

  test('whose inside is nonsense never gives a record', () => {
    fc.assert(
      fc.property(fc.array(raw, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(255), (records, where, byte) => {
        const data = Buffer.from(encodeBatch(records))
        data[61 + (where % (data.length - 61))] = byte
        const out: FetchedRecord[] = []
        const [batch] = [{ ...readBatches(encodeBatch(records), 't', 0)[0]!, data }]
        try {
          decodeRecords(batch!, 't', 0, 0, out)
        } catch (error) {
          assert.ok(isCorrupt(error))
          assert.deepEqual(out, [])
        }
      }),
      { numRuns: 500 },
    )
  })

  test('of a marker says how the transaction ended and holds no records', () => {
    for (const [kind, number] of [
      ['abort', 0],
      ['commit', 1],
      [undefined, 2],
    ] as const) {
      const key = Buffer.from([0, 0, 0, number])
      const data = Buffer.from(encodeBatch([{ ...simple('......'), key }], { producerId: 1, transactional: true }))
      const [batch] = readBatches(data, 't', 0)
      const marker = { ...batch!, control: true }
      assert.equal(controlKind(marker), kind)
      const out: FetchedRecord[] = []
      decodeRecords(marker, 't', 0, 0, out)
      assert.deepEqual(out, [])
    }
  })

  test('whose offsets have gaps, as compaction leaves them, keeps its last offset', () => {
    const data = Buffer.from(encodeBatch([simple('a')]))
    data.writeInt32BE(9, 23)
    const [batch] = readBatches(withChecksum(data), 't', 0)
    assert.equal(batch!.lastOffset, 9)
  })
})

/** As the broker's cleaner writes it: with the checksum of what it changed. */
function withChecksum(data: Buffer): Buffer {
  let crc = -1
  for (let i = 21; i < data.length; i++) {
    crc ^= data[i]!
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  data.writeUInt32BE(~crc >>> 0, 17)
  return data
}
