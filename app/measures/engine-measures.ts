import type { AnalyzeStatus } from '../embedded/status.ts'
import { counter, gauge, type Measure } from './measure.ts'

const STATES = ['CREATED', 'REBALANCING', 'RUNNING', 'PENDING_SHUTDOWN', 'NOT_RUNNING', 'PENDING_ERROR', 'ERROR']

/** The engine tells them under a name each; together they can be added up. */
const DROPPED = /^streams_dropped_records_(.+)_total$/

/** The engine under its own names (topology/telemetry.ts), as the analysis last told. */
export function engineMeasures(status: () => AnalyzeStatus | null): readonly Measure[] {
  const now = status()
  if (!now) return []
  const help = 'Of the stream engine; topology/telemetry.ts says what it is.'
  const nodes = (pick: (node: { processed: number; selfMs: number }) => number) => () =>
    Object.entries(status()?.nodes ?? {}).map(([node, metrics]) => ({ value: pick(metrics), labels: { node } }))
  return [
    gauge('streams_state', 'State of the stream client: 1 for the one it is in.', () =>
      STATES.map((state) => ({ value: status()?.state === state ? 1 : 0, labels: { state } })),
    ),
    ...Object.keys(now.counters)
      .filter((name) => !DROPPED.test(name))
      .map((name) => counter(name, help, () => status()?.counters[name])),
    counter('streams_dropped_records_total', 'Records that left the stream before their time, by reason.', () =>
      Object.entries(status()?.counters ?? {}).flatMap(([name, value]) => {
        const reason = DROPPED.exec(name)?.[1]
        return reason ? [{ value, labels: { reason } }] : []
      }),
    ),
    ...Object.keys(now.gauges).map((name) => gauge(name, help, () => status()?.gauges[name])),
    counter(
      'streams_node_process_total',
      'Records that went through a node.',
      nodes(({ processed }) => processed),
    ),
    counter(
      'streams_node_process_time_ms_total',
      'Time a node took for itself; 0 where it is not measured.',
      nodes(({ selfMs }) => selfMs),
    ),
  ]
}
