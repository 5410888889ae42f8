/**
 * Real servers for development and for the integration suites, on a machine without Docker.
 *
 *     node deploy/dev-services/services.ts start|stop|status kafka|kafka-cluster|elasticsearch|opensearch|mongodb|registry ...
 *     node deploy/dev-services/services.ts kill9 kafka|kafka-cluster/2|elasticsearch|opensearch|mongodb|registry
 *     node deploy/dev-services/services.ts clean kafka
 *
 * `--port N` gives another first port, and by it another instance. See the README beside this file.
 */
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ElasticsearchNode } from './elasticsearch/elasticsearch-node.ts'
import { DevServiceError } from './errors.ts'
import { KafkaCluster } from './kafka/kafka-cluster.ts'
import { MongoStandIn } from './mongodb/mongo-stand-in.ts'
import { OpenSearchNode } from './opensearch/opensearch-node.ts'
import { Registry } from './registry/registry.ts'
import type { SearchNode, SearchNodeOptions } from './search-node.ts'
import type { ServerProcess } from './server-process.ts'

interface Service {
  /** What to give to a client. */
  readonly address: string
  readonly processes: readonly ServerProcess[]
  start(): Promise<void>
  stop(): Promise<void>
  clean(): void
}

const services: { readonly [name: string]: { readonly port: number; open(port: number): Promise<Service> } } = {
  kafka: { port: 29092, open: (port) => openKafka('kafka', 1, port) },
  'kafka-cluster': { port: 29211, open: (port) => openKafka('kafka-cluster', 3, port) },
  elasticsearch: {
    port: 19200,
    open: (port) => openSearchNode('elasticsearch', port, (options) => ElasticsearchNode.open(options)),
  },
  opensearch: {
    port: 19210,
    open: (port) => openSearchNode('opensearch', port, (options) => OpenSearchNode.open(options)),
  },
  mongodb: { port: 27030, open: openMongo },
  registry: { port: 28081, open: openRegistry },
}

async function openKafka(name: string, nodes: number, firstPort: number): Promise<Service> {
  const cluster = await KafkaCluster.open({ name: `${name}-${firstPort}`, nodes, firstPort, isTemporary: false })
  return {
    address: cluster.bootstrap,
    processes: cluster.nodes.map(({ process }) => process),
    start: () => cluster.startNodes(),
    stop: () => cluster.stop(),
    clean: () => rmSync(cluster.directory, { recursive: true, force: true }),
  }
}

async function openSearchNode(
  kind: string,
  port: number,
  open: (options: SearchNodeOptions) => Promise<SearchNode>,
): Promise<Service> {
  const node = await open({ name: `${kind}-${port}`, port, isTemporary: false })
  return {
    address: node.url,
    processes: [node.process],
    start: () => node.startServer(),
    stop: () => node.stop(),
    clean: () => node.clean(),
  }
}

async function openMongo(port: number): Promise<Service> {
  const server = await MongoStandIn.open({ name: `mongodb-${port}`, port, isTemporary: false })
  return {
    address: server.url,
    processes: [server.process],
    start: () => server.startServer(),
    stop: () => server.stop(),
    clean() {},
  }
}

async function openRegistry(port: number): Promise<Service> {
  const registry = await Registry.open({ name: `registry-${port}`, port, isTemporary: false })
  return {
    address: registry.url,
    processes: [registry.process],
    start: () => registry.startServer(),
    stop: () => registry.stop(),
    clean() {},
  }
}

const USAGE = `services.ts start|stop|status|kill9|clean ${Object.keys(services).join('|')} ... [--port N]`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { port: { type: 'string' } } })
  const [what, ...names] = positionals
  if (!what || !['start', 'stop', 'status', 'kill9', 'clean'].includes(what)) throw new DevServiceError(USAGE)
  for (const given of names.length > 0 || what === 'start' ? names : Object.keys(services)) {
    const [name, node] = given.split('/') as [string, string?]
    const kind = services[name]
    if (!kind) throw new DevServiceError(`there is no service "${name}"; ${USAGE}`)
    const service = await kind.open(values.port === undefined ? kind.port : Number(values.port))
    const chosen = node === undefined ? service.processes : service.processes.slice(Number(node) - 1, Number(node))
    if (what === 'start') await service.start()
    if (what === 'stop') await service.stop()
    if (what === 'kill9') await Promise.all(chosen.map((process) => process.kill9()))
    if (what === 'clean') {
      await service.stop()
      service.clean()
    }
    const running = service.processes.filter(({ pid }) => pid !== undefined)
    const state = running.length === 0 ? 'stopped' : `pid ${running.map(({ pid }) => pid).join(' ')}`
    process.stdout.write(`${name.padEnd(14)} ${service.address}  ${state}\n`)
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof DevServiceError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
