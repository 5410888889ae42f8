import { board, figure, lines } from './panels.ts'

export const web = board('javas-web', 'JAVAS: pages', 'Who looks, what is answered, how late chat comes to the screen.')
  .withPanel(figure('Open pages', 'short', 'sum(javas_dashboard_streams)'))
  .withPanel(figure('Chat to screen, p50', 'ms', 'max(javas_chat_to_screen_p50_ms)'))
  .withPanel(figure('Chat to screen, p95', 'ms', 'max(javas_chat_to_screen_p95_ms)'))
  .withPanel(
    figure(
      'Errors of ours in an hour',
      'short',
      'sum(increase(javas_dashboard_requests_total{status="5xx"}[1h])) or vector(0)',
    ),
  )
  .withPanel(
    lines('Requests a second', 'reqps', {
      expr: 'sum by (status) (rate(javas_dashboard_requests_total[5m]))',
      legend: '{{status}}',
    }),
  )
  .withPanel(
    lines(
      'Chat to screen, as browsers report it',
      'ms',
      { expr: 'max(javas_chat_to_screen_p50_ms)', legend: 'p50' },
      { expr: 'max(javas_chat_to_screen_p95_ms)', legend: 'p95' },
    ),
  )
  .withPanel(
    lines('Open pages', 'short', { expr: 'sum by (instance) (javas_dashboard_streams)', legend: '{{instance}}' }),
  )
  .withPanel(
    lines('How late the main thread is, p99', 'ms', {
      expr: 'javas_event_loop_delay_p99_ms{role=~"dashboard|start"}',
      legend: '{{role}} {{instance}}',
    }),
  )
