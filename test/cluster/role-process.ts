import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const cli = join(import.meta.dirname, '..', '..', 'app', 'cli.ts')

type Environment = { readonly [name: string]: string | undefined }

export interface RoleProcess {
  readonly name: string
  readonly pid: number
  /** All it said so far. */
  readonly printed: string
  /** Waits until it says this; throws when it ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves to its exit code, null after a signal. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
  readonly ended: Promise<number | null>
}

/** `javas ARGS` as a process of its own, as an init system or a container runs it. */
export function startRole(args: readonly string[], env: Environment): RoleProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const look of waiting) look()
  }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      wake()
    })
  let over = false
  const ended = once(child, 'exit').then(([code]) => {
    over = true
    wake()
    return code as number | null
  })
  return {
    name: `javas ${args.join(' ')} (${child.pid})`,
    pid: child.pid!,
    get printed() {
      return printed
    },
    ended,
    says: (pattern) =>
      new Promise((done, fail) => {
        const look = () => {
          const match = pattern.exec(printed)
          if (!match && !over) return
          waiting.delete(look)
          if (match) done(match)
          else fail(new Error(`javas ${args.join(' ')} ended and never said ${pattern}:\n${printed}`))
        }
        waiting.add(look)
        look()
      }),
    kill(signal) {
      child.kill(signal)
      return ended
    },
  }
}

/** Runs a command to its end. */
export async function runCommand(args: readonly string[], env: Environment, input = '') {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(input)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  return { code: code as number | null, stdout, stderr }
}
