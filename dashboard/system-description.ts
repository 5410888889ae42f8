/** What `/system` shows. `app/` measures and fills it in; the page only draws it. */
export interface SystemDescription {
  readonly version: string
  readonly node: string
  readonly mode: 'embedded' | 'cluster'
  /** Epoch ms. */
  readonly startedAt: number
  /** Kafka Streams' words: CREATED, REBALANCING, RUNNING, PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR. */
  readonly state: string
  /** One sentence when the state is not good; empty otherwise. */
  readonly problem: string
  /** `describe()` of the topology, as text and as a Mermaid flow chart. */
  readonly topologyText: string
  readonly topologyMermaid: string
  readonly lag: readonly {
    readonly application: string
    readonly topic: string
    readonly partition: number
    readonly committed: number
    readonly end: number
    readonly lag: number
  }[]
  /** Per second, over the last minute or so. */
  readonly rates: readonly { readonly name: string; readonly perSecond: number }[]
  readonly topics: readonly {
    readonly name: string
    readonly partitions: number
    readonly records: number
    readonly bytes: number
  }[]
  /** Late, dropped, dead letters and such, since the start. */
  readonly counters: readonly { readonly name: string; readonly value: number }[]
  /** Null while no sentiment model is loaded. */
  readonly model: ModelCard | null
}

export interface ModelCard {
  readonly name: string
  readonly version: string
  readonly backend: string
  readonly bytes: number
  /** On the held-out test set named in `testSet`. */
  readonly accuracy: number
  readonly logLoss: number
  readonly testSet: string
  readonly trainedOn: string
  readonly limits: string
}
