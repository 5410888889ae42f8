import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type KafkaBrokerOptions, MemoryBroker, MemoryLog, openKafkaBroker } from '#topology'
import type { KafkaBroker } from '../../topology/broker/kafka/kafka-broker.ts'
import { type Door, SecuredCluster } from './secured-cluster.ts'

/** An unsecured token, as Kafka's own test handler takes it: nothing signs it. */
function token(subject: string, expiresInSeconds: number): string {
  const now = Math.floor(Date.now() / 1_000)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: now - 10, exp: now + expiresInSeconds })}.`
}

describe('a secured cluster', () => {
  let cluster: SecuredCluster
  let stateDirectory: string
  const opened: KafkaBroker[] = []

  before(async () => {
    stateDirectory = mkdtempSync(join(tmpdir(), 'security-'))
    cluster = await SecuredCluster.start()
    await cluster.scramUser('bob', 'bob, secret=%')
    for (const user of ['alice', 'bob', 'carol', 'dave']) {
      await cluster.allow(user, 'TOPIC', 'open', 'ALL')
      await cluster.allow(user, 'GROUP', 'open', 'ALL')
      await cluster.allow(user, 'TRANSACTIONAL_ID', 'open', 'ALL')
    }
  })
  after(async () => {
    for (const broker of opened) await broker.close()
    await cluster.stop()
    rmSync(stateDirectory, { recursive: true, force: true })
  })

  async function open(door: Door, options: Partial<KafkaBrokerOptions> = {}): Promise<KafkaBroker> {
    const { schemas } = new MemoryBroker({ log: new MemoryLog() })
    const bootstrap = [cluster.address[door]]
    const broker = await openKafkaBroker({ bootstrap, schemas, stateDirectory, unreachableAfterMs: 1_500, ...options })
    opened.push(broker)
    return broker
  }

  /** Everything that a user of the broker does: topics, a producer, a transaction, a reader. */
  async function works(broker: KafkaBroker, name: string): Promise<void> {
    const topic = { name: `open-${name}`, partitions: 1, cleanupPolicy: 'delete', retentionMs: null } as const
    await broker.createTopics([topic])
    const record = (value: string) => ({
      topic: topic.name,
      key: null,
      value: Buffer.from(value),
      timestamp: 1,
      headers: [],
    })
    const producer = broker.producer()
    await producer.send([record('sent')])
    const session = await broker.session({ applicationId: topic.name })
    assert.deepEqual(await session.commit({ records: [record('committed')], offsets: [], changes: [] }), {
      kind: 'committed',
    })
    await session.close()
    const reader = broker.reader()
    reader.assign([{ topic: topic.name, partition: 0, offset: 0 }])
    const values: string[] = []
    while (values.length < 2)
      for (const { value } of await reader.poll({ maxRecords: 10, maxWaitMs: 5_000 })) values.push(`${value}`)
    assert.deepEqual(
      values.map((value) => Buffer.from(value.split(',').map(Number)).toString()),
      ['sent', 'committed'],
    )
  }

  const tls = () => ({ ca: cluster.certificate })
  const alice = { mechanism: 'PLAIN', username: 'alice', password: 'alice-secret' } as const
  const bob = { username: 'bob', password: 'bob, secret=%' }

  describe('lets in', () => {
    test('over TLS, by the certificate that we show', async () => {
      const broker = await open('mutual', { tls: { ...tls(), cert: cluster.certificate, key: cluster.key } })
      await broker.topics()
    })

    test('by user and password (PLAIN)', async () => works(await open('sasl', { sasl: alice }), 'plain'))

    test('by a salted challenge (SCRAM-SHA-256)', async () =>
      works(await open('sasl', { sasl: { mechanism: 'SCRAM-SHA-256', ...bob } }), 'scram-256'))

    test('by a salted challenge over TLS (SCRAM-SHA-512)', async () =>
      works(await open('sasltls', { tls: tls(), sasl: { mechanism: 'SCRAM-SHA-512', ...bob } }), 'scram-512'))

    test('by a token that is asked for at every connection (OAUTHBEARER)', async () => {
      let asked = 0
      const issue = async () => {
        asked++
        return token('dave', 3_600)
      }
      await works(await open('sasl', { sasl: { mechanism: 'OAUTHBEARER', token: issue } }), 'oauth')
      assert.ok(asked > 1)
    })
  })

  test('a login that has to be renewed in the middle interrupts nothing', async () => {
    const broker = await open('sasltls', { tls: tls(), sasl: { mechanism: 'SCRAM-SHA-256', ...bob } })
    const topic = { name: 'open-renewed', partitions: 1, cleanupPolicy: 'delete', retentionMs: null } as const
    await broker.createTopics([topic])
    const producer = broker.producer()
    const session = await broker.session({ applicationId: 'open-renewed' })
    const reader = broker.reader()
    reader.assign([{ topic: topic.name, partition: 0, offset: 0 }])
    const record = { topic: topic.name, key: null, value: Buffer.from('v'), timestamp: 1, headers: [] }
    const over = Date.now() + 3_500
    let sent = 0
    let read = 0
    let isWritten = false
    const writing = (async () => {
      for (; Date.now() < over; sent += 2) {
        await producer.send([record])
        const outcome = await session.commit({ records: [record], offsets: [], changes: [] })
        assert.deepEqual(outcome, { kind: 'committed' })
      }
      isWritten = true
    })()
    const reading = (async () => {
      while (!isWritten || read < sent) read += (await reader.poll({ maxRecords: 100, maxWaitMs: 100 })).length
    })()
    await Promise.all([writing, reading])
    assert.equal(read, sent)
  })

  describe('turns away, and says why', () => {
    const refused = async (door: Door, options: Partial<KafkaBrokerOptions>, code: string, message: RegExp) =>
      assert.rejects(open(door, options), (error: Error & { code?: string }) => {
        assert.equal(error.code, code, error.message)
        assert.match(error.message, message)
        assert.ok(error.message.includes(cluster.address[door]), error.message)
        return true
      })

    test('a wrong password', async () => {
      for (const mechanism of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)
        await refused(
          'sasl',
          { sasl: { mechanism, username: 'bob', password: 'no' } },
          'KAFKA_AUTHENTICATION',
          /credentials/,
        )
    })

    test('a token that has expired', () =>
      refused(
        'sasl',
        { sasl: { mechanism: 'OAUTHBEARER', token: () => token('dave', -5) } },
        'KAFKA_AUTHENTICATION',
        /token/,
      ))

    test('nobody, while there is no token to be had', () =>
      refused(
        'sasl',
        { sasl: { mechanism: 'OAUTHBEARER', token: () => Promise.reject(new Error('the issuer is down')) } },
        'KAFKA_UNREACHABLE',
        /the issuer is down/,
      ))

    test('who does not log in', () => refused('sasl', {}, 'KAFKA_UNREACHABLE', /SASL/))

    test('who shows no certificate', () => refused('mutual', { tls: tls() }, 'KAFKA_UNREACHABLE', /certificate/))

    test('who does not speak TLS', () => refused('tls', {}, 'KAFKA_TLS', /requires TLS/))

    test('who does not trust the certificate', () => refused('tls', { tls: true }, 'KAFKA_TLS', /certificate/))

    test('who speaks TLS at a plain door', () => refused('plain', { tls: tls() }, 'KAFKA_UNREACHABLE', /TLS/))

    test('who meant another cluster', () =>
      refused(
        'plain',
        { expectedClusterId: 'another' },
        'KAFKA_WRONG_CLUSTER',
        new RegExp(`${cluster.clusterId}.*another`),
      ))
  })

  describe('denies what its lists do not allow, and names it', () => {
    const denied = (work: Promise<unknown>, name: RegExp) =>
      assert.rejects(work, (error: Error & { code?: string }) => {
        assert.equal(error.code, 'KAFKA_UNAUTHORIZED', error.message)
        assert.match(error.message, name)
        return true
      })
    const topic = { name: 'secret', partitions: 1, cleanupPolicy: 'delete', retentionMs: null } as const
    const record = { topic: 'secret', key: null, value: Buffer.from('v'), timestamp: 1, headers: [] }
    let user: KafkaBroker

    before(async () => {
      await (await open('plain')).createTopics([topic])
      user = await open('sasl', { sasl: alice })
    })

    test('creating, describing and deleting a topic', async () => {
      await denied(user.createTopics([{ ...topic, name: 'secret-2' }]), /secret-2/)
      await denied(user.createTopics([topic]), /secret/)
      await denied(user.deleteTopics(['secret']), /secret/)
      await denied(user.offsets({ topic: 'secret', partition: 0 }), /secret/)
    })

    test('writing', async () => {
      const producer = user.producer()
      await denied(producer.send([record]), /secret/)
      await cluster.allow('alice', 'TOPIC', 'secret', 'DESCRIBE')
      await denied(producer.send([record]), /secret/)
    })

    test('reading', async () => {
      const reader = user.reader()
      reader.assign([{ topic: 'secret', partition: 0, offset: 0 }])
      await denied(reader.poll({ maxRecords: 1, maxWaitMs: 5_000 }), /secret/)
      await reader.close()
    })

    test('the offsets of a group, and its reset', async () => {
      await denied(user.committed('secret-app'), /secret-app/)
      await denied(user.reset('secret-app'), /secret-app/)
    })

    test('a transactional id', async () => {
      await (await open('plain')).createTopics([{ ...topic, name: 'secret-app-session-epochs' }])
      await denied(user.session({ applicationId: 'secret-app' }), /secret-app/)
    })

    test('topics that a user may not see are not listed', async () => {
      await (await open('plain')).createTopics([{ ...topic, name: 'hidden' }])
      const names = (await user.topics()).map(({ name }) => name)
      assert.ok(names.includes('open-plain'))
      assert.ok(!names.includes('hidden'))
    })
  })
})
