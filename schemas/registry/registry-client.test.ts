import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openRegistryClient } from './registry-client.ts'
import type { RegistryServers } from './registry-http.ts'
import { type FakeRegistry, startFakeRegistry } from './testing/fake-registry.ts'

const text = '{"type":"string"}'
const other = '{"type":"long"}'

async function setUp(t: TestContext, more: Partial<RegistryServers> = {}) {
  const fake = await startFakeRegistry()
  t.after(() => fake.close())
  return { fake, client: clientOf(fake, more) }
}
const clientOf = ({ url }: FakeRegistry, more: Partial<RegistryServers> = {}) =>
  openRegistryClient({ urls: [url], firstPauseMs: 1, rounds: 3, ...more })
const code = (wanted: string) => (cause: unknown) => (cause as { code?: string }).code === wanted

test('a schema is registered once, found under its subject, and read back by its id', async (t) => {
  const { client } = await setUp(t)
  assert.equal(await client.lookup('chat-value', text), null)
  const id = await client.register('chat-value', text)
  assert.equal(await client.register('chat-value', text), id)
  assert.equal(await client.lookup('chat-value', text), id)
  assert.equal(await client.byId(id), text)
  assert.equal(await client.byId(99), null)
  assert.deepEqual(await client.subjects(), ['chat-value'])
})

test('a path in front of the API and names that need escaping are kept', async (t) => {
  const { fake } = await setUp(t)
  const client = clientOf(fake, { urls: [`${fake.url}/apis/ccompat/v7/`] })
  await client.lookup('a/b value', text)
  assert.equal(fake.asked[0], 'POST /apis/ccompat/v7/subjects/a%2Fb%20value')
})

test('what may not follow the latest schema is told with the reasons, before and by the registration', async (t) => {
  const { fake, client } = await setUp(t)
  assert.deepEqual(await client.incompatibilities('chat-value', text), [], 'nothing is there yet')
  await client.register('chat-value', text)
  fake.frozen.add('chat-value')
  assert.deepEqual(await client.incompatibilities('chat-value', other), ['field text is missing'])
  await assert.rejects(client.register('chat-value', other), code('SCHEMA_INCOMPATIBLE'))
})

test('a server that is busy, broken or cuts the line is asked again', async (t) => {
  const { fake, client } = await setUp(t)
  fake.faults.push(503, 0)
  assert.equal(await client.register('chat-value', text), 1)
  assert.equal(fake.asked.length, 3)
})

test('the next server is asked when one does not answer, and the one that did comes first afterwards', async (t) => {
  const { fake } = await setUp(t)
  const dead = await startFakeRegistry()
  await dead.close()
  const client = clientOf(fake, { urls: [dead.url, fake.url] })
  assert.equal(await client.register('chat-value', text), 1)
  assert.equal(await client.lookup('chat-value', text), 1)
})

test('a registry that is down is told with its address, without its secrets, and may be tried later', async (t) => {
  const { fake } = await setUp(t)
  await fake.close()
  const client = clientOf(fake, { urls: [fake.url.replace('//', '//user:secret@')], rounds: 2 })
  await assert.rejects(client.subjects(), (cause: Error & { code: string; retriable: boolean }) => {
    assert.equal(cause.code, 'SCHEMA_REGISTRY_UNREACHABLE')
    assert.equal(cause.retriable, true)
    assert.ok(cause.message.includes(fake.url))
    assert.ok(!cause.message.includes('secret'))
    return true
  })
})

test('a server that never answers is given up after the time limit', async (t) => {
  const { fake } = await setUp(t)
  const client = openRegistryClient({ urls: [fake.url], rounds: 1, timeoutMs: 20 }, undefined)
  const { createServer } = await import('node:net')
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await new Promise((done) => silent.once('listening', done))
  t.after(() => silent.close())
  const { port } = silent.address() as { port: number }
  const waiting = openRegistryClient({ urls: [`http://127.0.0.1:${port}`], rounds: 1, timeoutMs: 20 })
  await assert.rejects(waiting.subjects(), code('SCHEMA_REGISTRY_UNREACHABLE'))
  assert.deepEqual(await client.subjects(), [])
})

test('wrong credentials are told at once, right ones are sent', async (t) => {
  const { fake, client } = await setUp(t)
  fake.credentials = `Basic ${Buffer.from('javas:비밀').toString('base64')}`
  await assert.rejects(client.subjects(), code('SCHEMA_REGISTRY_UNAUTHORIZED'))
  assert.equal(fake.asked.length, 1, 'no second try: a third would lock the account')
  assert.deepEqual(await clientOf(fake, { user: 'javas', password: '비밀' }).subjects(), [])
  fake.credentials = 'Bearer t0ken'
  assert.deepEqual(await clientOf(fake, { token: 't0ken' }).subjects(), [])
})

test('an answer that is none of the API is refused with what it said', async (t) => {
  const { fake, client } = await setUp(t)
  fake.faults.push(422)
  await assert.rejects(client.register('chat-value', text), code('SCHEMA_INVALID'))
  fake.faults.push(302)
  await assert.rejects(client.lookup('chat-value', text), code('SCHEMA_REGISTRY_ANSWER'))
})
