/** What the client layer has to know of the cluster: who leads which partition. `MetadataCache` is the implementation. */

export interface Leader {
  readonly node: number
  readonly epoch: number
}

export interface TopicView {
  readonly name: string
  /** UUID, as Fetch names it. Another one under the same name: the topic was deleted and made anew. */
  readonly id: string
  /** By partition; undefined while a partition has none. */
  readonly leaders: readonly (Leader | undefined)[]
}

export interface ClusterView {
  /** What is known now, without asking. */
  known(topic: string): TopicView | undefined
  /** Known, or asked for now. Throws TopicUnknownError, or BrokerError KAFKA_UNREACHABLE when nobody answers. */
  topic(name: string): Promise<TopicView>
  /**
   * Asks for these topics anew. Calls at the same time share one request. Never throws: what could not be learnt stays
   * as it was, and a topic that is gone is forgotten. The caller waits between two calls (`backoff`).
   */
  refresh(topics: readonly string[]): Promise<void>
}
