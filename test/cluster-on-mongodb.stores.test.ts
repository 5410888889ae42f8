/** The cluster with its archive in MongoDB: roles as processes on real Kafka and on a server of MongoDB's protocol. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { dataFiles } from '#app/config.ts'
import { ShippedSchemas } from '#schemas/registry/shipped-schemas.ts'
import { topics } from '#schemas/topics.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { freePorts } from '../deploy/dev-services/free-ports.ts'
import { MongoStandIn } from '../deploy/dev-services/mongodb/mongo-stand-in.ts'
import { TcpProxy } from './chaos/tcp-proxy.ts'
import { Deployment, until } from './cluster/deployment.ts'
import { CHANNEL, fillEmbeddedFolder, settings } from './cluster/embedded-folder.ts'
import { readTopic } from './cluster/read-topic.ts'
import { type RoleProcess, runCommand, startRole } from './cluster/role-process.ts'
import { randomOf } from './random.ts'

let mongodb: MongoStandIn
let way: TcpProxy
let javas: Deployment
before(async () => {
  mongodb = await MongoStandIn.start({ name: 'cluster-on-mongodb' })
  const [port] = await freePorts(1)
  way = new TcpProxy(port!, mongodb.port)
  await way.listen()
  javas = await Deployment.open('cluster-on-mongodb', { JAVAS_MONGODB: `mongodb://127.0.0.1:${port}` })
  await javas.command('topics', 'apply')
})
afterEach(() => javas?.endAll())
after(async () => {
  await javas?.close()
  await way?.close()
  await mongodb?.stop()
})

test('roles refuse a database without our collections; stores apply makes them, once, and says so before', async () => {
  for (const role of ['export', 'dashboard']) {
    const { code, stderr } = await javas.run(role)
    assert.match(stderr, /javas stores apply.*\[ARCHIVE_MISSING\]/s)
    assert.equal(code, 5)
  }
  const dry = await javas.command('stores', 'apply', '--dry-run')
  assert.match(dry, /^\+ collection messages: create$/m)
  assert.match(dry, /^\+ index messages\.by-grams \(grams, place\): create$/m)
  assert.match(dry, /^dry run: \d+ to do, nothing was changed$/m)
  assert.equal(await javas.command('stores', 'apply', '--dry-run'), dry, 'nothing was changed')
  assert.match(await javas.command('stores', 'apply'), /^\d+ done$/m)
  assert.match(await javas.command('stores', 'apply'), /^everything is there$/m)
})

test('whatever kills the export role and cuts its connections, the archive has what was said, each message once', async () => {
  const roles = await Promise.all([javas.start(['collect']), javas.start(['analyze'])])
  await javas.command('watch', 'demo:killed', '--option', 'rate=200')
  const below = randomOf(7)
  let exporting: RoleProcess | undefined
  for (let kill = 0; kill < 6; kill++) {
    exporting = await javas.start(['export'])
    await sleep(300 + below(1_500))
    if (kill % 3 === 1) way.cut()
    if (kill % 3 === 2) {
      way.hold()
      await sleep(300)
    }
    await exporting.kill('SIGKILL')
    way.heal()
  }
  exporting = await javas.start(['export'])
  const archive = await javas.openArchive()
  await until('much is archived', async () => ((await archive.broadcasts())[0]?.messages ?? 0) > 2_000)
  await archive.close()
  for (const role of [...roles, exporting]) await javas.stopInOrder(role, role.name)
  await javas.catchUp()
  await javas.assertNothingLostOrDoubled()
  await assertCountsAreThoseOfTheMessages()
})

test('a store that is away stalls nobody else, says so, and gets everything when it is back', async () => {
  const roles = await Promise.all([javas.start(['collect']), javas.start(['analyze']), javas.start(['export'])])
  way.refuse()
  await javas.command('watch', 'demo:away', '--option', 'rate=50')
  const before = (await javas.analyzed()).length
  await until('the analysis goes on', async () => (await javas.analyzed()).length > before + 200)
  await until('the export role says why it waits', async () => {
    const { roles: told } = await javas.status()
    return told.some(
      ({ role, problem }) => role === 'export' && /mongodb.*(no server answers|cannot answer)/.test(problem),
    )
  })
  way.heal()
  await until('it works again', async () => {
    const { roles: told } = await javas.status()
    return told.some(({ role, problem }) => role === 'export' && problem === '')
  })
  for (const role of roles) await javas.stopInOrder(role, role.name)
  await javas.catchUp()
  await javas.assertNothingLostOrDoubled()
})

test('a person is erased beside a running export role, and the receipt is verified against the store', async () => {
  const exporting = await javas.start(['export'])
  const archive = await javas.openArchive()
  const { messages } = await archive.search({ channelId: 'demo:killed', limit: 1 })
  const { channelId, broadcastId, author } = messages[0]!.message
  const before = (await archive.search({ channelId })).total
  const theirs = (await archive.search({ channelId, authorId: author.id, includeDeleted: true })).total
  assert.ok(theirs > 0 && theirs < before)
  const receipt = join(javas.environment().JAVAS_DATA!, 'receipt.json')
  await javas.command('erase-person', channelId, author.id, '--yes', '--out', receipt)
  assert.equal((await archive.search({ channelId, authorId: author.id, includeDeleted: true })).total, 0)
  assert.equal(await archive.author(channelId, author.id), null)
  assert.ok((await archive.broadcast(channelId, broadcastId))!.messages > 0)
  await assertCountsAreThoseOfTheMessages()

  const verified = await javas.command('erasure', 'verify', receipt, '--author', author.id)
  assert.match(verified, new RegExp(`^mongodb: ${theirs} messages, \\d+ other entries$`, 'm'))
  assert.match(verified, /^mongodb: nothing of them from before it was asked for$/m)
  const { code, stderr } = await javas.run('erasure', 'verify', receipt, '--author', 'somebody else')
  assert.match(stderr, /another person.*\[ERASURE_RECEIPT_INVALID\]/s)
  assert.equal(code, 1)
  await archive.close()
  await javas.stopInOrder(exporting, exporting.name)
})

test('pages and commands read the servers from any machine; a broadcast is deleted without the export role', async () => {
  const elsewhere = { JAVAS_DATA: `${javas.environment().JAVAS_DATA}-of-another-machine` }
  const dashboard = await javas.start(['dashboard', '--port', '0'], 'dashboard', elsewhere)
  const [, url] = await dashboard.says(/open (http\S+)/)
  const archive = await javas.openArchive()
  const { channelId, broadcastId, messages } = (await archive.broadcast(
    'demo:killed',
    (await archive.broadcasts()).find(({ channelId }) => channelId === 'demo:killed')!.broadcastId,
  ))!
  assert.ok(messages > 2_000)
  const found = await javas.command('archive', 'search', '--channel', channelId, '--limit', '3')
  assert.match(found, /^3 of [\d,]+ messages/m)
  const answer = await fetch(`${url}/watch`, {
    method: 'POST',
    headers: { origin: url! },
    body: new URLSearchParams({ intent: 'delete', broadcast: `${channelId}~${broadcastId}` }),
  })
  assert.ok(answer.ok, await answer.text())
  assert.equal(await archive.broadcast(channelId, broadcastId), null)
  await javas.stopInOrder(dashboard, dashboard.name)
  await javas.catchUp()
  assert.equal((await archive.search({ channelId })).total, 0, 'the log does not bring it back')
  await archive.close()
})

test('the data folder of a "javas start" is moved in whole, however often that is killed, and verify finds nothing amiss', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'javas-embedded-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  await javas.command('stores', 'apply')
  await fillEmbeddedFolder(folder, 3_000)
  const environment = { ...javas.environment('move'), JAVAS_DATA: join(folder, 'of-the-cluster') }
  const archive = await javas.openArchive()
  t.after(() => archive.close())
  const before = await archive.broadcasts()
  const movedRows = async () =>
    (await archive.positions()).find(({ topic }) => topic.startsWith('moved-archive'))?.offset ?? 0

  const early = await runCommand(['move', folder], environment)
  assert.deepEqual([early.code, early.stderr.includes('[MOVE_BEHIND]')], [1, true], early.stderr)
  const embedded = await runCommand(['export', '--until-caught-up'], { JAVAS_DATA: folder, JAVAS_KAFKA: undefined })
  assert.equal(embedded.code, 0, embedded.stderr)

  const dry = await runCommand(['move', folder, '--dry-run'], environment)
  assert.match(dry.stdout, /3,000 messages, .*600 offences, 3 alerts/, dry.stderr)
  assert.match(dry.stdout, /1 settings of channels, 1 rules of channels, 1 silences, 4 actions of operators/)
  assert.match(dry.stdout, /^dry run: nothing was changed$/m)
  assert.deepEqual([await movedRows(), (await archive.broadcasts()).length], [0, before.length])

  const killed = startRole(['move', folder], environment)
  await until('some of it is moved', movedRows)
  assert.equal(await killed.kill('SIGKILL'), null, killed.printed)
  const moved = await runCommand(['move', folder], environment)
  assert.equal(moved.code, 0, moved.stderr)
  assert.match(moved.stdout, /rows were moved before$/m)
  assert.match(moved.stdout, /3,000 messages and 50 windows compared, none is missing or different$/m)

  const source = openArchiveReader(dataFiles(folder).archive)
  t.after(() => source.close())
  /** One archive decodes into classes, the other into plain objects. */
  const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value))
  const everything = async (one: ArchiveReader) =>
    plain({
      broadcasts: (await one.broadcasts()).filter(({ channelId }) => channelId === CHANNEL),
      windows: await one.windows(CHANNEL, 'first', 60_000),
      keywords: await one.keywords(CHANNEL, 'first'),
      offences: new Set((await one.offences(CHANNEL, 500)).map(({ authorId, strikes }) => strikes && authorId)).size,
      alerts: await one.alerts(CHANNEL),
      actions: (await one.actions({ channelId: CHANNEL })).actions,
      rules: [await one.rulesVersions(CHANNEL, 10), await one.rulesVersion(CHANNEL, 3)],
      sanctions: await one.platformSanctions(CHANNEL, 'u5', 10),
      author: { ...(await one.author(CHANNEL, 'u5')), recent: [] },
    })
  /** By their ids: of so many a difference could not be printed. */
  const messagesOf = async (one: ArchiveReader) =>
    new Map(
      (await Array.fromAsync(one.export({ channelId: CHANNEL, includeDeleted: true }))).map((found) => [
        found.message.id,
        plain(found),
      ]),
    )
  const same = async () => {
    assert.deepEqual(await everything(archive), expected)
    const there = await messagesOf(archive)
    assert.equal(there.size, messages.size)
    for (const [id, found] of messages) assert.deepEqual(there.get(id), found)
  }
  const expected = await everything(source)
  const messages = await messagesOf(source)
  assert.ok([...messages.values()].filter(({ deletedAt }) => deletedAt !== null).length > 5)
  await same()

  const again = await runCommand(['move', folder], environment)
  assert.match(again.stdout, /0 settings of channels, 0 rules of channels, 0 silences, 0 actions of operators/)
  assert.match(again.stdout, /accounts.db is there already and stays/)
  await same()
  const people = await runCommand(['account', 'list'], environment)
  assert.match(people.stdout, /owner/, people.stderr)

  // What was moved is part of the record like everything else: the roles archive the moved actions and rules once more.
  await javas.catchUp()
  assert.match(await javas.command('verify', 'archive'), /^0 missing, 0 double, 0 different$/m)
  await same()
  const [stored] = await readTopic(javas.kafka.bootstrap, topics.channelSettings, new ShippedSchemas())
  assert.deepEqual(plain(stored), settings)
})

async function assertCountsAreThoseOfTheMessages() {
  const archive = await javas.openArchive()
  const archived = await javas.archived()
  for (const { channelId, broadcastId, messages, authors, profane } of await archive.broadcasts()) {
    const said = archived.filter(
      ({ message }) => message.broadcastId === broadcastId && message.channelId === channelId,
    )
    const written = said.filter(({ message: { kind } }) => kind === 'text' || kind === 'paid')
    const people = new Set(said.map(({ message }) => message.author.id).filter(Boolean))
    assert.deepEqual(
      { messages, authors, profane },
      {
        messages: written.length,
        authors: people.size,
        profane: written.filter(({ severity }) => severity >= 2).length,
      },
      `counts of ${channelId}`,
    )
  }
  await archive.close()
}
