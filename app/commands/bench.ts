import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { JavasError } from '../errors.ts'

const root = join(import.meta.dirname, '..', '..')

/** The benchmarks are package.json's `bench:` scripts: name and file. */
const benchmarks = new Map(
  Object.entries(manifest.scripts).flatMap(([script, command]) => {
    const name = /^bench:(.+)$/.exec(script)?.[1]
    const file = /(\S+\.ts)$/.exec(command)?.[1]
    return name && file ? [[name, file] as const] : []
  }),
)

/** Runs a benchmark with the arguments as they are. */
export function bench(name: string, args: readonly string[]): void {
  const file = benchmarks.get(name)
  if (!file)
    throw new JavasError('BENCH_UNKNOWN', `no benchmark "${name}"; there are ${[...benchmarks.keys()].join(', ')}`)
  process.exitCode = spawnSync(process.execPath, [join(root, file), ...args], { stdio: 'inherit' }).status ?? 1
}
