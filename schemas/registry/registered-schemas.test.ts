import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { topics } from '../topics.ts'
import { RegisteredSchemas } from './registered-schemas.ts'
import { openRegistryClient } from './registry-client.ts'
import { ShippedSchemas } from './shipped-schemas.ts'
import { startFakeRegistry } from './testing/fake-registry.ts'

const subject = 'channel-settings-value'
const { value } = topics.channelSettings
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
const code = (wanted: string) => (cause: unknown) => (cause as { code?: string }).code === wanted

async function setUp(t: TestContext) {
  const fake = await startFakeRegistry()
  t.after(() => fake.close())
  let at = 0
  const client = openRegistryClient({ urls: [fake.url], firstPauseMs: 1, rounds: 2 })
  const schemas = new RegisteredSchemas(client, { now: () => at })
  const pass = (ms: number) => {
    at += ms
  }
  return { fake, client, schemas, pass }
}

test('what was prepared is written with the id that the registry gave', async (t) => {
  const { fake, schemas } = await setUp(t)
  await schemas.prepare([{ subject: 'other-value', schema: '{"type":"long"}' }])
  await schemas.prepare([{ subject, schema: value.schema }])
  const bytes = value.bind(schemas, subject).encode(settings)
  assert.deepEqual([...bytes.subarray(0, 5)], [0, 0, 0, 0, 2])
  assert.equal(fake.subjects.get(subject)?.length, 1)
})

test('preparing again registers nothing: it only looks', async (t) => {
  const { fake, client, schemas } = await setUp(t)
  await schemas.prepare([{ subject, schema: value.schema }])
  fake.asked.length = 0
  await new RegisteredSchemas(client).prepare([{ subject, schema: value.schema }])
  assert.deepEqual(fake.asked, [`POST /subjects/${subject}`])
})

test('an incompatible schema stops the start and registers nothing', async (t) => {
  const { fake, client, schemas } = await setUp(t)
  await client.register(subject, '{"type":"long"}')
  fake.frozen.add(subject)
  await assert.rejects(schemas.prepare([{ subject, schema: value.schema }]), code('SCHEMA_INCOMPATIBLE'))
  assert.equal(fake.subjects.get(subject)?.length, 1)
})

test('what was not prepared cannot be written: an id must not be guessed', async (t) => {
  const { schemas } = await setUp(t)
  assert.throws(() => value.bind(schemas, subject), code('SCHEMA_NOT_PREPARED'))
})

test('an id that another producer registered is fetched once and then decodes', async (t) => {
  const { fake, client, schemas } = await setUp(t)
  await schemas.prepare([{ subject, schema: value.schema }])
  // A producer with a version of its own, which has one more field.
  const theirs = JSON.parse(value.schema)
  theirs.fields.push({ name: 'colour', type: 'string', default: 'red' })
  const id = await client.register('elsewhere-value', JSON.stringify(theirs))
  const writer = new ShippedSchemas([JSON.stringify(theirs)], () => id)
  const { avroCodec } = await import('../avro.ts')
  const bytes = avroCodec(JSON.stringify(theirs), writer, 'elsewhere').encode({ ...settings, colour: 'blue' })

  const codec = value.bind(schemas, subject)
  assert.throws(() => codec.decode(bytes), code('AVRO_SCHEMA_UNKNOWN'))
  fake.asked.length = 0
  await schemas.load([id, id])
  await schemas.load([id])
  assert.deepEqual(fake.asked, [`GET /schemas/ids/${id}`])
  assert.deepEqual({ ...codec.decode(bytes) }, settings)
})

test('rows that an earlier version wrote are read without asking, and a version that was never there is none', async (t) => {
  const { fake, client, schemas } = await setUp(t)
  const earlier = { ...JSON.parse(value.schema), doc: 'an earlier one' }
  const id = await client.register(subject, JSON.stringify(earlier))
  await schemas.prepare([{ subject, schema: value.schema }])
  assert.equal(schemas.schema(id), undefined)
  await schemas.remember([
    { subject, schema: JSON.stringify(earlier) },
    { subject, schema: '{"type":"int"}' },
  ])
  assert.equal(schemas.schema(id), JSON.stringify(earlier))
  assert.equal(fake.subjects.get(subject)?.length, 2)
})

test('an id that nobody registered is asked for again only after a while', async (t) => {
  const { fake, schemas, pass } = await setUp(t)
  await schemas.load([77])
  await schemas.load([77])
  assert.equal(fake.asked.length, 1)
  pass(31_000)
  await schemas.load([77])
  assert.equal(fake.asked.length, 2)
  assert.equal(schemas.schema(77), undefined)
})

test('while the registry is down a look-up rejects as something to try again, and known ids need none', async (t) => {
  const { fake, schemas } = await setUp(t)
  await schemas.prepare([{ subject, schema: value.schema }])
  await fake.close()
  await schemas.load([1])
  await assert.rejects(schemas.load([5]), code('SCHEMA_REGISTRY_UNREACHABLE'))
})

test('records from before there was a registry still decode', async (t) => {
  const { schemas } = await setUp(t)
  const bytes = value.bind(new ShippedSchemas(), subject).encode(settings)
  await schemas.prepare([{ subject, schema: value.schema }])
  await schemas.load([Buffer.from(bytes).readUInt32BE(1)])
  assert.deepEqual({ ...value.bind(schemas, subject).decode(bytes) }, settings)
})
