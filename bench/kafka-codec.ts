/**
 * How fast record batches are written and read, against @platformatic/kafka's own codec. One core, no broker.
 *
 *     npm run bench:kafka-codec -- [--records 500] [--bytes 200] [--seconds 2] [--json] [--save]
 */
import { parseArgs } from 'node:util'
import { createRecordsBatch, Reader, readRecordsBatches } from '@platformatic/kafka'
import type { FetchedRecord } from '../topology/broker/broker.ts'
import { readBatches } from '../topology/broker/kafka/record-batch.ts'
import { decodeRecords } from '../topology/broker/kafka/record-batch-decode.ts'
import { encodeBatch } from '../topology/broker/kafka/record-batch-encode.ts'
import { compressions } from '../topology/broker/kafka/wire/compression.ts'
import { report } from './report.ts'

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '500' },
    bytes: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const count = Number(options.records)
const milliseconds = Number(options.seconds) * 1_000

/** Half of a value repeats, half does not: chat neither packs away nor is noise. */
let seed = 1
function noise(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
  return (seed >> 16) & 255
}
const value = () => Buffer.from(Array.from({ length: Number(options.bytes) }, (_, i) => (i % 2 ? 97 : noise())))
const ours = Array.from({ length: count }, (_, i) => ({
  key: Buffer.from(`user-${i % 1_000}`),
  value: value(),
  timestamp: 1_700_000_000_000 + i,
  headers: [],
}))
const theirs = ours.map(({ key, value, timestamp }) => ({
  topic: 't',
  partition: 0,
  key,
  value,
  timestamp: BigInt(timestamp),
}))

/** Records a second. */
function rate(work: () => number): number {
  for (const warmUp = performance.now(); performance.now() - warmUp < milliseconds / 4; ) work()
  let records = 0
  const begun = performance.now()
  while (performance.now() - begun < milliseconds) records += work()
  return Math.round((records / (performance.now() - begun)) * 1_000)
}

const figures: Record<string, number> = {}
const compare = (name: string, mine: () => number, library: () => number) => {
  // Interleaved, the better of three of each: another process on the machine slows one and not the other.
  const [a, b] = [1, 2, 3].reduce(([x, y]) => [Math.max(x!, rate(mine)), Math.max(y!, rate(library))], [0, 0])
  figures[`${name}_ours`] = a!
  figures[`${name}_library`] = b!
  figures[`${name}_ratio`] = Math.round((a! / b!) * 100) / 100
}

for (const compression of compressions) {
  const batch = Buffer.from(encodeBatch(ours, { compression }))
  compare(
    `encode_${compression}`,
    () => {
      encodeBatch(ours, { compression })
      return count
    },
    () => {
      void createRecordsBatch(theirs, { compression, firstSequence: 0 } as never).buffer
      return count
    },
  )
  compare(
    `decode_${compression}`,
    () => {
      const out: FetchedRecord[] = []
      for (const one of readBatches(batch, 't', 0)) decodeRecords(one, 't', 0, 0, out)
      return out.length
    },
    () => readRecordsBatches(Reader.from(batch)).reduce((sum, { records }) => sum + records.length, 0),
  )
}

report({ name: 'kafka-codec', figures })
