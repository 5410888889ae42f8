/** The cluster with all its stores: roles as processes on real Kafka, the record on MongoDB's protocol, a real Elasticsearch. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ElasticsearchNode } from '../deploy/dev-services/elasticsearch/elasticsearch-node.ts'
import { freePorts } from '../deploy/dev-services/free-ports.ts'
import { MongoStandIn } from '../deploy/dev-services/mongodb/mongo-stand-in.ts'
import { TcpProxy } from './chaos/tcp-proxy.ts'
import { Deployment, until } from './cluster/deployment.ts'
import { randomOf } from './random.ts'

let mongodb: MongoStandIn
let elasticsearch: ElasticsearchNode
let way: TcpProxy
let javas: Deployment
before(async () => {
  const name = 'cluster-on-stores'
  ;[mongodb, elasticsearch] = await Promise.all([MongoStandIn.start({ name }), ElasticsearchNode.start({ name })])
  const [port] = await freePorts(1)
  way = new TcpProxy(port!, mongodb.port)
  await way.listen()
  javas = await Deployment.open(name, {
    JAVAS_MONGODB: `mongodb://127.0.0.1:${port}`,
    JAVAS_ELASTICSEARCH: elasticsearch.url,
    JAVAS_PSEUDONYM_KEY: 'a secret of at least thirty-two characters',
  })
  await javas.command('topics', 'apply')
  await javas.command('stores', 'apply')
})
afterEach(() => javas?.endAll())
after(async () => {
  await javas?.close()
  await way?.close()
  await Promise.all([mongodb?.stop(), elasticsearch?.stop()])
})

test('whatever kills the export role and its index and cuts its ways, log, record and index hold the same, once', async () => {
  const roles = await Promise.all([javas.start(['collect']), javas.start(['analyze'])])
  await javas.command('watch', 'demo:killed', '--option', 'rate=200')
  const below = randomOf(11)
  for (let kill = 0; kill < 4; kill++) {
    const exporting = await javas.start(['export'])
    await sleep(300 + below(1_500))
    if (kill % 2 === 0) await elasticsearch.process.kill9()
    else way.cut()
    await sleep(below(500))
    await exporting.kill('SIGKILL')
    await elasticsearch.startServer()
  }
  const exporting = await javas.start(['export'])
  const archive = await javas.openArchive()
  await until('much is archived', async () => ((await archive.broadcasts())[0]?.messages ?? 0) > 1_000)
  await archive.close()
  for (const role of [...roles, exporting]) await javas.stopInOrder(role, role.name)
  await javas.catchUp()
  await javas.assertNothingLostOrDoubled()
  const { differences, differingMinutes, ...compared } = JSON.parse(
    await javas.command('verify', 'archive', '--wait', '60', '--json'),
  )
  assert.deepEqual(
    { differences, differingMinutes },
    { differences: [], differingMinutes: 0 },
    JSON.stringify(compared),
  )
})

test('a person is erased from record and index beside running roles, and what is counted of them begins anew', async (t) => {
  const roles = await Promise.all([['collect'], ['analyze'], ['export']].map((role) => javas.start(role)))
  const archive = await javas.openArchive()
  t.after(() => archive.close())
  // The demo's loudest swears again and again.
  const [channelId, authorId] = ['demo:killed', 'demo-troll-1']
  const offence = async () => (await archive.author(channelId, authorId))?.offence
  await until('they swear', offence, 120_000)
  const receipt = join(javas.environment().JAVAS_DATA!, 'receipt.json')
  const askedAt = Date.now()
  await javas.command('erase-person', channelId, authorId, '--yes', '--out', receipt)
  const verified = await javas.command('erasure', 'verify', receipt, '--author', authorId)
  for (const store of ['mongodb', 'elasticsearch'])
    assert.match(verified, new RegExp(`^${store}: nothing of them from before it was asked for$`, 'm'))

  const { firstAt } = await until('they swear again', offence, 120_000)
  assert.ok(firstAt >= askedAt, `${new Date(firstAt).toISOString()} is before the erasure`)
  for (const role of roles) await javas.stopInOrder(role, role.name)
})
