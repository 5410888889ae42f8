import type { Client } from '../client-options.ts'
import { MetadataCache } from '../metadata-cache.ts'
import { systemTime } from '../system-time.ts'
import { type ClusterRpc, openClusterRpc } from '../wire/cluster-rpc.ts'
import { testBootstrap, uniqueName } from './test-cluster.ts'

/** What a suite on a real cluster works with; `close` takes its topics away. */
export class TestClient implements Client {
  readonly rpc: ClusterRpc = openClusterRpc({ bootstrap: testBootstrap })
  readonly time = systemTime
  readonly cluster = new MetadataCache({ rpc: this.rpc, time: systemTime, patiently: (ask) => ask() })
  readonly #topics: string[] = []

  /** A fresh one with one replica. */
  async topic(partitions: number, configs: Readonly<Record<string, string>> = {}): Promise<string> {
    const name = uniqueName('client')
    const [made] = await this.rpc.admin.createTopics([{ name, partitions, replicationFactor: 1, configs }], false)
    if (made!.errorCode !== 0) throw new Error(`cannot create ${name}: ${made!.errorMessage}`)
    this.#topics.push(name)
    return name
  }

  async close(): Promise<void> {
    if (this.#topics.length > 0) await this.rpc.admin.deleteTopics(this.#topics)
    await this.rpc.close()
  }
}
