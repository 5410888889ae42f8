/**
 * Holds every file of deploy/ against a real tool.
 *
 *     npm run verify:deploy               what takes seconds when the tools are there
 *     npm run verify:deploy -- --image    also what takes minutes: one of them, several, or --all
 *     npm run verify:deploy -- compose    only these
 */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { buildImage } from './build-image.ts'
import type { Check } from './check.ts'
import { checkCompose } from './check-compose.ts'
import { checkDockerfile } from './check-dockerfile.ts'
import { checkHelm } from './check-helm.ts'
import { checkOtel } from './check-otel.ts'
import { checkPrometheus } from './check-prometheus.ts'
import { checkCaddy, checkNginx } from './check-proxy.ts'
import { checkQueries } from './check-queries.ts'
import { checkSystemd } from './check-systemd.ts'
import { root, ToolFailed } from './run-tool.ts'

const checks: readonly Check[] = [
  checkDockerfile,
  checkCompose,
  checkPrometheus,
  checkSystemd,
  checkQueries,
  checkNginx,
  checkCaddy,
  checkHelm,
  checkOtel,
  buildImage,
]

/** Programs, which have tests or commands of their own, and texts. */
const elsewhere = [
  'dev-services/**',
  'native-tensorflow/**',
  'verify/**',
  '**/*.ts',
  'local/**',
  '**/*.md',
  'secrets/**',
  // `generate:kibana`, its test, and a real node's answers to the queries in it.
  'kibana/**',
]

const args = process.argv.slice(2)
const flags = new Set(args.filter((arg) => arg.startsWith('--')).map((flag) => flag.slice(2)))
const only = args.filter((arg) => !arg.startsWith('--'))
const unknown = [...flags, ...only].filter((name) => name !== 'all' && !checks.some((check) => check.name === name))
if (unknown.length > 0) {
  process.stderr.write(`no check ${unknown.join(', ')}; there are ${checks.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}
const isWanted = ({ name, isLong = false }: Check) =>
  only.length > 0 ? only.includes(name) : !isLong || flags.has(name) || flags.has('all')

let failed = 0
for (const check of checks.filter(isWanted)) {
  const began = performance.now()
  try {
    const seen = await check.run()
    process.stdout.write(
      `ok    ${check.name.padEnd(12)} ${seen} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`,
    )
  } catch (cause) {
    if (!(cause instanceof ToolFailed)) throw cause
    failed++
    process.stdout.write(`WRONG ${check.name}\n${cause.message}\n`)
  }
}

const deploy = join(root, 'deploy')
const spokenFor = new Set(
  [...elsewhere, ...checks.flatMap(({ files }) => files)].flatMap((pattern) => globSync(pattern, { cwd: deploy })),
)
const forgotten = globSync('**/*.*', { cwd: deploy, withFileTypes: true, exclude: ['**/node_modules'] })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(deploy.length + 1))
  .filter((file) => !spokenFor.has(file))
if (forgotten.length > 0) {
  failed++
  process.stdout.write(`WRONG no check speaks for ${forgotten.join(', ')}\n`)
}
process.exitCode = failed > 0 ? 1 : 0
