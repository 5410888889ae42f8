/** What goes wrong around a running cluster of ours, and what people do to it. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { Deployment, until } from './cluster/deployment.ts'
import { runCommand } from './cluster/role-process.ts'

let javas: Deployment
before(async () => {
  javas = await Deployment.open('cluster-trouble')
  await javas.command('topics', 'apply')
})
afterEach(() => javas?.endAll())
after(() => javas?.close())

const refusal = async (args: readonly string[], more: { readonly [name: string]: string }) => {
  const { code, stderr } = await runCommand(args, { ...javas.environment('refused'), ...more })
  return { code, told: /\[([A-Z_]+)\]\s*$/.exec(stderr)?.[1], stderr }
}

test('another cluster than the one that was meant is left alone', async () => {
  const { code, told, stderr } = await refusal(['analyze'], { JAVAS_KAFKA_CLUSTER_ID: 'another' })
  assert.deepEqual([code, told], [4, 'KAFKA_WRONG_CLUSTER'], stderr)
})

test('a cluster that does not answer is told with its address, and the role ends to be started again', async () => {
  const { code, told, stderr } = await refusal(['collect'], { JAVAS_KAFKA: '127.0.0.1:1' })
  assert.deepEqual([code, told], [6, 'KAFKA_UNREACHABLE'], stderr)
  assert.match(stderr, /127\.0\.0\.1:1/)
})

test('topics with other partitions than configured are refused by roles and by topics apply', async () => {
  const role = await refusal(['analyze'], { JAVAS_PARTITIONS: '8' })
  assert.deepEqual([role.code, role.told], [1, 'TOPICS_REFUSED'], role.stderr)
  const fewer = await runCommand(['topics', 'apply'], { ...javas.environment(), JAVAS_PARTITIONS: '2' })
  assert.match(fewer.stdout, /^! chat-messages: has 4 partitions, 2 are wanted: Kafka takes none away/m)
  assert.match(fewer.stderr, /\[TOPICS_REFUSED\]/)
})

test('a state folder belongs to one process, and so does the archive', async () => {
  const exporting = await javas.start(['export'], 'first')
  const same = await runCommand(['export'], javas.environment('first'))
  assert.match(same.stderr, /\[STATE_FOLDER_IN_USE\]/)
  assert.equal(same.code, 3)
  const other = await runCommand(['export'], javas.environment('second'))
  assert.match(other.stderr, /\[DATA_FOLDER_IN_USE\]/)
  assert.equal(other.code, 3)
  await javas.stopInOrder(exporting, 'export')
})

test('a deleted broadcast leaves the pages and the archive at once and its watch ends; the topics keep it for their time', async () => {
  const dashboard = await javas.start(['dashboard', '--port', '0'])
  const [, url] = await dashboard.says(/open (http\S+)/)
  const roles = await Promise.all([javas.start(['collect']), javas.start(['analyze'])])
  let exporting = await javas.start(['export'])
  await javas.command('watch', 'demo:deleted', '--option', 'rate=20')
  const archive = await javas.openArchive()
  const { channelId, broadcastId } = await until('it is archived', async () =>
    (await archive.broadcasts()).find((one) => one.channelId === 'demo:deleted' && one.messages > 20),
  )
  await javas.stopInOrder(exporting, 'export')
  const remove = () =>
    fetch(`${url}/watch`, {
      method: 'POST',
      headers: { origin: url! },
      body: new URLSearchParams({ intent: 'delete', broadcast: `${channelId}~${broadcastId}` }),
    })
  assert.match(await (await remove()).text(), /EXPORT_NOT_RUNNING/)
  assert.notEqual(await archive.broadcast(channelId, broadcastId), null, 'nothing was deleted')

  exporting = await javas.start(['export'])
  assert.ok((await remove()).ok)
  assert.equal(await archive.broadcast(channelId, broadcastId), null)
  const page = `${url}/broadcasts/${encodeURIComponent(`${channelId}~${broadcastId}`)}`
  await until('the page is gone', async () => (await fetch(page)).status === 404)
  await until('nobody watches it', async () => {
    const { roles: told } = await javas.status()
    return told.every(({ collect }) => !collect?.channels.includes(channelId))
  })
  assert.ok(
    (await javas.chat()).some((message) => message.broadcastId === broadcastId),
    'Kafka keeps what it has',
  )
  for (const role of [...roles, exporting, dashboard]) await javas.stopInOrder(role, role.name)
  await javas.catchUp()
  assert.equal(await archive.broadcast(channelId, broadcastId), null, 'the log does not bring it back')
  await archive.close()
})

test('a reset is refused while the analysis runs; afterwards it starts again from the log and finds the same', async () => {
  const roles = await Promise.all([javas.start(['collect']), javas.start(['analyze'])])
  await javas.command('watch', 'demo:reset', '--option', 'rate=20')
  await until('something is analysed', async () => (await javas.analyzed()).length > 50)
  const refused = await javas.run('reset', '--yes')
  assert.match(refused.stderr, /\[SESSION_OPEN\]/)
  for (const role of roles) await javas.stopInOrder(role, role.name)
  await javas.catchUp()
  const before = (await javas.analyzed()).length
  const archived = (await javas.archived()).length
  await javas.command('reset', '--yes')
  assert.equal(await javas.command('topics', 'apply'), 'everything is there\n')
  await javas.catchUp()
  assert.equal((await javas.analyzed()).length, 2 * before, 'everything was analysed once more')
  assert.equal((await javas.archived()).length, archived, 'the archive has it already')
})
