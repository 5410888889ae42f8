import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { metadata } from './cluster-apis.ts'
import { type ClusterRpc, openClusterRpc } from './cluster-rpc.ts'
import { heartbeat } from './group-apis.ts'
import { FakeBroker, type FakeRequest } from './testing/fake-broker.ts'
import { WireWriter } from './wire-writer.ts'

const NODE = 7
const heartbeatRequest = { groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: null }
const lost = { name: 'RpcLostError' }

describe('a client of a broker that misbehaves', () => {
  let broker: FakeBroker
  let rpc: ClusterRpc
  /** Beside Metadata. */
  let requests: FakeRequest[]

  beforeEach(async () => {
    broker = await FakeBroker.start()
    broker.versions = new Map([
      [metadata.key, 12],
      [heartbeat.key, 4],
    ])
    requests = []
    broker.onRequest = (request) => {
      if (request.key === metadata.key) request.answer(metadataBody(broker.port))
      else requests.push(request)
    }
    rpc = openClusterRpc({ bootstrap: [broker.address], requestTimeoutMs: 60_000 })
  })
  afterEach(async () => {
    await rpc.close()
    await broker.stop()
  })

  const arrived = async (count: number) => {
    while (requests.length < count) await new Promise((resolve) => setImmediate(resolve))
  }
  const beat = () => rpc.heartbeat(NODE, heartbeatRequest)

  test('a cut connection rejects everything in flight, and the next call connects again', async () => {
    const beats = [beat(), beat(), beat()]
    const outcome = Promise.all(beats.map((one) => assert.rejects(one, lost)))
    await arrived(3)
    requests[0]!.cut()
    await outcome
    const next = beat()
    await arrived(4)
    requests[3]!.answer(heartbeatBody(0))
    assert.equal((await next).errorCode, 0)
  })

  test('requests of one kind go over one connection in the order of the calls, without waiting for answers', async () => {
    const beats = [beat(), beat(), beat()]
    await arrived(3)
    assert.deepEqual(
      requests.map(({ correlationId }) => correlationId),
      [...requests.map(({ correlationId }) => correlationId)].sort((a, b) => a - b),
    )
    for (const [i, request] of requests.entries()) request.answer(heartbeatBody(i))
    assert.deepEqual(
      (await Promise.all(beats)).map(({ errorCode }) => errorCode),
      [0, 1, 2],
    )
  })

  test('no answer in time is a lost one, and so is what waits behind it', async () => {
    await rpc.close()
    rpc = openClusterRpc({ bootstrap: [broker.address], requestTimeoutMs: 100 })
    await Promise.all([assert.rejects(beat(), lost), assert.rejects(beat(), lost)])
    const next = beat()
    await arrived(3)
    requests[2]!.answer(heartbeatBody(27))
    assert.equal((await next).errorCode, 27)
  })

  test('an answer that is not what the protocol says is a fault and no lost answer', async () => {
    const broken = beat()
    await arrived(1)
    requests[0]!.answer(Buffer.from([1]))
    await assert.rejects(broken, (error: Error) => error.name !== 'RpcLostError')
  })

  test('a request is written in the highest version that both speak', async () => {
    broker.versions = new Map([
      [metadata.key, 99],
      [heartbeat.key, 99],
    ])
    const beating = beat()
    await arrived(1)
    assert.equal(requests[0]!.version, 4)
    requests[0]!.answer(heartbeatBody(0))
    await beating
  })

  test('a broker that is too old is refused with what it lacks', async () => {
    broker.versions = new Map([
      [metadata.key, 12],
      [heartbeat.key, 3],
    ])
    await assert.rejects(beat(), { code: 'KAFKA_TOO_OLD', message: /Heartbeat.*2\.4.*3\.1/ })
    broker.versionsError = 35
    await rpc.close()
    rpc = openClusterRpc({ bootstrap: [broker.address] })
    await assert.rejects(rpc.metadata([]), { code: 'KAFKA_TOO_OLD' })
  })

  test('the second address is asked when the first does not answer', async () => {
    await rpc.close()
    rpc = openClusterRpc({ bootstrap: ['127.0.0.1:1', broker.address] })
    assert.equal((await rpc.metadata([])).clusterId, 'fake')
  })

  test('a broker that hangs is asked once, then the one that answered', async () => {
    const hanging = await FakeBroker.start()
    hanging.versions = broker.versions
    let asked = 0
    hanging.onRequest = () => {
      asked++
    }
    await rpc.close()
    rpc = openClusterRpc({ bootstrap: [hanging.address, broker.address], requestTimeoutMs: 100 })
    for (let i = 0; i < 3; i++) assert.equal((await rpc.metadata([])).clusterId, 'fake')
    assert.equal(asked, 1)
    await hanging.stop()
  })

  test('a broker that goes down while we log in has not refused the password', async () => {
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-256'] as const) {
      broker.onRequest = (request) => {
        // SaslHandshake is answered, SaslAuthenticate never is.
        if (request.key === 17) request.answer(Buffer.from([0, 0, 0, 0, 0, 0]), false)
        else request.cut()
      }
      await rpc.close()
      rpc = openClusterRpc({ bootstrap: [broker.address], sasl: { mechanism, username: 'u', password: 'p' } })
      await assert.rejects(rpc.metadata([]), lost)
    }
  })

  test('a node that is not in the cluster is a lost answer', () =>
    assert.rejects(rpc.heartbeat(99, heartbeatRequest), lost))

  test('an address without a port is refused at once', () => {
    for (const address of ['kafka', 'kafka:', ':9092', 'kafka:0', 'kafka:99999', ''])
      assert.throws(() => openClusterRpc({ bootstrap: [address] }), TypeError)
  })

  test('a closed client refuses', async () => {
    await rpc.close()
    await assert.rejects(beat(), { code: 'BROKER_CLOSED' })
    await assert.rejects(rpc.metadata([]), { code: 'BROKER_CLOSED' })
  })
})

function heartbeatBody(errorCode: number): Buffer {
  return Buffer.concat(new WireWriter().int32(0).int16(errorCode).tags().parts() as Uint8Array[])
}

function metadataBody(port: number): Buffer {
  const writer = new WireWriter().int32(0)
  writer.array([NODE], (node) => writer.int32(node).string('127.0.0.1').int32(port).string(null).tags())
  writer.string('fake').int32(NODE)
  writer.array([], () => {}).tags()
  return Buffer.concat(writer.parts() as Uint8Array[])
}
