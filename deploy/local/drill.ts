/**
 * The cluster mode as plain processes on a real Kafka: a broadcast is analysed, every role and the broker is killed with -9
 * once, and nothing is lost or doubled.
 *
 *     npm run drill                 about two minutes; needs Maven and a JDK (deploy/dev-services/README.md)
 */
import { Deployment, until } from '../../test/cluster/deployment.ts'
import type { RoleProcess } from '../../test/cluster/role-process.ts'

const ROLES = ['collect', 'analyze', 'export', 'notify', 'dashboard'] as const
const RATE = 40

const began = performance.now()
const say = (text: string) =>
  process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}\n`)

const javas = await Deployment.open('drill')
try {
  await javas.command('topics', 'apply')
  say('an empty Kafka is there, with our topics')
  const running = new Map<string, RoleProcess>()
  const start = async (role: string) => {
    const args = role === 'dashboard' ? [role, '--port', '0'] : [role]
    running.set(role, await javas.start(args, role))
  }
  await Promise.all(ROLES.map(start))
  say(`the roles run: ${ROLES.join(', ')}`)

  await javas.command('watch', 'demo', '--option', `rate=${RATE}`)
  const archived = async () => (await javas.archived()).length
  const goesOn = async (what: string, ms = 120_000) => {
    const before = await archived()
    await until(what, async () => (await archived()) > before + RATE, ms)
  }
  await goesOn('chat in the archive')
  say('a broadcast comes into the archive')

  for (const role of ROLES) {
    const killed = performance.now()
    await running.get(role)!.kill('SIGKILL')
    await start(role)
    await goesOn(`the archive goes on after a kill of ${role}`)
    say(`${role}: killed and started again, the archive goes on after ${Math.round(performance.now() - killed)} ms`)
  }

  const killed = performance.now()
  await javas.kafka.nodes[0]!.process.kill9()
  javas.kafka.nodes[0]!.start()
  await goesOn('the archive goes on after a kill of Kafka')
  say(`Kafka: killed and started again, the archive goes on after ${Math.round(performance.now() - killed)} ms`)

  const { problems, state } = await until('no role has a problem', async () => {
    const status = await javas.status()
    return status.problems.length === 0 && status
  })
  say(`status: ${state}, ${problems.length} problems`)
  for (const [name, role] of [...running].reverse()) await javas.stopInOrder(role, name)
  say('every role stopped in order')
  await javas.catchUp()
  await javas.assertNothingLostOrDoubled()
  say(
    `${await archived()} messages: each collected one is analysed and archived once, and the windows count as a batch does`,
  )
} finally {
  await javas.close()
}
