import { board, lines } from './panels.ts'

export const kafka = board(
  'javas-kafka',
  'JAVAS: the log',
  'Topics, and how far each of their readers is behind: Kafka, or the embedded log.',
)
  .withPanel(
    lines('Lag by group', 'short', { expr: 'sum by (group) (javas_consumer_lag_records)', legend: '{{group}}' }),
  )
  .withPanel(
    lines('Lag by partition', 'short', {
      expr: 'topk(20, javas_consumer_lag_records > 0)',
      legend: '{{group}} {{topic}}/{{partition}}',
    }),
  )
  .withPanel(
    lines('Written, messages a second', 'reqps', {
      expr: 'sum by (topic) (rate(javas_topic_written_total[5m]))',
      legend: '{{topic}}',
    }),
  )
  .withPanel(
    lines('Written by partition of the chat', 'reqps', {
      expr: 'rate(javas_topic_written_total{topic="chat-messages"}[5m])',
      legend: '{{partition}}',
    }),
  )
  .withPanel(lines('Size', 'bytes', { expr: 'javas_topic_bytes', legend: '{{topic}}' }))
  .withPanel(lines('Records', 'short', { expr: 'javas_topic_records', legend: '{{topic}}' }))
  .withPanel(
    lines('Transactions that did not commit, share', 'percentunit', {
      expr: 'sum(rate(streams_commit_aborted_total[5m]) + rate(streams_commit_unknown_total[5m]) + rate(streams_commit_fenced_total[5m])) / sum(rate(streams_commit_total[5m]))',
      legend: 'aborted, unknown, fenced',
    }),
  )
  .withPanel(
    lines('Produced, records a second', 'reqps', {
      expr: 'sum by (role) (rate(streams_records_produced_total[5m]))',
      legend: '{{role}}',
    }),
  )
