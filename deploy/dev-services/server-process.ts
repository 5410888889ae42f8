import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DevServiceError } from './errors.ts'

export interface ServerProcessOptions {
  /** For messages and for the files `NAME.pid` and `NAME.log`. */
  readonly name: string
  readonly directory: string
  /** A word of its command line that no other process has: a pid file may outlive its process. */
  readonly mark: string
}

/**
 * A server in a process of its own, known by its pid file, so that another command can find and stop it later. With
 * `dieWithUs` it ends when we end, however we end.
 */
export class ServerProcess {
  readonly name: string
  readonly logFile: string
  readonly #pidFile: string
  readonly #mark: string
  #guard: ChildProcess | undefined

  constructor({ name, directory, mark }: ServerProcessOptions) {
    this.name = name
    this.logFile = join(directory, `${name}.log`)
    this.#pidFile = join(directory, `${name}.pid`)
    this.#mark = mark
  }

  /** Undefined when it does not run. */
  get pid(): number | undefined {
    if (!existsSync(this.#pidFile)) return undefined
    const pid = Number(readFileSync(this.#pidFile, 'utf8'))
    return isOurs(pid, this.#mark) ? pid : undefined
  }

  start(
    command: string,
    args: readonly string[],
    options: { readonly dieWithUs: boolean; readonly env?: { readonly [name: string]: string } },
  ): void {
    if (this.pid !== undefined) return
    const log = openSync(this.logFile, 'a')
    const child = spawn(command, args, {
      stdio: ['ignore', log, log],
      detached: true,
      env: { ...process.env, ...options.env },
    })
    closeSync(log)
    child.on('error', () => {})
    if (child.pid === undefined) throw new DevServiceError(`${this.name}: "${command}" cannot be run; is it installed?`)
    child.unref()
    writeFileSync(this.#pidFile, String(child.pid))
    if (options.dieWithUs) this.#guard = guard(child.pid)
  }

  signal(signal: NodeJS.Signals): void {
    const { pid } = this
    if (pid !== undefined) process.kill(pid, signal)
  }

  /** As a power cut. Resolves when it is gone. */
  async kill9(): Promise<void> {
    this.signal('SIGKILL')
    await this.#gone(10_000)
    this.#forget()
  }

  /** Asks it to end, and after `graceMs` no longer asks. */
  async stop(graceMs = 15_000): Promise<void> {
    this.signal('SIGTERM')
    if (!(await this.#gone(graceMs))) await this.kill9()
    this.#forget()
  }

  /** The last lines of its log. */
  lastWords(lines = 20): string {
    if (!existsSync(this.logFile)) return ''
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  }

  /** Waits until `answers`; throws with its last words when it dies before, or after `timeoutMs`. */
  async untilItAnswers(answers: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    for (const end = Date.now() + timeoutMs; ; await sleep(100)) {
      if (await answers()) return
      if (this.pid === undefined) throw new DevServiceError(`${this.name} died:\n${this.lastWords()}`)
      if (Date.now() > end)
        throw new DevServiceError(`${this.name} does not answer after ${timeoutMs} ms:\n${this.lastWords()}`)
    }
  }

  async #gone(withinMs: number): Promise<boolean> {
    for (const end = Date.now() + withinMs; this.pid !== undefined; await sleep(20)) if (Date.now() > end) return false
    return true
  }

  #forget(): void {
    rmSync(this.#pidFile, { force: true })
    this.#guard?.kill('SIGKILL')
    this.#guard = undefined
  }
}

function isOurs(pid: number, mark: string): boolean {
  try {
    // A process that has ended and waits for its parent has an empty command line.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark)
  } catch {
    if (existsSync('/proc/self')) return false
  }
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Kills `pid` when our end of its pipe closes, which also happens when we are killed ourselves. */
function guard(pid: number): ChildProcess {
  const child = spawn('sh', ['-c', `read _; kill -9 ${pid}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  child.unref()
  ;(child.stdin as unknown as { unref(): void }).unref()
  return child
}
