import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { javaPeerClassPath } from '../../test/java-peer/java-peer.ts'

export type Side = 'java' | 'ours'

export interface CounterOptions {
  readonly bootstrap: string
  readonly application: string
  readonly input: string
  readonly output: string
  readonly guarantee: 'exactly_once_v2' | 'at_least_once'
  readonly threads: number
  readonly commitMs: number
  /** 0: every update is forwarded. */
  readonly cacheBytes: number
  readonly stateFolder: string
}

const START_MS = 120_000
const STOP_MS = 30_000
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100

/** A windowed count in a process of its own, Kafka Streams' or ours, seen from outside the same way. */
export class CounterProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #running: Promise<void>
  #restored: { readonly records: number; readonly ms: number } | undefined

  private constructor(side: Side, child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child
    this.#running = new Promise<void>((done, fail) => {
      createInterface(child.stdout).on('line', (line) => {
        const [what, records, ms] = line.split(' ')
        const { records: before, ms: longest } = this.#restored ?? { records: 0, ms: 0 }
        // One line a thread: they work at the same time.
        if (what === 'restored')
          this.#restored = { records: before + Number(records), ms: Math.max(longest, Number(ms)) }
        if (what === 'running') done()
      })
      child.once('error', fail)
      child.once('exit', (code) => fail(new Error(`${side}: ended with ${code}`)))
    })
    this.#running.catch(() => {})
  }

  static spawn(side: Side, options: CounterOptions): CounterProcess {
    const { bootstrap, application, input, output, guarantee, threads, commitMs, cacheBytes, stateFolder } = options
    const args = [bootstrap, application, input, output, guarantee, threads, commitMs, cacheBytes, stateFolder].map(
      String,
    )
    const [command, first] =
      side === 'java'
        ? ['java', ['-Xmx1g', '-Dlog4j2.level=ERROR', '-cp', javaPeerClassPath(), 'WindowedCount']]
        : [process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'our-counter.ts')]]
    const child = spawn(command as string, [...(first as string[]), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    return new CounterProcess(side, child)
  }

  /** Resolves when it runs: topics made, partitions assigned, stores back. */
  static async start(side: Side, options: CounterOptions): Promise<CounterProcess> {
    const process = CounterProcess.spawn(side, options)
    const timer = setTimeout(() => process.#child.kill('SIGKILL'), START_MS)
    await process.#running
    clearTimeout(timer)
    return process
  }

  /** Records and ms, when it had to bring stores back. */
  get restored(): { readonly records: number; readonly ms: number } | undefined {
    return this.#restored
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** CPU time of all its threads so far. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  }

  /** The most memory it ever had, bytes. */
  peakBytes(): number {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8'))?.[1]) * 1024
  }

  async stop(): Promise<void> {
    if (!this.isAlive) return
    const gone = new Promise((done) => this.#child.once('exit', done))
    this.#child.stdin.end()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(timer)
  }
}
