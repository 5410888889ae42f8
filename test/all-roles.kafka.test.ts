/** `javas all`, as deploy/compose.yaml's profile `minimal` runs it: every role of the cluster under one process. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { freePorts } from '../deploy/dev-services/free-ports.ts'
import { Deployment, until } from './cluster/deployment.ts'

let javas: Deployment
before(async () => {
  javas = await Deployment.open('all-roles')
})
after(() => javas?.close())

test('one process runs every role on an empty cluster; each role is killed once, nothing is lost, and it stops in order', async () => {
  const [port] = await freePorts(1)
  const all = await javas.start(['all'], 'one', { JAVAS_METRICS_PORT: String(port), JAVAS_PORT: '0' })
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
    return answer ? { status: answer.status, text: await answer.text() } : { status: 0, text: '' }
  }
  await until('every role is ready', async () => (await ask('/readyz')).status === 200)
  const { live, parts } = JSON.parse((await ask('/healthz')).text)
  assert.equal(live, true)
  for (const role of ['collect', 'analyze', 'export', 'notify', 'dashboard', 'watchdog'])
    assert.equal(parts[role], 'RUNNING', role)

  await javas.command('watch', 'demo', '--option', 'rate=40')
  await until('chat in the archive', async () => (await javas.archived()).length > 100)
  const { text } = await ask('/metrics')
  assert.match(text, /^streams_process_total\{.*role="analyze".*\} [1-9]/m)
  assert.match(text, /^javas_process_resident_bytes\{.*role="collect".*\} [1-9]/m)
  const types = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  assert.equal(new Set(types).size, types.length, 'each metric stands together, as Prometheus wants it')

  for (const role of ['collect', 'analyze', 'export', 'notify', 'dashboard', 'watchdog']) {
    const pid = Number(execFileSync('pgrep', ['-P', String(all.pid), '-f', `cli.ts ${role}$`], { encoding: 'utf8' }))
    process.kill(pid, 'SIGKILL')
    await all.says(new RegExp(`${role} ended \\(by a signal\\); starting it again`))
    const before = (await javas.archived()).length
    await until(
      `the archive goes on without the first ${role}`,
      async () => (await javas.archived()).length > before + 20,
    )
  }
  await until('every role is ready again', async () => (await ask('/readyz')).status === 200)

  // Five at once, each with the patience of a role; its own is twice as long.
  assert.equal(await all.kill('SIGTERM'), 0, all.printed)
  await javas.catchUp()
  await javas.assertNothingLostOrDoubled()
})
