/**
 * The cluster mode as plain processes on a real Kafka, a real Elasticsearch and a server of MongoDB's protocol: a broadcast is
 * analysed, every role, the watchdog and the broker are killed with -9 once, and nothing is lost or doubled.
 *
 *     npm run drill                 needs Maven and JDKs (deploy/dev-services/README.md)
 *     npm run drill -- --sqlite     the archive in a file, no index: Kafka alone
 */
import { parseArgs } from 'node:util'
import { Deployment, until } from '../../test/cluster/deployment.ts'
import type { RoleProcess } from '../../test/cluster/role-process.ts'
import { ElasticsearchNode } from '../dev-services/elasticsearch/elasticsearch-node.ts'
import { MongoStandIn } from '../dev-services/mongodb/mongo-stand-in.ts'

const ROLES = ['collect', 'analyze', 'export', 'notify', 'dashboard', 'watchdog'] as const
const RATE = 40
const { values: options } = parseArgs({ options: { sqlite: { type: 'boolean', default: false } } })

const began = performance.now()
const say = (text: string) =>
  process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}\n`)

const undo = new AsyncDisposableStack()
try {
  const servers = options.sqlite
    ? null
    : await Promise.all([MongoStandIn.start({ name: 'drill' }), ElasticsearchNode.start({ name: 'drill' })])
  const [mongodb, elasticsearch] = servers ?? []
  undo.defer(async () => {
    await Promise.all([mongodb?.stop(), elasticsearch?.stop()])
  })
  const javas = await Deployment.open('drill', {
    ...(mongodb && { JAVAS_MONGODB: mongodb.url }),
    ...(elasticsearch && {
      JAVAS_ELASTICSEARCH: elasticsearch.url,
      JAVAS_PSEUDONYM_KEY: 'a key of this drill alone, which nobody else has',
    }),
  })
  undo.defer(() => javas.close())

  await javas.command('topics', 'apply')
  if (servers) await javas.command('stores', 'apply')
  say(`${servers ? 'Kafka, MongoDB (a stand-in) and Elasticsearch are' : 'Kafka is'} there, with what is ours in them`)
  const running = new Map<string, RoleProcess>()
  const start = async (role: string) => {
    const args = role === 'dashboard' ? [role, '--port', '0'] : [role]
    running.set(role, await javas.start(args, role))
  }
  await Promise.all(ROLES.map(start))
  say(`the roles run: ${ROLES.join(', ')}`)

  await javas.command('watch', 'demo', '--option', `rate=${RATE}`)
  const archive = await javas.openArchive()
  undo.defer(() => archive.close())
  const archived = async () => (await archive.broadcasts())[0]?.messages ?? 0
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
  say(`verify archive: ${(await javas.command('verify', 'archive')).trim().replaceAll('\n', '; ')}`)
} finally {
  await undo.disposeAsync()
}
