import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readConfig } from '../config.ts'

const read = (env: { readonly [name: string]: string }) => readConfig(env).cluster
const refused = (env: { readonly [name: string]: string }, sentence: RegExp) =>
  assert.throws(
    () => read(env),
    (cause: Error & { code?: string }) => cause.code === 'CONFIG_INVALID' && sentence.test(cause.message),
  )

function file(t: TestContext, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'javas-config-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'file')
  writeFileSync(path, text)
  return path
}

test('without JAVAS_KAFKA there is no cluster, and settings that need one are refused', () => {
  assert.equal(read({}), null)
  refused({ JAVAS_KAFKA_SASL: 'plain' }, /set without JAVAS_KAFKA/)
})

test('a list of brokers is enough; everything else has a default that one broker can serve', () => {
  const cluster = read({ JAVAS_KAFKA: 'kafka-1:9092, kafka-2:9093' })!
  assert.deepEqual(cluster.bootstrap, ['kafka-1:9092', 'kafka-2:9093'])
  assert.deepEqual(
    [cluster.tls, cluster.sasl, cluster.registry, cluster.instanceId, cluster.threads, cluster.replication],
    [null, null, null, null, 1, 1],
  )
  assert.equal(read({ JAVAS_KAFKA: 'a:1', JAVAS_REPLICATION: '3' })!.minIsr, 2, 'one broker may be away')
})

test('an address without a port, a port that cannot be and an empty list are refused', () => {
  for (const list of ['kafka', 'kafka:99999', 'http://kafka:9092', ' , '])
    refused({ JAVAS_KAFKA: list }, /JAVAS_KAFKA=/)
})

test('more replicas in sync than there are replicas are refused', () => {
  refused({ JAVAS_KAFKA: 'a:1', JAVAS_REPLICATION: '2', JAVAS_MIN_ISR: '3' }, /JAVAS_MIN_ISR=3 .* from 1 to 2/)
})

test('a secret stands in the environment or in a file, never in both, and never in a message', (t) => {
  const env = { JAVAS_KAFKA: 'a:1', JAVAS_KAFKA_SASL: 'scram-sha-512', JAVAS_KAFKA_USER: 'javas' }
  const wanted = { mechanism: 'SCRAM-SHA-512', user: 'javas', password: 's3cret' }
  assert.deepEqual(read({ ...env, JAVAS_KAFKA_PASSWORD: 's3cret' })!.sasl, wanted)
  const path = file(t, 's3cret\n')
  assert.deepEqual(read({ ...env, JAVAS_KAFKA_PASSWORD_FILE: path })!.sasl, wanted)
  refused({ ...env, JAVAS_KAFKA_PASSWORD: 's3cret', JAVAS_KAFKA_PASSWORD_FILE: path }, /^(?!.*s3cret).*both set/)
  refused(env, /needs JAVAS_KAFKA_USER, and JAVAS_KAFKA_PASSWORD/)
  refused({ ...env, JAVAS_KAFKA_PASSWORD_FILE: '/nowhere' }, /cannot be read \(ENOENT\)/)
})

test('a token that expires is read from its file again by whoever connects', (t) => {
  const path = file(t, 'abc')
  const env = { JAVAS_KAFKA: 'a:1', JAVAS_KAFKA_SASL: 'oauthbearer', JAVAS_KAFKA_TOKEN_FILE: path }
  assert.deepEqual(read(env)!.sasl, { mechanism: 'OAUTHBEARER', token: null, tokenFile: path })
})

test('certificates without TLS, a certificate without its key and a password without SASL are mistakes', (t) => {
  const path = file(t, 'PEM')
  refused({ JAVAS_KAFKA: 'a:1', JAVAS_KAFKA_TLS_CA: path }, /JAVAS_KAFKA_TLS is not/)
  refused({ JAVAS_KAFKA: 'a:1', JAVAS_KAFKA_TLS: 'true', JAVAS_KAFKA_TLS_CERT: path }, /belong together/)
  refused({ JAVAS_KAFKA: 'a:1', JAVAS_KAFKA_PASSWORD: 'x' }, /JAVAS_KAFKA_SASL is not/)
  assert.equal(read({ JAVAS_KAFKA: 'a:1', JAVAS_KAFKA_TLS: 'true', JAVAS_KAFKA_TLS_CA: path })!.tls?.ca, 'PEM')
})

test("a registry's address is checked and shown without the password in it", () => {
  const env = { JAVAS_KAFKA: 'a:1', JAVAS_SCHEMA_REGISTRY: 'https://one:8081,https://two:8081/apis/ccompat/v7' }
  assert.equal(read(env)!.registry?.urls.length, 2)
  assert.equal(read(env)!.registry?.subjects, 'topic')
  refused({ ...env, JAVAS_SCHEMA_REGISTRY: 'ftp://me:secret@x' }, /^(?!.*secret).*ftp:\/\/x is none/)
  refused({ ...env, JAVAS_SCHEMA_REGISTRY_SUBJECTS: 'file' }, /topic, record, topic-record/)
})
