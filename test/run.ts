/**
 * Runs the test suites with Node's own runner.
 *
 *     npm test                    everything that needs no server and no browser
 *     npm run test:browser        pages in a real Chromium            (*.browser.test.ts)
 *     npm run test:irc            Twitch on InspIRCd and ngIRCd       (*.irc.test.ts)
 *     npm run test:kafka          on a real Kafka                     (*.kafka.test.ts)
 *     npm run test:stores         on the stores of the cluster        (*.stores.test.ts)
 *
 * Kafka: the one at JAVAS_KAFKA, or one of our own for as long as the tests run (deploy/dev-services/). The stores' tests
 * start what they need by themselves.
 *
 * Further arguments filter by path: `npm test -- topology/window`.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

const suites: { readonly [name: string]: { readonly pattern: string; readonly concurrency: number } } = {
  unit: { pattern: '**/*.test.ts', concurrency: 2 },
  browser: { pattern: '**/*.browser.test.ts', concurrency: 1 },
  irc: { pattern: '**/*.irc.test.ts', concurrency: 1 },
  kafka: { pattern: '**/*.kafka.test.ts', concurrency: 1 },
  stores: { pattern: '**/*.stores.test.ts', concurrency: 1 },
}

const [first, ...others] = process.argv.slice(2)
const name = first && first in suites ? first : 'unit'
const filters = name === first ? others : process.argv.slice(2)
const suite = suites[name]!

const isForeign = (file: string) => name === 'unit' && /\.(browser|irc|kafka|stores)\.test\.ts$/.test(file)
const files = globSync(suite.pattern, { exclude: (path) => /(^|\/)(node_modules|build|data)(\/|$)/.test(String(path)) })
  .filter((file) => !isForeign(file) && (filters.length === 0 || filters.some((filter) => file.includes(filter))))
  .sort()

if (files.length === 0) {
  process.stderr.write(`no test file of the ${name} suite matches ${filters.join(' ')}\n`)
  process.exit(1)
}

/** Started for this suite alone; undefined when it needs none or one is given. */
async function ownKafka() {
  if (name !== 'kafka' || process.env.JAVAS_KAFKA) return undefined
  const { KafkaCluster } = await import('../deploy/dev-services/kafka/kafka-cluster.ts')
  return KafkaCluster.start({ name: 'test-suite' })
}

function runTests(env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--test', `--test-concurrency=${suite.concurrency}`, '--test-timeout=240000', ...files],
    { stdio: 'inherit', env },
  )
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((done) => child.once('close', (status) => done(status ?? 1)))
}

const kafka = await ownKafka()
try {
  process.exitCode = await runTests({ ...process.env, ...(kafka && { JAVAS_KAFKA: kafka.bootstrap }) })
} finally {
  await kafka?.stop()
}
