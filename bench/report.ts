import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

export interface Result {
  readonly name: string
  readonly figures: { readonly [name: string]: number }
}

/**
 * Prints a bench's figures: as a table, or with `--json` as one object on the last line. `--save` keeps them in
 * bench/results/ with machine and commit.
 */
export function report(result: Result, args: readonly string[] = process.argv.slice(2)): void {
  const width = Math.max(...Object.keys(result.figures).map((name) => name.length))
  const lines = Object.entries(result.figures).map(([name, value]) => `${name.padEnd(width)}  ${readable(value)}`)
  process.stdout.write(
    `${result.name} on ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}\n${lines.join('\n')}\n`,
  )
  if (args.includes('--save')) save(result)
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`)
}

const readable = (value: number) => value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 })

function save(result: Result): void {
  const directory = join(import.meta.dirname, 'results')
  mkdirSync(directory, { recursive: true })
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: directory, encoding: 'utf8' }).trim()
  const at = new Date().toISOString()
  const file = join(directory, `${result.name.replaceAll(':', '-')}-${at.slice(0, 10)}-${commit}.json`)
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version }
  writeFileSync(file, `${JSON.stringify({ ...result, at, commit, machine }, null, 2)}\n`)
  process.stdout.write(`kept in ${file}\n`)
}
