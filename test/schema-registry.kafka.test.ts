/** Schemas in a real registry (Apicurio, by Confluent's API) beside a real Kafka. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { avroCodec } from '#schemas/avro.ts'
import { RegisteredSchemas } from '#schemas/registry/registered-schemas.ts'
import { openRegistryClient, type RegistryClient } from '#schemas/registry/registry-client.ts'
import { FIRST_SHIPPED_ID } from '#schemas/registry/schema-id.ts'
import { channelKey, topics } from '#schemas/topics.ts'
import type { ChannelSettings } from '#schemas/types.ts'
import { openKafkaBroker } from '#topology'
import { KafkaCluster } from '../deploy/dev-services/kafka/kafka-cluster.ts'
import { Registry } from '../deploy/dev-services/registry/registry.ts'
import { runCommand, startRole } from './cluster/role-process.ts'
import { startTlsFront } from './cluster/tls-front.ts'

const folder = mkdtempSync(join(tmpdir(), 'javas-registry-'))
let kafka: KafkaCluster
let registry: Registry
let client: RegistryClient

before(async () => {
  ;[kafka, registry] = await Promise.all([
    KafkaCluster.start({ name: 'schema-registry' }),
    Registry.start({ name: 'schema-registry' }),
  ])
  client = openRegistryClient({ urls: [registry.url] })
})
after(async () => {
  await Promise.all([kafka?.stop(), registry?.stop()])
  rmSync(folder, { recursive: true, force: true })
})

const environment = (more: { readonly [name: string]: string } = {}) => ({
  JAVAS_KAFKA: kafka.bootstrap,
  JAVAS_DATA: join(folder, 'data'),
  JAVAS_STATE: join(folder, 'state'),
  JAVAS_SCHEMA_REGISTRY: registry.url,
  ...more,
})
const text = (name: string, fields: readonly string[]) =>
  JSON.stringify({ type: 'record', name, fields: fields.map((field) => ({ name: field, type: 'string' })) })

async function demand(subject: string, compatibility: string): Promise<void> {
  const { ok, status } = await fetch(`${registry.url}/config/${subject}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility }),
  })
  assert.ok(ok, `${status}`)
}

test('a schema is registered once, found again and read back by its id; an unknown id is none', async () => {
  const schema = text('Once', ['a'])
  assert.equal(await client.lookup('once-value', schema), null)
  const id = await client.register('once-value', schema)
  assert.equal(await client.register('once-value', schema), id)
  assert.equal(await client.lookup('once-value', schema), id)
  assert.deepEqual(JSON.parse((await client.byId(id))!), JSON.parse(schema))
  assert.equal(await client.byId(99_999), null)
  assert.ok((await client.subjects()).includes('once-value'))
})

test('what the subject does not allow is told with the reason before, and refused by the registration', async () => {
  await client.register('strict-value', text('Strict', ['a']))
  await demand('strict-value', 'BACKWARD')
  const wider = text('Strict', ['a', 'b'])
  assert.notDeepEqual(await client.incompatibilities('strict-value', wider), [])
  await assert.rejects(client.register('strict-value', wider), { code: 'SCHEMA_INCOMPATIBLE' })
})

test('a schema that may not follow the registered one keeps everything from being changed', async () => {
  await client.register(
    'alerts-value',
    JSON.stringify({ type: 'record', name: 'Other', fields: [{ name: 'x', type: 'int' }] }),
  )
  await demand('alerts-value', 'BACKWARD')
  const { code, stdout, stderr } = await runCommand(['topics', 'apply'], environment())
  assert.equal(code, 6, stderr)
  assert.match(stdout, /^! schema alerts-value: may not follow the registered one/m)
  assert.match(stderr, /\[SCHEMA_INCOMPATIBLE\]/)
  assert.equal((await client.subjects()).includes('chat-messages-value'), false)
  const after = await runCommand(['topics', 'apply', '--dry-run'], environment())
  assert.match(after.stdout, /^\+ chat-messages: /m, 'no topic was made')
  const { ok } = await fetch(`${registry.url}/subjects/alerts-value`, { method: 'DELETE' })
  assert.ok(ok)
})

test('topics apply registers every released schema under its subject, once, also behind TLS and a password', async (t) => {
  const front = await startTlsFront(registry.url, folder, 'javas', 's3cret')
  t.after(() => front.close())
  const secret = join(folder, 'password')
  writeFileSync(secret, 's3cret\n')
  const secured = environment({
    JAVAS_SCHEMA_REGISTRY: front.url,
    JAVAS_SCHEMA_REGISTRY_CA: front.caFile,
    JAVAS_SCHEMA_REGISTRY_USER: 'javas',
    JAVAS_SCHEMA_REGISTRY_PASSWORD_FILE: secret,
  })
  const applied = await runCommand(['topics', 'apply'], secured)
  assert.equal(applied.code, 0, applied.stderr)
  const subjects = await client.subjects()
  for (const { name } of Object.values(topics)) assert.ok(subjects.includes(`${name}-value`), name)
  assert.ok(subjects.includes('javas-analysis-count-per-10s-changelog-value'))
  assert.equal((await runCommand(['topics', 'apply'], secured)).stdout, 'everything is there\n')
  const oldest = readFileSync(join(import.meta.dirname, '..', 'schemas', 'released', 'chat-messages.v1.avsc'), 'utf8')
  assert.notEqual(await client.lookup('chat-messages-value', oldest), null, 'earlier versions, too')

  const refused = await runCommand(['topics', 'apply'], { ...secured, JAVAS_SCHEMA_REGISTRY_USER: 'mallory' })
  assert.equal(refused.code, 6)
  assert.match(refused.stderr, /\[SCHEMA_REGISTRY_UNAUTHORIZED\]/)
  const untrusted = await runCommand(['topics', 'apply'], { ...secured, JAVAS_SCHEMA_REGISTRY_CA: '' })
  assert.equal(untrusted.code, 6)
  assert.match(untrusted.stderr, /self-signed certificate.* \[SCHEMA_REGISTRY_TLS\]/)
})

test('subjects may be named after records instead of topics', async () => {
  const named = await runCommand(['topics', 'apply'], environment({ JAVAS_SCHEMA_REGISTRY_SUBJECTS: 'record' }))
  assert.equal(named.code, 0, named.stderr)
  assert.ok((await client.subjects()).includes('javas.ChatMessage'))
})

test('a role writes with the ids that the registry gave, and reads what another producer registered by itself', async () => {
  const role = startRole(['collect', '--link', 'demo'], environment({ JAVAS_STATE: join(folder, 'collecting') }))
  await role.says(/demo:chat live/)
  await role.kill('SIGTERM')

  // A Java producer's version has a field more, under a subject of its own.
  const { value } = topics.channelSettings
  const theirs = JSON.parse(value.schema)
  theirs.fields.push({ name: 'colour', type: 'string', default: 'red' })
  const id = await client.register('their-settings-value', JSON.stringify(theirs))
  const writer = { register: () => id, schema: () => undefined }
  const fields = JSON.parse(value.schema).fields as { readonly name: string; readonly default?: unknown }[]
  const settings = {
    ...Object.fromEntries(fields.filter((field) => 'default' in field).map((field) => [field.name, field.default])),
    ...{ channelId: 'demo:chat', maskSeverity: 2, blockedWords: ['금지어'], allowedWords: [], surgeShare: 0.35 },
    ...{ surgeRatio: 1.8, surgeMessages: 30, updatedAt: 1_795_400_000_123, updatedBy: 'java' },
  }
  const bytes = avroCodec(JSON.stringify(theirs), writer, 'theirs').encode({ ...settings, colour: 'blue' })
  const producer = new Kafka({ brokers: kafka.bootstrap.split(','), logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  const key = Buffer.from(channelKey('demo:chat'))
  await producer.send({ topic: topics.channelSettings.name, messages: [{ key, value: Buffer.from(bytes) }] })
  await producer.disconnect()

  const schemas = new RegisteredSchemas(client)
  await schemas.prepare([
    { subject: 'chat-messages-value', schema: topics.chatMessages.value.schema },
    { subject: 'channel-settings-value', schema: value.schema },
  ])
  const broker = await openKafkaBroker({ bootstrap: kafka.bootstrap.split(','), schemas, stateDirectory: folder })
  const read = async (name: string) => {
    const reader = broker.reader()
    const partitions = [0, 1, 2, 3].map((partition) => ({ topic: name, partition, offset: 0 }))
    reader.assign(partitions)
    const values: Uint8Array[] = []
    for (const partition of partitions) {
      const { latest } = await broker.offsets(partition)
      while (reader.position(partition) < latest)
        for (const record of await reader.poll({ maxRecords: 100, maxWaitMs: 1_000 })) values.push(record.value!)
    }
    await reader.close()
    return values
  }
  const chat = await read(topics.chatMessages.name)
  const ours = await client.lookup('chat-messages-value', topics.chatMessages.value.schema)
  assert.ok(ours! < FIRST_SHIPPED_ID)
  for (const written of chat) assert.equal(Buffer.from(written).readUInt32BE(1), ours)
  const [theirSettings] = await read(topics.channelSettings.name)
  const decoded = value.bind(schemas, 'channel-settings-value').decode(theirSettings!) as ChannelSettings
  assert.deepEqual({ ...decoded }, settings)
  await broker.close()
})

test('while the registry is down no role starts, and the reason is told with its address', async () => {
  await registry.process.stop()
  const { code, stderr } = await runCommand(['analyze'], environment())
  assert.equal(code, 6, stderr)
  assert.match(stderr, /no schema registry answers at http:\/\/127.0.0.1:\d+\/apis.* \[SCHEMA_REGISTRY_UNREACHABLE\]/)
})
