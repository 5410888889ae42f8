/**
 * The product as it is deployed (docs/deploy.md): `javas collect`, `analyze`, `export` and `dashboard` as processes of
 * their own on a real Kafka, killed in turn.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SseClient } from '../dashboard/testing/sse-client.ts'
import { Deployment, until } from './cluster/deployment.ts'

/** From a kill -9 of a collector to the next one that watches. */
const TAKEOVER_MS = 10_000

let javas: Deployment
before(async () => {
  javas = await Deployment.open('cluster-roles')
})
after(() => javas?.close())

test('a role that finds no topics says what to do, and does nothing', async () => {
  const { code, stderr } = await javas.run('collect')
  assert.equal(code, 5, stderr)
  assert.match(stderr, /lacks \d+ of our topics .*run "javas topics apply"\. \[TOPICS_MISSING\]/)
})

test('topics are made once: shown first, and nothing to do the second time', async () => {
  const dry = await javas.command('topics', 'apply', '--dry-run')
  assert.match(dry, /^\+ chat-messages: 4 partitions, 1 replica, delete, retention.ms=604800000/m)
  assert.match(dry, /^\+ javas-analysis-count-per-10s-changelog: 4 partitions, 1 replica, compact/m)
  assert.match(dry, /nothing was changed/)
  assert.match(await javas.command('topics', 'apply'), /\d+ done/)
  assert.equal(await javas.command('topics', 'apply'), 'everything is there\n')
})

test('the roles are killed in turn while a broadcast runs: nothing is lost or doubled, and they stop in order', async () => {
  const dashboard = await javas.start(['dashboard', '--port', '0'])
  const [, url] = await dashboard.says(/open (http\S+)/)
  const collectors = new Map([
    ['one', await javas.start(['collect'], 'one')],
    ['two', await javas.start(['collect'], 'two')],
  ])
  let analyze = await javas.start(['analyze'])
  let exporting = await javas.start(['export'])

  await javas.command('watch', 'demo', '--option', 'rate=40')
  await until('chat in the archive', async () => (await javas.archived()).length > 100)
  const archive = await javas.openArchive()
  const { channelId, broadcastId } = (await archive.broadcasts())[0]!
  const page = `${url}/broadcasts/${encodeURIComponent(`${channelId}~${broadcastId}`)}`
  assert.equal((await fetch(page)).status, 200)
  const live = new SseClient(`${page}/events`)
  await live.until(() => live.messageIds.length > 20)

  const [, health] = await analyze.says(/health checks and metrics at (http\S+)/)
  assert.equal((await fetch(`${health}/healthz`)).status, 200)
  assert.equal((await fetch(`${health}/readyz`)).status, 200)
  assert.match(await (await fetch(`${health}/metrics`)).text(), /^streams_process_total(\{[^}]*\})? [1-9]/m)

  await analyze.kill('SIGKILL')
  analyze = await javas.start(['analyze'])
  await exporting.kill('SIGKILL')
  exporting = await javas.start(['export'])
  const before = (await javas.archived()).length
  await until('the archive goes on', async () => (await javas.archived()).length > before + 40)

  const watching = await until('a collector watches', async () =>
    (await javas.status()).roles.find((role) => role.collect?.channels.includes(channelId)),
  )
  const [place, collector] = [...collectors].find(([, { pid }]) => pid === watching.pid)!
  await collector.kill('SIGKILL')
  const killedAt = Date.now()
  const other = [...collectors].find(([name]) => name !== place)![1]
  await other.says(/ demo:chat live/)
  const takeover = Date.now() - killedAt
  assert.ok(takeover < TAKEOVER_MS, `taken over after ${takeover} ms`)
  collectors.set(place, await javas.start(['collect'], place))
  await live.until(() => live.messageIds.length > 200)

  const shown = await javas.status()
  assert.equal(shown.state, 'RUNNING')
  assert.deepEqual(shown.problems, [])
  assert.deepEqual(
    shown.roles.map(({ role }) => role),
    ['analyze', 'collect', 'collect', 'dashboard', 'export'],
  )

  const stopped = await fetch(`${url}/watch`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url! },
    body: new URLSearchParams({ intent: 'stop', broadcast: `${channelId}~${broadcastId}` }),
  })
  assert.ok(stopped.status < 400, `${stopped.status}`)
  await until(
    'the broadcast has ended',
    async () => (await archive.broadcast(channelId, broadcastId))?.state.state === 'ended',
  )
  await archive.close()
  live.close()

  for (const [name, role] of [
    ...collectors,
    ['analyze', analyze],
    ['export', exporting],
    ['dashboard', dashboard],
  ] as const)
    await javas.stopInOrder(role, name)
  await javas.catchUp()
  await javas.assertNothingLostOrDoubled()
  assert.equal(new Set(live.messageIds).size, live.messageIds.length, 'the page got no message twice')
})
