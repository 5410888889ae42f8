/**
 * Another client reads along while the chaos lasts: kafkajs, committed records only. On its standard input it is told
 * one past the last record of each partition (`{"0":123}`); when it has read so far it prints its digest and ends.
 *
 *     node kafkajs-reader.ts BOOTSTRAP TOPIC
 */
import { Kafka, logLevel } from 'kafkajs'
import { Digest } from './digest.ts'

// kafkajs computes waits below zero, of which Node warns on every connection.
process.removeAllListeners('warning')
const [bootstrap, topic] = process.argv.slice(2) as [string, string]
const kafka = new Kafka({
  clientId: 'chaos-reader',
  brokers: bootstrap.split(','),
  logLevel: logLevel.NOTHING,
  retry: { retries: 1_000, maxRetryTime: 2_000, initialRetryTime: 100 },
})
const digest = new Digest()
/** One past the last record read. */
const positions = new Map<number, number>()
let ends: ReadonlyMap<number, number> | undefined

const isDone = () => ends !== undefined && [...ends].every(([partition, end]) => (positions.get(partition) ?? 0) >= end)
const finish = () => {
  if (!isDone()) return
  process.stdout.write(`${JSON.stringify(digest.lines())}\n`, () => process.exit(0))
}

let told = ''
process.stdin.on('data', (text) => {
  told += text
})
process.stdin.once('end', () => {
  const given = JSON.parse(told) as Record<string, number>
  ends = new Map(Object.entries(given).map(([partition, end]) => [Number(partition), end]))
  finish()
})

const consumer = kafka.consumer({ groupId: `${topic}-kafkajs`, sessionTimeout: 30_000, readUncommitted: false })
await consumer.connect()
await consumer.subscribe({ topics: [topic], fromBeginning: true })
await consumer.run({
  autoCommitInterval: 1_000,
  async eachBatch({ batch }) {
    for (const { offset, key, value } of batch.messages) {
      const at = Number(offset)
      digest.add(batch.partition, at, String(key), String(value))
      positions.set(batch.partition, Math.max(positions.get(batch.partition) ?? 0, at + 1))
    }
    finish()
  },
})
