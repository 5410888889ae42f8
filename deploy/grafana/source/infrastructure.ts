import { board, lines } from './panels.ts'

const EACH = '{{role}} {{instance}}'

export const infrastructure = board(
  'javas-infrastructure',
  'JAVAS: processes',
  'Processor, memory, event loop and garbage collection of each process; sources and archive.',
)
  .withPanel(lines('Processors in use', 'short', { expr: 'rate(javas_process_cpu_seconds_total[5m])', legend: EACH }))
  .withPanel(lines('Memory', 'bytes', { expr: 'javas_process_resident_bytes', legend: EACH }))
  .withPanel(
    lines('Heap, share of its limit', 'percentunit', {
      expr: 'javas_heap_used_bytes / javas_heap_limit_bytes',
      legend: EACH,
    }),
  )
  .withPanel(lines('Event loop at work', 'percentunit', { expr: 'javas_event_loop_utilization', legend: EACH }))
  .withPanel(lines('Event loop late, p99', 'ms', { expr: 'javas_event_loop_delay_p99_ms', legend: EACH }))
  .withPanel(
    lines('Garbage collection, share of the time', 'percentunit', {
      expr: 'sum by (role, instance) (rate(javas_gc_pause_ms_total[5m])) / 1000',
      legend: EACH,
    }),
  )
  .withPanel(lines('Ready', 'short', { expr: 'javas_role_ready', legend: EACH }))
  .withPanel(lines('Age of the process', 's', { expr: 'time() - javas_process_start_time_seconds', legend: EACH }))
  .withPanel(lines('Broadcasts collected', 'short', { expr: 'javas_broadcasts_watched', legend: EACH }))
  .withPanel(
    lines('What sources count besides messages, in 5 minutes', 'short', {
      expr: 'sum by (source, what) (increase(javas_source_counted_total[5m]))',
      legend: '{{source}} {{what}}',
    }),
  )
  .withPanel(
    lines(
      'Archive, records a second',
      'reqps',
      { expr: 'sum(rate(javas_archive_records_total[5m]))', legend: 'stored' },
      { expr: 'sum(rate(javas_archive_undecodable_total[5m]))', legend: 'undecodable' },
    ),
  )
