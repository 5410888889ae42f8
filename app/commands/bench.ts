import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { JavasError } from '../errors.ts'

const directory = join(import.meta.dirname, '..', '..', 'bench')

/** Runs bench/<name>.ts with the arguments as they are. */
export function bench(name: string, args: readonly string[]): void {
  const file = join(directory, `${name}.ts`)
  if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
    const names = readdirSync(directory).filter((entry) => /^[a-z]+\.ts$/.test(entry))
    throw new JavasError(
      'BENCH_UNKNOWN',
      `no benchmark "${name}"; there are ${names.map((entry) => entry.slice(0, -3)).join(', ')}`,
    )
  }
  process.exitCode = spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' }).status ?? 1
}
