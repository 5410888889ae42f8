/**
 * Whether others read what we write, and we what others write, in every compression: librdkafka (kcat), the Java client
 * (Kafka's console tools) and kafkajs. Each has codecs and framing of its own.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import { type FetchedRecord, MemoryBroker, MemoryLog, openKafkaBroker, type ProducedRecord } from '#topology'
import { kafkaTool } from '../../deploy/dev-services/kafka/kafka-tool.ts'
import type { KafkaBroker } from '../../topology/broker/kafka/kafka-broker.ts'
import { testBootstrap, uniqueName } from '../../topology/broker/kafka/testing/test-cluster.ts'
import { compressions } from '../../topology/broker/kafka/wire/compression.ts'

describe('with other clients', () => {
  const prefix = uniqueName('conform')
  const stateDirectory = mkdtempSync(join(tmpdir(), 'conformance-'))
  const { schemas } = new MemoryBroker({ log: new MemoryLog() })
  const brokers = new Map<string, KafkaBroker>()
  const kafkajs = new Kafka({ brokers: [...testBootstrap], logLevel: logLevel.NOTHING })
  const all = `${prefix}-all`

  before(async () => {
    for (const compression of compressions)
      brokers.set(
        compression,
        await openKafkaBroker({ bootstrap: testBootstrap, schemas, stateDirectory, compression }),
      )
    await made(all)
    for (const compression of compressions) await write(compression, all)
  })
  after(async () => {
    const broker = brokers.get('none')!
    const names = (await broker.topics()).map(({ name }) => name)
    await broker.deleteTopics(names.filter((name) => name.startsWith(prefix)))
    for (const one of brokers.values()) await one.close()
    rmSync(stateDirectory, { recursive: true })
  })

  const made = (name: string) =>
    brokers.get('none')!.createTopics([{ name, partitions: 1, cleanupPolicy: 'delete', retentionMs: null }])

  /** Large enough for several blocks of every codec, with what text rarely has. */
  const text = (compression: string, i: number) => `${compression} ${i} ㅋㅋㅋ ${'0123456789'.repeat(i % 60)}`
  const COUNT = 500

  async function write(compression: string, topic: string): Promise<void> {
    const broker = brokers.get(compression)!
    const record = (i: number): ProducedRecord => ({
      topic,
      key: Buffer.from(`key-${i}`),
      value: Buffer.from(text(compression, i)),
      timestamp: 1_700_000_000_000 + i,
      headers: [{ key: 'codec', value: Buffer.from(compression) }],
    })
    const records = Array.from({ length: COUNT }, (_, i) => record(i))
    const producer = broker.producer()
    await producer.send(records.slice(0, COUNT / 2))
    await producer.close()
    // The second half as a transaction.
    const session = await broker.session({ applicationId: `${prefix}-${compression}` })
    const outcome = await session.commit({ records: records.slice(COUNT / 2), offsets: [], changes: [] })
    assert.equal(outcome.kind, 'committed')
    await session.close()
  }

  const written = compressions.flatMap((compression) => Array.from({ length: COUNT }, (_, i) => text(compression, i)))

  async function read(topic: string, count: number): Promise<FetchedRecord[]> {
    const reader = brokers.get('none')!.reader()
    reader.assign([{ topic, partition: 0, offset: 0 }])
    const records: FetchedRecord[] = []
    while (records.length < count) records.push(...(await reader.poll({ maxRecords: 1_000, maxWaitMs: 5_000 })))
    await reader.close()
    return records
  }
  const texts = (records: readonly FetchedRecord[]) => records.map(({ value }) => Buffer.from(value!).toString())

  describe('what we wrote is read', () => {
    test('by librdkafka', async () => {
      const out = await kcat([
        '-C',
        '-t',
        all,
        '-o',
        'beginning',
        '-e',
        '-q',
        '-X',
        'isolation.level=read_committed',
        '-f',
        '%k|%s|%T|%h\n',
      ])
      const lines = out.trimEnd().split('\n')
      const expected = compressions.flatMap((compression) =>
        Array.from(
          { length: COUNT },
          (_, i) => `key-${i}|${text(compression, i)}|${1_700_000_000_000 + i}|codec=${compression}`,
        ),
      )
      assert.deepEqual(lines, expected)
    })

    test('by the Java client', async () => {
      const out = await kafkaTool('consoleConsumer', [
        ...['--bootstrap-server', testBootstrap.join(','), '--topic', all, '--from-beginning'],
        ...['--isolation-level', 'read_committed', '--max-messages', String(written.length), '--timeout-ms', '20000'],
      ])
      assert.deepEqual(out.trimEnd().split('\n'), written)
    })

    test('by kafkajs, uncompressed and gzip', async () => {
      const topic = `${prefix}-kafkajs`
      await made(topic)
      await write('none', topic)
      await write('gzip', topic)
      const consumer = kafkajs.consumer({ groupId: `${prefix}-kafkajs` })
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      const seen: string[] = []
      await new Promise<void>((resolve, reject) => {
        consumer
          .run({
            eachMessage: async ({ message }) => {
              seen.push(`${message.key}|${message.value}|${message.timestamp}|${message.headers?.codec}`)
              if (seen.length === 2 * COUNT) resolve()
            },
          })
          .catch(reject)
      })
      await consumer.disconnect()
      assert.deepEqual(
        seen,
        ['none', 'gzip'].flatMap((compression) =>
          Array.from(
            { length: COUNT },
            (_, i) => `key-${i}|${text(compression, i)}|${1_700_000_000_000 + i}|${compression}`,
          ),
        ),
      )
    })
  })

  describe('we read what was written', () => {
    const lines = Array.from({ length: COUNT }, (_, i) => text('line', i))

    for (const codec of compressions)
      test(`by librdkafka, ${codec}`, async () => {
        const topic = `${prefix}-kcat-${codec}`
        await made(topic)
        await kcat(['-P', '-t', topic, '-z', codec, '-H', 'from=kcat'], lines.join('\n'))
        const records = await read(topic, COUNT)
        assert.deepEqual(texts(records), lines)
        assert.ok(records.every(({ key, headers }) => key === null && `${headers[0]!.key}` === 'from'))
      })

    for (const codec of ['snappy', 'lz4', 'zstd'])
      test(`by the Java client, ${codec}`, async () => {
        const topic = `${prefix}-java-${codec}`
        await made(topic)
        const args = ['--bootstrap-server', testBootstrap.join(','), '--topic', topic, '--compression-codec', codec]
        await kafkaTool('consoleProducer', args, { input: `${lines.join('\n')}\n` })
        assert.deepEqual(texts(await read(topic, COUNT)), lines)
      })

    test('by kafkajs: nulls, empty bytes and headers, in a transaction', async () => {
      const topic = `${prefix}-from-kafkajs`
      await made(topic)
      const producer = kafkajs.producer({
        transactionalId: `${prefix}-kafkajs`,
        idempotent: true,
        maxInFlightRequests: 1,
      })
      await producer.connect()
      for (const commit of [false, true, false]) {
        const transaction = await producer.transaction()
        await transaction.send({
          topic,
          compression: CompressionTypes.GZIP,
          messages: [
            {
              key: null,
              value: commit ? 'kept' : 'dropped',
              timestamp: '1700000000123',
              headers: { a: 'b', c: ['d', 'e'] },
            },
            { key: '', value: null, timestamp: '5' },
          ],
        })
        await (commit ? transaction.commit() : transaction.abort())
      }
      await producer.disconnect()
      const records = await read(topic, 2)
      const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString()
      assert.deepEqual(
        records.map(({ key, value, timestamp, headers }) => [
          hex(key),
          hex(value),
          timestamp,
          headers.map((header) => `${header.key}=${hex(header.value)}`),
        ]),
        [
          [null, 'kept', 1_700_000_000_123, ['a=b', 'c=d', 'c=e']],
          ['', null, 5, []],
        ],
      )
    })
  })

  /** Resolves to what it printed. */
  function kcat(args: readonly string[], input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn('kcat', ['-b', testBootstrap.join(','), ...args], {
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: 30_000,
      })
      let out = ''
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (data) => {
        out += data
      })
      child.stderr.on('data', (data) => {
        said += data
      })
      child.once('error', reject)
      child.once('close', (status) =>
        status === 0 ? resolve(out) : reject(new Error(`kcat ended with ${status}: ${said}`)),
      )
      child.stdin.end(input)
    })
  }
})
