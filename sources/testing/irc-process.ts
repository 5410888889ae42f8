/** A real IRC server as a child process, in a folder of its own, that tests may stop, freeze and start again. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'

export interface IrcProcessOptions {
  readonly command: readonly [program: string, ...arguments: string[]]
  /** Removed at the end. */
  readonly folder: string
  /** where clients connect */
  readonly url: string
  /** PEM of the authority of its certificate, where it has one */
  readonly ca?: string | undefined
  /** One attempt of a client; true when it would be served. */
  readonly accepts: () => Promise<boolean>
}

export class IrcProcess {
  readonly #options: IrcProcessOptions
  #process: ChildProcess | null = null
  #output = ''

  constructor(options: IrcProcessOptions) {
    this.#options = options
  }

  static async start(options: IrcProcessOptions): Promise<IrcProcess> {
    const server = new IrcProcess(options)
    try {
      await server.startAgain()
    } catch (cause) {
      await server.close()
      throw cause
    }
    return server
  }

  get url(): string {
    return this.#options.url
  }

  get ca(): string | undefined {
    return this.#options.ca
  }

  /** Starts the process, and waits until it serves clients. */
  async startAgain(): Promise<void> {
    const [program, ...args] = this.#options.command
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    this.#output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        this.#output = (this.#output + String(data)).slice(-4_000)
      })
    const deadline = Date.now() + 15_000
    while (!(await this.#options.accepts())) {
      assert.ok(child.exitCode === null, `${program} ended with ${child.exitCode}: ${this.#output}`)
      assert.ok(Date.now() < deadline, `${program} does not answer: ${this.#output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(name)
  }

  /** Waits until the process is gone. */
  async ended(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    await new Promise((resolve) => child.once('exit', resolve))
  }

  async close(): Promise<void> {
    this.signal('SIGCONT')
    this.signal('SIGKILL')
    await this.ended()
    await rm(this.#options.folder, { recursive: true, force: true })
  }
}

/** The program, or a failure that names the Debian package and the variable that says where else it is. */
export function installed(program: string | undefined, name: string, variable: string): string {
  assert.ok(program, `${name} is not installed. On Debian and Ubuntu: apt-get install ${name} (or set ${variable})`)
  return program
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
