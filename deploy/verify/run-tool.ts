import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

/** What a tool found wrong, in its own words. */
export class ToolFailed extends Error {}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: { readonly [name: string]: string }
  readonly input?: string
}

/** Runs a tool to its end and returns what it printed. @throws ToolFailed when it is not there or is not content */
export function runTool(command: string, args: readonly string[], options: RunOptions = {}): string {
  const { stdout, stderr, status, error } = spawnSync(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    input: options.input ?? '',
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
  if (error) throw new ToolFailed(`${command}: ${error.message}`)
  if (status !== 0) throw new ToolFailed(`${command} ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`.trim())
  return stdout
}

export const isThere = (command: string): boolean => spawnSync('which', [command]).status === 0
