import { board, figure, lines, row } from './panels.ts'

export const pipeline = board(
  'javas-pipeline',
  'JAVAS: pipeline',
  'The stream engine: how much goes through each node, how long it takes, what goes wrong.',
)
  .withPanel(figure('Messages a second', 'reqps', 'sum(rate(streams_node_process_total{node="chat"}[5m]))'))
  .withPanel(figure('From a message to its commit, p99', 'ms', 'max(streams_record_e2e_latency_p99_ms)'))
  .withPanel(figure('Behind', 'short', 'sum(streams_records_lag)'))
  .withPanel(figure('Dead letters in an hour', 'short', 'sum(increase(streams_dead_letters_total[1h]))'))
  .withRow(row('Nodes'))
  .withPanel(
    lines('Records a second', 'reqps', {
      expr: 'sum by (node) (rate(streams_node_process_total[5m]))',
      legend: '{{node}}',
    }),
  )
  .withPanel(
    lines('Time a record, of the node alone', 'ms', {
      expr: 'sum by (node) (rate(streams_node_process_time_ms_total[5m])) / (sum by (node) (rate(streams_node_process_total[5m])) > 0)',
      legend: '{{node}}',
    }),
  )
  .withRow(row('Errors'))
  .withPanel(
    lines(
      'Records that left before their time',
      'reqps',
      { expr: 'sum by (reason) (rate(streams_dropped_records_total[5m]))', legend: '{{reason}}' },
      { expr: 'sum(rate(streams_dead_letters_total[5m]))', legend: 'dead letters' },
    ),
  )
  .withPanel(
    lines(
      'Late by',
      'ms',
      { expr: 'max(streams_record_lateness_max_ms)', legend: 'most' },
      { expr: 'max(streams_record_lateness_avg_ms)', legend: 'mean' },
    ),
  )
  .withRow(row('State'))
  .withPanel(lines('State of the client', 'short', { expr: 'sum by (state) (streams_state)', legend: '{{state}}' }))
  .withPanel(
    lines(
      'Restore',
      'short',
      { expr: 'sum(streams_restore_remaining_records_total)', legend: 'left' },
      { expr: 'sum(streams_standby_lag_records)', legend: 'warm copies behind' },
    ),
  )
  .withPanel(
    lines('Rebalances in 5 minutes', 'short', {
      expr: 'sum by (instance) (increase(streams_rebalance_total[5m]))',
      legend: '{{instance}}',
    }),
  )
  .withPanel(
    lines('Last rebalance', 'ms', { expr: 'max by (instance) (streams_rebalance_last_ms)', legend: '{{instance}}' }),
  )
  .withRow(row('Commits'))
  .withPanel(
    lines(
      'Commits a second',
      'reqps',
      { expr: 'sum(rate(streams_commit_total[5m]))', legend: 'committed' },
      { expr: 'sum(rate(streams_commit_aborted_total[5m]))', legend: 'aborted' },
      { expr: 'sum(rate(streams_commit_unknown_total[5m]))', legend: 'unknown' },
      { expr: 'sum(rate(streams_commit_fenced_total[5m]))', legend: 'fenced' },
    ),
  )
  .withPanel(
    lines(
      'A commit takes',
      'ms',
      { expr: 'max(streams_commit_latency_p50_ms)', legend: 'p50' },
      { expr: 'max(streams_commit_latency_p99_ms)', legend: 'p99' },
    ),
  )
