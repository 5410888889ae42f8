/** What watches the watchers, on a real Kafka: every role killed, the watchdog itself restarted, the cluster gone. */
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { FakeHttpReceiver } from '#sinks/testing/fake-http-receiver.ts'
import { Deployment } from './cluster/deployment.ts'

const ROLES = ['collect', 'analyze', 'export', 'notify', 'dashboard'] as const

let javas: Deployment
before(async () => {
  javas = await Deployment.open('watchdog')
  await javas.command('topics', 'apply')
})
after(() => javas?.close())

/** A double of Slack, and what it was told: `KIND ROLE TRANSITION`. */
async function listeningSlack(t: TestContext) {
  const slack = await FakeHttpReceiver.listen()
  t.after(() => slack.close())
  const told = () =>
    slack.received.map(({ text }) => /JAVAS · javas\/([a-z-]+)\/([a-z]+)\/\d+:([a-z]+)/.exec(text)!.slice(1).join(' '))
  const until = async (line: string) => {
    while (!told().includes(line)) await slack.count(slack.received.length + 1)
  }
  return { told, until, settings: { JAVAS_SLACK_WEBHOOK: `${slack.url}/services/x` } }
}

test('each role that is killed rings once, what comes back is told, and a restart of the watchdog repeats nothing', async (t) => {
  const { told, until, settings } = await listeningSlack(t)
  const args = (role: string) => (role === 'dashboard' ? [role, '--port', '0'] : [role])
  const running = new Map<string, Awaited<ReturnType<Deployment['start']>>>()
  for (const role of ROLES) running.set(role, await javas.start(args(role)))
  const start = () => javas.start(['watchdog', '--seconds', '15'], 'dog', settings)
  let dog = await start()
  for (const role of ROLES) await running.get(role)!.kill('SIGKILL')
  for (const role of ROLES) await until(`role-down ${role} firing`)
  await dog.kill('SIGKILL')
  dog = await start()
  await javas.start(['analyze'])
  await until('role-down analyze resolved')
  assert.deepEqual(
    told().toSorted(),
    [...ROLES.map((role) => `role-down ${role} firing`), 'role-down analyze resolved'].toSorted(),
  )
  await dog.kill('SIGTERM')
})

test('when Kafka is gone that rings, and no role is said to be down for it; its return is told, and /readyz says which', async (t) => {
  const { told, until, settings } = await listeningSlack(t)
  await javas.start(['analyze'], 'beside')
  const dog = await javas.start(['watchdog', '--seconds', '10'], 'other-dog', settings)
  const [, url] = await dog.says(/health checks and metrics at (http\S+)/)
  const ready = async () => (await fetch(`${url}/readyz`)).status
  // Nobody collects and nobody tells people: that it says while it can hear.
  for (const role of ['collect', 'notify']) await until(`role-down ${role} firing`)
  assert.equal(await ready(), 200)
  const before = told()
  await javas.kafka.nodes[0]!.process.kill9()
  await until('log-unreachable log firing')
  assert.equal(await ready(), 503)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  assert.match(metrics, /^javas_watched_role_down\{.*watched="log".*\} 1$/m)
  assert.match(metrics, /^javas_watched_role_down\{.*watched="analyze".*\} 0$/m)
  javas.kafka.nodes[0]!.start()
  await until('log-unreachable log resolved')
  assert.deepEqual(told().slice(before.length), ['log-unreachable log firing', 'log-unreachable log resolved'])
})
