/** What watches the watchers, on a real Kafka: every role killed, the watchdog itself restarted, the cluster gone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeHttpReceiver } from '#sinks/testing/fake-http-receiver.ts'
import { Deployment } from './cluster/deployment.ts'

const ROLES = ['collect', 'analyze', 'export', 'notify', 'dashboard'] as const

test('each role that is killed rings once, what comes back is told, and a restart of the watchdog repeats nothing', async (t) => {
  const javas = await Deployment.open('watchdog')
  const slack = await FakeHttpReceiver.listen()
  t.after(async () => {
    await javas.close()
    await slack.close()
  })
  const told = () =>
    slack.received.map(({ text }) => /JAVAS · javas\/([a-z-]+)\/([a-z]+)\/\d+:([a-z]+)/.exec(text)!.slice(1).join(' '))
  const until = async (line: string) => {
    while (!told().includes(line)) await slack.count(slack.received.length + 1)
  }
  await javas.command('topics', 'apply')
  const args = (role: string) => (role === 'dashboard' ? [role, '--port', '0'] : [role])
  const running = new Map<string, Awaited<ReturnType<Deployment['start']>>>()
  for (const role of ROLES) running.set(role, await javas.start(args(role)))
  const settings = { JAVAS_SLACK_WEBHOOK: `${slack.url}/services/x` }
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
})
