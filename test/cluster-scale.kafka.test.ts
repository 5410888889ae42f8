import assert from 'node:assert/strict'
/** More and fewer processes, and brokers that come and go, under a load: every window is what a batch would count. */
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Deployment, until } from './cluster/deployment.ts'

let javas: Deployment
before(async () => {
  javas = await Deployment.open('cluster-scale')
  await javas.command('topics', 'apply')
})
afterEach(() => javas?.endAll())
after(() => javas?.close())

test('the analysis grows from one process to three and shrinks to two under load, and every window is right', async () => {
  const collect = await javas.start(['collect'])
  const exporting = await javas.start(['export'])
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await javas.command('watch', `demo:${name}`, '--option', 'rate=15')
  const one = await javas.start(['analyze'], 'one')
  await until('the first works', async () => (await javas.archived()).length > 100)
  const two = await javas.start(['analyze'], 'two')
  const three = await javas.start(['analyze'], 'three')
  const owners = async () =>
    (await javas.status()).groups[0]!.members.filter(({ partitions }) => partitions.length > 0).length
  await until('three share the tasks', async () => (await owners()) === 3)
  const before = (await javas.archived()).length
  await until('they work', async () => (await javas.archived()).length > before + 200)
  await javas.stopInOrder(one, 'the first')
  await until('two share the tasks', async () => (await owners()) === 2)
  // Every partition of what the topology reads, however many topics that are.
  const all = (await javas.status()).groups[0]!.members.reduce((sum, { partitions }) => sum + partitions.length, 0)
  assert.ok(all >= 12)
  await two.kill('SIGKILL')
  await until('one has all the tasks', async () => {
    const { groups } = await javas.status()
    return groups[0]!.members.length === 1 && groups[0]!.members[0]!.partitions.length === all
  })
  const after = (await javas.archived()).length
  await until('it works', async () => (await javas.archived()).length > after + 200)
  await javas.stopInOrder(collect, 'collect')
  await javas.stopInOrder(three, 'the last')
  await javas.stopInOrder(exporting, 'export')
  await javas.catchUp()
  await javas.assertNothingLostOrDoubled()
})

test('brokers that go away for a while stop no role for good, and nothing is lost', async () => {
  const roles = await Promise.all([javas.start(['collect']), javas.start(['analyze']), javas.start(['export'])])
  await javas.command('watch', 'demo:brokers', '--option', 'rate=30')
  const grows = async () => {
    const before = (await javas.archived()).length
    await until('the archive goes on', async () => (await javas.archived()).length > before + 50)
  }
  await grows()
  const { process } = javas.kafka.nodes[0]!
  await process.kill9()
  await sleep(4_000)
  await javas.kafka.startNodes()
  await grows()
  for (const role of roles) await javas.stopInOrder(role, role.name)
  await javas.catchUp()
  await javas.assertNothingLostOrDoubled()
})
