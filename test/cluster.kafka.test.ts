/**
 * The product as it is deployed: `javas collect`, `analyze`, `export` and `dashboard` as processes of their own on a real
 * Kafka, killed in turn.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterStatus } from '#app/cluster/cluster-status.ts'
import { dataFiles } from '#app/config.ts'
import { ShippedSchemas } from '#schemas/registry/shipped-schemas.ts'
import { topics } from '#schemas/topics.ts'
import type { AnalyzedMessage, ChatMessage } from '#schemas/types.ts'
import { openArchiveReader } from '#sinks/sqlite-archive.ts'
import { SseClient } from '../dashboard/testing/sse-client.ts'
import { KafkaCluster } from '../deploy/dev-services/kafka/kafka-cluster.ts'
import { readTopic } from './cluster/read-topic.ts'
import { type RoleProcess, runCommand, startRole } from './cluster/role-process.ts'

/** From a SIGTERM to the end of the process. */
const STOP_MS = 5_000
/** From a kill -9 of a collector to the next one that watches. */
const TAKEOVER_MS = 10_000

const folder = mkdtempSync(join(tmpdir(), 'javas-cluster-'))
const data = join(folder, 'data')
const running = new Set<RoleProcess>()
let kafka: KafkaCluster

before(async () => {
  kafka = await KafkaCluster.start({ name: 'cluster-roles' })
})
after(async () => {
  await Promise.all([...running].map((role) => role.kill('SIGKILL')))
  await kafka?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const environment = (place = 'one') => ({
  JAVAS_KAFKA: kafka.bootstrap,
  JAVAS_DATA: data,
  JAVAS_STATE: join(folder, place),
  JAVAS_METRICS_PORT: '0',
})
const run = (...args: string[]) => runCommand(args, environment('command'))
const status = async (): Promise<ClusterStatus> => JSON.parse((await run('status', '--json')).stdout)

async function start(args: readonly string[], place?: string): Promise<RoleProcess> {
  const role = startRole(args, environment(place))
  running.add(role)
  void role.ended.then(() => running.delete(role))
  await role.says(/ running\n/)
  return role
}

async function until<T>(what: string, look: () => Promise<T | false | undefined | null>, ms = 60_000): Promise<T> {
  for (const end = Date.now() + ms; ; await sleep(100)) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`never in ${ms} ms: ${what}`)
  }
}

const archived = async (): Promise<readonly AnalyzedMessage[]> => {
  const archive = openArchiveReader(dataFiles(data).archive)
  try {
    return await Array.fromAsync(archive.export({ includeDeleted: true }))
  } finally {
    await archive.close()
  }
}

async function stopInOrder(role: RoleProcess, name: string): Promise<void> {
  const began = performance.now()
  assert.equal(await role.kill('SIGTERM'), 0, `${name}: ${role.printed}`)
  const took = performance.now() - began
  assert.ok(took < STOP_MS, `${name} took ${took} ms to stop:\n${role.printed}`)
}

test('a role that finds no topics says what to do, and does nothing', async () => {
  const { code, stderr } = await run('collect')
  assert.equal(code, 5, stderr)
  assert.match(stderr, /lacks \d+ of our topics .*run "javas topics apply"\. \[TOPICS_MISSING\]/)
})

test('topics are made once: shown first, and nothing to do the second time', async () => {
  const dry = await run('topics', 'apply', '--dry-run')
  assert.equal(dry.code, 0, dry.stderr)
  assert.match(dry.stdout, /^\+ chat-messages: 4 partitions, 1 replica, delete, retention.ms=604800000/m)
  assert.match(dry.stdout, /^\+ javas-analysis-count-per-10s-changelog: 4 partitions, 1 replica, compact/m)
  assert.match(dry.stdout, /nothing was changed/)
  const applied = await run('topics', 'apply')
  assert.equal(applied.code, 0, applied.stderr)
  assert.match(applied.stdout, /\d+ done/)
  assert.equal((await run('topics', 'apply')).stdout, 'everything is there\n')
})

