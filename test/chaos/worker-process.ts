import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkerOptions } from './chaos-worker.ts'

const RESTART_PAUSE_MS = 200
const TERM_MS = 10_000

/** A worker that is started again whenever it ends, as an orchestrator does it. */
export class WorkerProcess {
  readonly name: string
  readonly options: WorkerOptions
  readonly logFile: string
  /** It ended by itself: exit codes that nobody asked for. */
  readonly unasked: (number | null)[] = []
  /** ms from SIGTERM to its end, each time. */
  readonly closedAfterMs: number[] = []
  starts = 0
  #child: ChildProcess | undefined
  #gone: Promise<void> = Promise.resolve()
  #isWanted = false
  #isAsked = false

  constructor(options: WorkerOptions, logFolder: string) {
    this.name = options.name
    this.options = options
    this.logFile = join(logFolder, `${options.name}.log`)
  }

  get isAlive(): boolean {
    return this.#child !== undefined
  }

  start(): void {
    this.#isWanted = true
    if (this.#child) return
    const log = openSync(this.logFile, 'a')
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'chaos-worker.ts'),
        JSON.stringify(this.options),
      ],
      { stdio: ['ignore', 'ignore', log] },
    )
    closeSync(log)
    this.starts += 1
    this.#child = child
    this.#isAsked = false
    this.#gone = new Promise((done) =>
      child.once('exit', (code) => {
        this.#child = undefined
        if (!this.#isAsked) this.unasked.push(code)
        done()
        setTimeout(() => this.#isWanted && this.start(), RESTART_PAUSE_MS).unref()
      }),
    )
  }

  kill9(): void {
    this.#isAsked = true
    this.#child?.kill('SIGKILL')
  }

  /** Stands still for `ms`: what it had planned to do it does afterwards, long after others took over. */
  async freeze(ms: number): Promise<void> {
    const child = this.#child
    child?.kill('SIGSTOP')
    await sleep(ms)
    child?.kill('SIGCONT')
  }

  /** SIGTERM; resolves when it has ended. It is started again unless `finally`. */
  async terminate(options: { readonly finally?: boolean } = {}): Promise<void> {
    if (options.finally) this.#isWanted = false
    if (!this.#child) return
    const began = performance.now()
    this.#isAsked = true
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), TERM_MS)
    await this.#gone
    clearTimeout(timer)
    this.closedAfterMs.push(Math.round(performance.now() - began))
  }

  /** As a machine that is new: killed, its local state gone. */
  async loseDisk(): Promise<void> {
    this.#isWanted = false
    this.kill9()
    await this.#gone
    rmSync(this.options.stateDirectory, { recursive: true, force: true })
    this.start()
  }
}
