import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { serviceFolder } from '../folders.ts'
import { freePorts } from '../free-ports.ts'
import { jdkOf } from '../jdk.ts'
import { ServerProcess } from '../server-process.ts'
import { elasticsearchHome } from './elasticsearch-home.ts'

const START_MS = 180_000
/** What Elasticsearch 9 is compiled for. */
const JAVA = 21

export interface ElasticsearchNodeOptions {
  readonly name: string
  /** Default: a free one. The node's own wire takes the next one. */
  readonly port?: number
  readonly heapMb?: number
  /** Default true: it ends with this process and starts with no data. */
  readonly isTemporary?: boolean
  /** More settings, such as `http.max_content_length`. */
  readonly settings?: { readonly [name: string]: string | number }
}

/**
 * One real Elasticsearch node on loopback, without Docker. It keeps its data when it is killed and started again.
 *
 *     await using elasticsearch = await ElasticsearchNode.start({ name: 'mine' })
 *     elasticsearch.url        // http://127.0.0.1:10123
 *     await elasticsearch.process.kill9()
 */
export class ElasticsearchNode {
  readonly process: ServerProcess
  readonly url: string
  readonly #options: ElasticsearchNodeOptions
  readonly #ports: readonly number[]
  readonly #directory: string

  private constructor(ports: readonly number[], directory: string, options: ElasticsearchNodeOptions) {
    this.#ports = ports
    this.#directory = directory
    this.#options = options
    this.url = `http://127.0.0.1:${ports[0]}`
    this.process = new ServerProcess({ name: 'elasticsearch', directory, mark: `javas.elasticsearch=${directory}` })
  }

  static async open(options: ElasticsearchNodeOptions): Promise<ElasticsearchNode> {
    const { name, port, isTemporary = true } = options
    const directory = serviceFolder('instances', isTemporary ? `${name}-${process.pid}` : name)
    return new ElasticsearchNode(port === undefined ? await freePorts(2) : [port, port + 1], directory, options)
  }

  static async start(options: ElasticsearchNodeOptions): Promise<ElasticsearchNode> {
    const node = await ElasticsearchNode.open(options)
    try {
      await node.startServer()
    } catch (cause) {
      await node.stop()
      throw cause
    }
    return node
  }

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
    const jdk = jdkOf(JAVA)
    const home = elasticsearchHome(jdk)
    const [http, transport] = this.#ports
    const data = join(this.#directory, 'data')
    for (const folder of ['data', 'logs', 'snapshots']) mkdirSync(join(this.#directory, folder), { recursive: true })
    const settings = {
      'cluster.name': 'javas-dev',
      'node.name': 'node-1',
      'network.host': '127.0.0.1',
      'http.port': http,
      'transport.port': transport,
      'discovery.type': 'single-node',
      // A developer's disk is often nearly full; a production node stops writing there, and should.
      'cluster.routing.allocation.disk.threshold_enabled': false,
      'path.data': data,
      'path.logs': join(this.#directory, 'logs'),
      'path.repo': join(this.#directory, 'snapshots'),
      ...more,
    }
    const lib = join(home, 'lib')
    this.process.start(
      join(jdk, 'bin', 'java'),
      [
        `-Xms${heapMb}m`,
        `-Xmx${heapMb}m`,
        '-Xss1m',
        '-XX:+UseSerialGC',
        // What the distribution's own launcher sets.
        '-Djava.awt.headless=true',
        '-Dfile.encoding=UTF-8',
        '-Djna.nosys=true',
        '-Djava.locale.providers=CLDR',
        '-Dio.netty.noUnsafe=true',
        '-Dio.netty.noKeySetOptimization=true',
        '-Dio.netty.recycler.maxCapacityPerThread=0',
        '-Dio.netty.allocator.numDirectArenas=0',
        '-Dlog4j.shutdownHookEnabled=false',
        '-Dlog4j2.disable.jmx=true',
        '-Des.distribution.type=tar',
        `-Des.path.home=${home}`,
        `-Des.path.conf=${join(home, 'config')}`,
        `-Djavas.elasticsearch=${this.#directory}`,
        '--enable-native-access=ALL-UNNAMED,org.apache.lucene.core,org.elasticsearch.nativeaccess,org.elasticsearch.foreign,org.elasticsearch.simdvec',
        '--add-modules=jdk.incubator.vector,jdk.net,ALL-MODULE-PATH',
        '--module-path',
        lib,
        '-cp',
        join(home, 'launcher'),
        'ElasticsearchLauncher',
        ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
      ],
      { dieWithUs: isTemporary },
    )
  }

  async stop(): Promise<void> {
    await this.process.stop()
    if (this.#options.isTemporary ?? true) rmSync(this.#directory, { recursive: true, force: true })
  }

  /** Takes its data away; it must stand still. */
  clean(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
