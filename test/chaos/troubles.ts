import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaCluster } from '../../deploy/dev-services/kafka/kafka-cluster.ts'
import { openClusterRpc } from '../../topology/broker/kafka/wire/cluster-rpc.ts'
import type { Below } from '../random.ts'
import type { TcpProxy } from './tcp-proxy.ts'
import type { WorkerProcess } from './worker-process.ts'

export interface Stage {
  readonly cluster: KafkaCluster
  readonly workers: readonly WorkerProcess[]
  /** By worker, then by broker. */
  readonly proxies: readonly (readonly TcpProxy[])[]
  /** Group id, and by it the transactional ids. */
  readonly application: string
  readonly sessionTimeoutMs: number
}

/** Makes trouble until it is told to stop, then puts everything right again. What it did is counted. */
export class Troubles {
  readonly counts: { [what: string]: number } = {}
  readonly #stage: Stage
  readonly #below: Below
  readonly #say: (line: string) => void
  readonly #stopping = new AbortController()
  readonly #side = new Set<Promise<unknown>>()

  constructor(stage: Stage, below: Below, say: (line: string) => void) {
    this.#stage = stage
    this.#below = below
    this.#say = say
  }

  /** Resolves when it was stopped and everything runs again. */
  async make(): Promise<void> {
    await Promise.all([this.#troubleWorkers(), this.#troubleBrokers()])
    await Promise.all(this.#side)
    for (const proxy of this.#stage.proxies.flat()) proxy.heal()
    for (const node of this.#stage.cluster.nodes) node.start()
    await this.#stage.cluster.untilComplete()
  }

  stop(): void {
    this.#stopping.abort()
  }

  async #troubleWorkers(): Promise<void> {
    const { workers, proxies, sessionTimeoutMs } = this.#stage
    while (await this.#waited(1_000 + this.#below(2_000))) {
      const who = this.#below(workers.length)
      const worker = workers[who]!
      const way = proxies[who]![this.#below(proxies[who]!.length)]!
      const forMs = 1_000 + this.#below(6_000)
      const roll = this.#below(100)
      if (roll < 60) this.#do('kill -9 of a worker', worker.name, () => worker.kill9())
      else if (roll < 70) this.#beside('SIGSTOP of a worker', worker.name, () => worker.freeze(2 * sessionTimeoutMs))
      else if (roll < 79) this.#do('cut connections', worker.name, () => way.cut())
      else if (roll < 85)
        this.#beside('refused connections', `${worker.name} ${forMs} ms`, () => this.#while(way, 'refuse', forMs))
      else if (roll < 91)
        this.#beside('silent network', `${worker.name} ${forMs} ms`, () => this.#while(way, 'hold', forMs))
      else if (roll < 95) this.#beside('lost disk of a worker', worker.name, () => worker.loseDisk())
      else
        await this.#do('rolling restart', 'all', async () => {
          for (const one of workers) await one.terminate()
        })
    }
  }

  async #troubleBrokers(): Promise<void> {
    const { cluster, application } = this.#stage
    while (await this.#waited(8_000 + this.#below(12_000))) {
      const roll = this.#below(3)
      const [what, id] =
        roll === 0
          ? ['kill -9 of a broker', undefined]
          : roll === 1
            ? ['kill -9 of the group coordinator', await this.#coordinator('group', application)]
            : [
                'kill -9 of a transaction coordinator',
                await this.#coordinator('transaction', `${application}-worker-1-0`),
              ]
      const node = cluster.nodes.find((one) => one.id === id) ?? cluster.nodes[this.#below(cluster.nodes.length)]!
      await this.#do(what, `broker ${node.id}`, async () => {
        await node.process.kill9()
        await sleep(2_000 + this.#below(4_000))
        node.start()
        // Another one may only die when this one has every record again.
        await cluster.untilComplete()
        await sleep(3_000)
      })
    }
  }

  async #coordinator(kind: 'group' | 'transaction', key: string): Promise<number | undefined> {
    const rpc = openClusterRpc({ bootstrap: this.#stage.cluster.bootstrap.split(','), requestTimeoutMs: 3_000 })
    try {
      const { errorCode, node } = await rpc.findCoordinator(kind, key)
      return errorCode === 0 ? node : undefined
    } catch {
      return undefined
    } finally {
      await rpc.close()
    }
  }

  async #while(way: TcpProxy, what: 'refuse' | 'hold', forMs: number): Promise<void> {
    way[what]()
    await sleep(forMs)
    way.heal()
  }

  async #do(what: string, whom: string, act: () => unknown): Promise<void> {
    this.counts[what] = (this.counts[what] ?? 0) + 1
    this.#say(`${what}: ${whom}`)
    await act()
  }

  #beside(what: string, whom: string, act: () => Promise<void>): void {
    const doing = this.#do(what, whom, act).finally(() => this.#side.delete(doing))
    this.#side.add(doing)
  }

  /** False when it was stopped meanwhile. */
  async #waited(ms: number): Promise<boolean> {
    const { signal } = this.#stopping
    await sleep(ms, undefined, { signal }).catch(() => {})
    return !signal.aborted
  }
}
