import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import avsc from 'avsc'
import { AvroDataError, avroCodec, avroSerde, readSchema, SchemaIdUnknownError, type SchemaRegistry } from './avro.ts'
import { broadcastReader } from './broadcast-of.ts'
import { generateTypes } from './generate-types.ts'
import { topics } from './topics.ts'

const here = import.meta.dirname

function memoryRegistry(firstId = 1): SchemaRegistry {
  const known: string[] = []
  return {
    register(_subject, schema) {
      if (!known.includes(schema)) known.push(schema)
      return firstId + known.indexOf(schema)
    },
    schema: (id) => known[id - firstId],
  }
}

test('types.ts is what the schemas generate', () => {
  assert.equal(readFileSync(join(here, 'types.ts'), 'utf8'), generateTypes(here))
})

test('every topic declares one writing role and a value schema that parses', () => {
  for (const topic of Object.values(topics)) {
    assert.match(topic.name, /^[a-z]+(-[a-z]+)*$/)
    assert.ok(avsc.Type.forSchema(JSON.parse(topic.value.schema)))
    assert.ok(topic.partitions > 0)
  }
})

test('a value comes back as it went in, in the Confluent wire format', () => {
  const codec = topics.channelSettings.value.bind(memoryRegistry(7), 'channel-settings-value')
  const settings = {
    channelId: 'twitch:김치',
    maskSeverity: 2,
    blockedWords: ['금지어'],
    allowedWords: [],
    surgeShare: 0.35,
    surgeRatio: 1.8,
    surgeMessages: 30,
    offenceCount: 0,
    offenceSeverity: 2,
    offenceMinutes: 10,
    profanityShare: 0.15,
    quietSeconds: 60,
    watchWords: [],
    watchCount: 5,
    watchMinutes: 1,
    timeZone: '',
    updatedAt: 1_795_400_000_123,
    updatedBy: 'owner',
  }
  const bytes = codec.encode(settings)
  assert.deepEqual([...bytes.subarray(0, 5)], [0, 0, 0, 0, 7])
  assert.deepEqual({ ...codec.decode(bytes) }, settings)
})

test('a schema id of another log is refused, never read with a guessed schema', () => {
  const written = topics.alerts.value
  const codec = written.bind(memoryRegistry(1), 'alerts-value')
  const foreign = Buffer.from([0, 0, 0, 0, 99, 1, 2, 3])
  assert.throws(() => codec.decode(foreign), SchemaIdUnknownError)
})

test('bytes that are no value of the schema are refused with a code', () => {
  const codec = topics.alerts.value.bind(memoryRegistry(1), 'alerts-value')
  for (const bytes of [[], [1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 255, 255, 255]])
    assert.throws(
      () => codec.decode(Uint8Array.from(bytes)),
      (cause: unknown) => cause instanceof AvroDataError && cause.code === 'AVRO_DATA',
    )
})

test('a value longer than the scratch buffer is encoded whole', () => {
  const codec = topics.deadLetters.value.bind(memoryRegistry(), 'dead-letters-value')
  const value = Buffer.alloc(300_000, 7)
  const letter = {
    topic: 't',
    partition: 0,
    offset: 1,
    timestamp: 2,
    key: null,
    value,
    headers: [],
    stage: 'processing' as const,
    application: 'a',
    task: '0_0',
    node: 'n',
    code: 'C',
    message: 'm',
    stack: 's',
    at: 3,
  }
  assert.deepEqual(Buffer.from(codec.decode(codec.encode(letter)).value ?? []), value)
})

test('bytes may be any Uint8Array, also a view into a larger one', () => {
  const codec = topics.deadLetters.value.bind(memoryRegistry(), 'dead-letters-value')
  const view = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4)
  const letter = {
    topic: 't',
    partition: 0,
    offset: 1,
    timestamp: 2,
    key: Buffer.from(view),
    value: null,
    headers: [{ key: 'h', value: view }],
    stage: 'late' as const,
    application: 'a',
    task: '0_0',
    node: 'n',
    code: 'C',
    message: 'm',
    stack: 's',
    at: 3,
  }
  const back = codec.decode(codec.encode(letter))
  assert.deepEqual([...back.key!], [1, 2, 3])
  assert.deepEqual([...back.headers[0]!.value], [1, 2, 3])
})

test('a schema without documentation is the same schema: doc changes give no new id', () => {
  assert.ok(!JSON.stringify(readSchema('chat-message')).includes('"doc"'))
})

const released = globSync('released/*.avsc', { cwd: here })

test('every topic and every store has a frozen copy of its released schema', () => {
  const names = new Set(released.map((file) => basename(file).replace(/\.v\d+\.avsc$/, '')))
  for (const topic of Object.values(topics)) assert.ok(names.has(topic.name), `${topic.name} has no released schema`)
  for (const file of globSync('stores/*.avsc', { cwd: here }))
    assert.ok(names.has(basename(file, '.avsc')), `${file} has no released schema`)
})

test("today's schema reads the bytes of every released one (BACKWARD_TRANSITIVE)", () => {
  for (const file of released) {
    const schema = readFileSync(join(here, file), 'utf8')
    const topicName = basename(file).replace(/\.v\d+\.avsc$/, '')
    const today = Object.values(topics).find(({ name }) => name === topicName)?.value ?? storeSerde(topicName)
    const reader = avsc.Type.forSchema(JSON.parse(today.schema))
    const writer = avsc.Type.forSchema(JSON.parse(schema))
    assert.doesNotThrow(() => reader.createResolver(writer), `${file} cannot be read any more`)
    const sample = join(here, file.replace(/\.avsc$/, '.bin'))
    assert.ok(existsSync(sample), `${file} has no frozen bytes beside it`)
    const registry = memoryRegistry()
    registry.register('released', schema)
    assert.ok(avroCodec(today.schema, registry, 'today').decode(readFileSync(sample)))
  }
})

function storeSerde(name: string) {
  return avroSerde(`stores/${name}`)
}

test("a message's broadcast is read without the rest of it, from every released schema's bytes", () => {
  const versions = released.filter((file) => basename(file).startsWith('analyzed-messages.'))
  assert.ok(versions.length > 0)
  for (const file of versions) {
    const schema = readFileSync(join(here, file), 'utf8')
    const type = avsc.Type.forSchema(JSON.parse(schema))
    const registry = memoryRegistry()
    registry.register('released', schema)
    const reader = broadcastReader(registry)
    const value = type.random() as unknown as { message: { channelId: string; broadcastId: string } }
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), type.toBuffer(value)])
    const { channelId, broadcastId } = value.message
    assert.deepEqual({ ...reader.decode(bytes).message }, { channelId, broadcastId })
    assert.throws(() => reader.decode(bytes.subarray(0, -1)), { code: 'AVRO_DATA' })
  }
})
