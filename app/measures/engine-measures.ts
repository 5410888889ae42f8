import type { AnalyzeStatus } from '../embedded/status.ts'
import { counter, gauge, type Measure } from './measure.ts'

const STATES = ['CREATED', 'REBALANCING', 'RUNNING', 'PENDING_SHUTDOWN', 'NOT_RUNNING', 'PENDING_ERROR', 'ERROR']

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
    ...Object.keys(now.counters).map((name) => counter(name, help, () => status()?.counters[name])),
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
