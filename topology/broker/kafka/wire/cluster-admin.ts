/** Administration of a real cluster: each request goes to the broker that can answer it. */
import { Coordinators, GaveUpError } from '../coordinators.ts'
import type {
  ErrorOnly,
  GroupDescription,
  KafkaAdminRpc,
  KafkaRpc,
  NamedError,
  NewTopic,
  Partition,
  Time,
} from '../rpc.ts'
import { RpcLostError } from '../rpc.ts'
import * as apis from './admin-apis.ts'
import type { Api } from './api.ts'
import * as groupApis from './group-admin-apis.ts'

export interface ClusterAdminOptions {
  readonly rpc: KafkaRpc
  readonly time: Time
  /** How long to look for a group's coordinator. */
  readonly timeoutMs: number
  /** Node ids. With KRaft any broker stands for the controller. */
  controller(): Promise<number>
  brokers(): Promise<readonly number[]>
  call<Request, Response>(node: number, api: Api<Request, Response>, request: Request): Promise<Response>
}

export class ClusterAdmin implements KafkaAdminRpc {
  readonly #options: ClusterAdminOptions
  readonly #coordinators: Coordinators

  constructor(options: ClusterAdminOptions) {
    this.#options = options
    this.#coordinators = new Coordinators(options)
  }

  createTopics(topics: readonly NewTopic[], validateOnly: boolean) {
    return this.#controller(apis.createTopics, { topics, validateOnly })
  }

  deleteTopics(names: readonly string[]) {
    return this.#controller(apis.deleteTopics, names)
  }

  async deleteRecords(positions: readonly (Partition & { readonly offset: number })[]) {
    const answers = await this.#perLeader(apis.deleteRecords, positions)
    return answers.flat()
  }

  describeTopicConfigs(names: readonly string[]) {
    return this.#controller(apis.describeConfigs, names)
  }

  async alterTopicConfigs(name: string, configs: Readonly<Record<string, string>>): Promise<NamedError> {
    const [answer] = await this.#controller(apis.alterConfigs, { name, configs })
    return answer!
  }

  async createPartitions(name: string, count: number): Promise<NamedError> {
    const [answer] = await this.#controller(apis.createPartitions, { name, count })
    return answer!
  }

  async logSizes(names: readonly string[]) {
    const partitions = (await this.#options.rpc.metadata(names)).topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partition }) => ({ topic: name, partition })),
    )
    return (await this.#perLeader(apis.describeLogDirs, partitions)).flat()
  }

  async describeGroup(groupId: string): Promise<GroupDescription> {
    return this.#coordinator(groupId, groupApis.describeGroup, groupId)
  }

  async deleteGroup(groupId: string): Promise<ErrorOnly> {
    return this.#coordinator(groupId, groupApis.deleteGroup, groupId)
  }

  async offsetDelete(groupId: string, partitions: readonly Partition[]): Promise<ErrorOnly> {
    return this.#coordinator(groupId, groupApis.offsetDelete, { groupId, partitions })
  }

  async clusterId(): Promise<string | null> {
    return (await this.#options.rpc.metadata([])).clusterId
  }

  async #controller<Request, Response>(api: Api<Request, Response>, request: Request): Promise<Response> {
    return this.#options.call(await this.#options.controller(), api, request)
  }

  /** Splits by leader. A partition without one is left out: the caller finds no answer for it. */
  async #perLeader<T extends Partition, Response>(
    api: Api<readonly T[], Response>,
    entries: readonly T[],
  ): Promise<readonly Response[]> {
    const { topics } = await this.#options.rpc.metadata([...new Set(entries.map(({ topic }) => topic))])
    const leaders = new Map(
      topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partition, leader }) => [`${name}/${partition}`, leader] as const),
      ),
    )
    const requests = new Map<number, T[]>()
    for (const entry of entries) {
      const leader = leaders.get(`${entry.topic}/${entry.partition}`) ?? -1
      if (leader >= 0) requests.set(leader, [...(requests.get(leader) ?? []), entry])
    }
    return Promise.all([...requests].map(([node, list]) => this.#options.call(node, api, list)))
  }

  async #coordinator<Request, Response extends ErrorOnly>(
    groupId: string,
    api: Api<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const { time, timeoutMs, call } = this.#options
    const ask = (node: number) => call(node, api, request)
    try {
      const { answer } = await this.#coordinators.ask(
        { kind: 'group', key: groupId, ask, codeOf: ({ errorCode }) => errorCode },
        { deadline: time.now() + timeoutMs },
      )
      return answer
    } catch (error) {
      if (!(error instanceof GaveUpError)) throw error
      throw new RpcLostError(`${api.name} of group ${groupId}: ${error.message}`, { cause: error.cause })
    }
  }
}
