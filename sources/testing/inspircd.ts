/** A real IRC server (InspIRCd with its WebSocket module) on a free loopback port, in a folder of its own. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'

const program = process.env.INSPIRCD || ['/usr/sbin/inspircd', '/usr/bin/inspircd'].find((path) => existsSync(path))

/** Seconds after which the server asks a silent client PING. */
const PING_SECONDS = 3

const configuration = (port: number, folder: string) => `
<server name="irc.test.local" description="test" network="test" id="0AA">
<admin name="test" nick="test" email="test@localhost">
<module name="sha1">
<module name="websocket">
<websocket sendastext="yes">
<wsorigin allow="*">
<module name="cap">
<bind address="127.0.0.1" port="${port}" type="clients" hook="websocket">
<connect allow="*" timeout="60" pingfreq="${PING_SECONDS}" localmax="1000" globalmax="1000" recvq="8192" softsendq="8192" hardsendq="1M" resolvehostnames="no" useconnectban="no" commandrate="100000" threshold="1000">
<performance quietbursts="yes" softlimit="1000">
<options defaultmodes="n">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="${folder}/ircd.log">
<pid file="${folder}/ircd.pid">
`

export class InspIrcd {
  readonly #folder: string
  readonly #port: number
  #process: ChildProcess | null = null
  #output = ''

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
  }

  /** Fails, naming the package, where InspIRCd is not installed. */
  static async start(): Promise<InspIrcd> {
    assert.ok(
      program && existsSync(program),
      'InspIRCd is not installed. On Debian and Ubuntu: apt-get install inspircd (or set INSPIRCD to its path)',
    )
    const folder = await mkdtemp(join(tmpdir(), 'javas-inspircd-'))
    const server = new InspIrcd(folder, await freePort())
    await writeFile(join(folder, 'ircd.conf'), configuration(server.#port, folder))
    try {
      await server.startAgain()
    } catch (cause) {
      await server.close()
      throw cause
    }
    return server
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`
  }

  /** Starts the process, and waits until it takes connections. */
  async startAgain(): Promise<void> {
    const asRoot = process.getuid?.() === 0 ? ['--runasroot'] : []
    const child = spawn(program!, ['--nofork', ...asRoot, `--config=${join(this.#folder, 'ircd.conf')}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    this.#output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => {
        this.#output = (this.#output + String(data)).slice(-4_000)
      })
    const deadline = Date.now() + 15_000
    while (!(await accepts(this.url))) {
      assert.ok(child.exitCode === null, `inspircd ended with ${child.exitCode}: ${this.#output}`)
      assert.ok(Date.now() < deadline, `inspircd does not answer: ${this.#output}`)
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
    await rm(this.#folder, { recursive: true })
  }
}

/** Somebody else in the channel: a bare client that shares no code with ours. */
export class Speaker {
  readonly #socket: WebSocket
  readonly nick: string

  private constructor(socket: WebSocket, nick: string) {
    this.#socket = socket
    this.nick = nick
  }

  static async join(url: string, nick: string, channel: string): Promise<Speaker> {
    const socket = new WebSocket(url, { origin: 'http://localhost' })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    socket.on('error', () => {})
    const joined = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${nick} could not join ${channel}`)), 10_000)
      socket.on('message', (data) => {
        const line = String(data)
        if (line.startsWith('PING')) socket.send(line.replace('PING', 'PONG'))
        if (/ 001 /.test(line)) socket.send(`JOIN ${channel}`)
        if (/ 366 /.test(line)) {
          clearTimeout(late)
          resolve()
        }
      })
    })
    socket.send(`NICK ${nick}`)
    socket.send(`USER ${nick} 8 * :${nick}`)
    await joined
    return new Speaker(socket, nick)
  }

  send(line: string): void {
    this.#socket.send(line)
  }

  close(): void {
    this.#socket.terminate()
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A whole WebSocket handshake: the port alone is open before the module is ready. */
function accepts(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { handshakeTimeout: 1_000, origin: 'http://localhost' })
    socket.once('open', () => {
      socket.terminate()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