test('the roles are killed in turn while a broadcast runs: nothing is lost, nothing doubled, and they stop in order', async () => {
  const dashboard = await start(['dashboard', '--port', '0'])
  const [, url] = await dashboard.says(/open (http\S+)/)
  const collectors = new Map([
    ['one', await start(['collect'], 'one')],
    ['two', await start(['collect'], 'two')],
  ])
  let analyze = await start(['analyze'], 'one')
  let exporting = await start(['export'])

  assert.equal((await run('watch', 'demo', '--option', 'rate=40')).code, 0)
  await until('chat in the archive', async () => (await archived()).length > 100)
  const archive = openArchiveReader(dataFiles(data).archive)
  const { channelId, broadcastId } = (await archive.broadcasts())[0]!
  const page = `${url}/broadcasts/${encodeURIComponent(`${channelId}~${broadcastId}`)}`
  assert.equal((await fetch(page)).status, 200)
  const live = new SseClient(`${page}/events`)
  await live.until(() => live.messageIds.length > 20)

  const [, health] = await analyze.says(/health checks and metrics at (http\S+)/)
  assert.equal((await fetch(`${health}/healthz`)).status, 200)
  assert.equal((await fetch(`${health}/readyz`)).status, 200)
  assert.match(await (await fetch(`${health}/metrics`)).text(), /^javas_.*process_total|^.*process_total/m)

  await analyze.kill('SIGKILL')
  analyze = await start(['analyze'], 'one')
  await exporting.kill('SIGKILL')
  exporting = await start(['export'])
  const before = (await archived()).length
  await until('the archive goes on', async () => (await archived()).length > before + 40)

  const watching = await until('a collector watches', async () =>
    (await status()).roles.find(({ role, collect }) => role === 'collect' && collect?.channels.includes(channelId)),
  )
  const [place, collector] = [...collectors].find(([, { pid }]) => pid === watching.pid)!
  await collector.kill('SIGKILL')
  const killedAt = Date.now()
  const other = [...collectors].find(([name]) => name !== place)![1]
  await other.says(/ demo:chat live/)
  assert.ok(Date.now() - killedAt < TAKEOVER_MS, `taken over after ${Date.now() - killedAt} ms`)
  collectors.set(place, await start(['collect'], place))
  await live.until(() => live.messageIds.length > 200)

  const shown = await status()
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
  live.close()

  for (const [name, role] of [
    ...collectors,
    ['analyze', analyze],
    ['export', exporting],
    ['dashboard', dashboard],
  ] as const)
    await stopInOrder(role, name)
  for (const role of ['analyze', 'export']) {
    const { code, stderr } = await run(role, '--until-caught-up')
    assert.equal(code, 0, stderr)
  }

  const schemas = new ShippedSchemas()
  const chat = await readTopic<ChatMessage>(kafka.bootstrap, topics.chatMessages, schemas)
  const said = new Set(chat.map(({ id }) => id))
  const analyzed = await readTopic<AnalyzedMessage>(kafka.bootstrap, topics.analyzedMessages, schemas)
  const ids = (await archived()).map(({ message }) => message.id)
  assert.equal(analyzed.length, said.size, 'each message was analysed once')
  assert.deepEqual([...ids].sort(), [...said].sort(), 'the archive holds each message once')
  const { messages } = (await archive.broadcast(channelId, broadcastId))!
  for (const size of [10_000, 60_000]) {
    const windows = await archive.windows(channelId, broadcastId, size)
    assert.equal(
      windows.reduce((sum, window) => sum + window.messages, 0),
      messages,
      `windows of ${size} ms count every message once`,
    )
  }
  assert.equal(new Set(live.messageIds).size, live.messageIds.length, 'the page got no message twice')
  await archive.close()
})
