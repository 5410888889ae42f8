/** What an Elasticsearch and an OpenSearch node have in common: one node on loopback that keeps its data when it is killed. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { instanceFolder } from './folders.ts'
import { freePorts } from './free-ports.ts'
import { ServerProcess } from './server-process.ts'

const START_MS = 180_000

export interface SearchNodeOptions {
  readonly name: string
  /** Default: a free one. The node's own wire takes the next one. */
  readonly port?: number
  readonly heapMb?: number
  /** Default true: it ends with this process and starts with no data. */
  readonly isTemporary?: boolean
  /** More settings, such as `http.max_content_length`. */
  readonly settings?: { readonly [name: string]: string | number }
}

/** How a node is started: a Java and its arguments, the settings not among them. */
export interface SearchLaunch {
  readonly java: string
  readonly args: readonly string[]
}

export abstract class SearchNode {
  readonly process: ServerProcess
  readonly url: string
  protected readonly directory: string
  readonly #options: SearchNodeOptions
  readonly #ports: readonly number[]

  protected constructor(kind: string, { ports, directory, options }: SearchNodePlace) {
    this.#ports = ports
    this.directory = directory
    this.#options = options
    this.url = `http://127.0.0.1:${ports[0]}`
    this.process = new ServerProcess({ name: kind, directory, mark: `javas.${kind}=${directory}` })
  }

  protected abstract launch(): SearchLaunch

  /** Resolves when it answers and has its data again. */
  async startServer(): Promise<void> {
    if (this.process.pid === undefined) this.#spawn()
    await this.process.untilItAnswers(async () => {
      try {
        return (await fetch(`${this.url}/_cluster/health?wait_for_status=yellow&timeout=1s`)).ok
      } catch {
        return false
      }
    }, START_MS)
  }

  #spawn(): void {
    const { heapMb = 512, isTemporary = true, settings: more = {} } = this.#options
    const [http, transport] = this.#ports
    for (const folder of ['data', 'logs', 'snapshots']) mkdirSync(join(this.directory, folder), { recursive: true })
    const settings = {
      'cluster.name': 'javas-dev',
      'node.name': 'node-1',
      'network.host': '127.0.0.1',
      'http.port': http,
      'transport.port': transport,
      'discovery.type': 'single-node',
      // A developer's disk is often nearly full; a production node stops writing there, and should.
      'cluster.routing.allocation.disk.threshold_enabled': false,
      'path.data': join(this.directory, 'data'),
      'path.logs': join(this.directory, 'logs'),
      'path.repo': join(this.directory, 'snapshots'),
      ...more,
    }
    const { java, args } = this.launch()
    this.process.start(
      java,
      [
        ...[`-Xms${heapMb}m`, `-Xmx${heapMb}m`, '-Xss1m', '-XX:+UseSerialGC'],
        ...args,
        ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
      ],
      { dieWithUs: isTemporary },
    )
  }

  async stop(): Promise<void> {
    await this.process.stop()
    if (this.#options.isTemporary ?? true) rmSync(this.directory, { recursive: true, force: true })
  }

  /** Takes its data away; it must stand still. */
  clean(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** Where a node stands. */
export interface SearchNodePlace {
  readonly ports: readonly number[]
  readonly directory: string
  readonly options: SearchNodeOptions
}

export async function placeOf(kind: string, options: SearchNodeOptions): Promise<SearchNodePlace> {
  const { name, port, isTemporary = true } = options
  const directory = instanceFolder(kind, name, isTemporary)
  return { ports: port === undefined ? await freePorts(2) : [port, port + 1], directory, options }
}

/** Started, or stopped again. */
export async function started<T extends SearchNode>(node: T): Promise<T> {
  try {
    await node.startServer()
  } catch (cause) {
    await node.stop()
    throw cause
  }
  return node
}
