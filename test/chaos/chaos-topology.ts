import {
  jsonSerde,
  type Serde,
  StreamsBuilder,
  stringSerde,
  type Topic,
  type Topology,
  timeWindows,
  untilWindowCloses,
} from '#topology'

export const PARTITIONS = 6
export const SIZE_MS = 5_000
export const GRACE_MS = 1_000
/** How many groups the records of all keys are counted in, behind a repartition topic. */
export const GROUPS = 16

/** What is known of the numbers of one key so far. */
export interface Running {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

export interface WindowResult {
  readonly count: number
  readonly isFinal: boolean
  readonly revision: number
}

const topic = <V>(name: string, value: Serde<V>): Topic<V> => ({
  name,
  partitions: PARTITIONS,
  cleanupPolicy: 'delete',
  retentionMs: null,
  value,
})

/** The topics of one run. */
export const chaosTopics = (run: string) => ({
  input: topic(`${run}-input`, jsonSerde<number>()),
  echo: topic(`${run}-echo`, jsonSerde<number>()),
  running: topic(`${run}-running`, jsonSerde<Running>()),
  windows: topic(`${run}-windows`, jsonSerde<WindowResult>()),
  suppressed: topic(`${run}-suppressed`, jsonSerde<number>()),
  groups: topic(`${run}-groups`, jsonSerde<number>()),
})

export type ChaosTopics = ReturnType<typeof chaosTopics>

export const groupOf = (number: number): string => `group-${number % GROUPS}`

export const nextRunning = (before: Running | undefined, number: number): Running =>
  before
    ? {
        count: before.count + 1,
        sum: before.sum + number,
        min: Math.min(before.min, number),
        max: Math.max(before.max, number),
      }
    : { count: 1, sum: number, min: number, max: number }

/**
 * After the checks of Kafka's EosTestDriver (echo, min, max, sum, count), with windows, a suppress buffer and a repartition
 * topic besides: everything whose results say whether a record was processed exactly once, in order.
 */
export function chaosTopology(topics: ChaosTopics): Topology {
  const builder = new StreamsBuilder()
  const key = stringSerde
  const input = builder.stream('input', { topic: topics.input, key })
  input.to('echo', { topic: topics.echo, key })
  const byKey = input.groupByKey()
  byKey
    .aggregate('running', {
      initializer: () => undefined as unknown as Running,
      aggregator: (before, number) => nextRunning(before, number),
      value: jsonSerde<Running>(),
    })
    .toStream('running-updates')
    .to('running-sink', { topic: topics.running as Topic<Running | undefined>, key })
  const rule = timeWindows({ sizeMs: SIZE_MS, graceMs: GRACE_MS })
  byKey
    .windowedBy(rule)
    .count('windows', { streamTime: 'partition', updates: 'per-commit', final: true })
    .map('show-window', (count, { key: { key, window, isFinal, revision } }) => ({
      key: `${key}@${window.start}`,
      value: { count, isFinal, revision },
    }))
    .to('windows-sink', { topic: topics.windows, key })
  byKey
    .windowedBy(rule)
    .count('held-windows', { streamTime: 'partition' })
    .suppress('hold', untilWindowCloses())
    .map('show-held', (count, { key: { key, window } }) => ({ key: `${key}@${window.start}`, value: count }))
    .to('suppressed-sink', { topic: topics.suppressed, key })
  input
    .groupBy('by-group', groupOf, { key, value: jsonSerde<number>() })
    .count('groups')
    .toStream('group-updates')
    .to('groups-sink', { topic: topics.groups as Topic<number | undefined>, key })
  return builder.build()
}
