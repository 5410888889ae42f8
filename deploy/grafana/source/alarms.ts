import { board, figure, lines, minutes } from './panels.ts'

export const alarms = board(
  'javas-alarms',
  'JAVAS: alarms',
  "Alarms about the chat, and Prometheus' alerts about the system.",
)
  .withPanel(
    figure('Alerts of the system', 'short', 'count(ALERTS{alertname=~"Javas.*",alertstate="firing"}) or vector(0)'),
  )
  .withPanel(figure('Roles with a problem', 'short', 'sum(javas_role_problem)'))
  .withPanel(figure('Roles that are not ready', 'short', 'count(javas_role_ready == 0) or vector(0)'))
  .withPanel(figure('Dead letters in an hour', 'short', 'sum(increase(streams_dead_letters_total[1h]))'))
  .withPanel(
    minutes(
      'Alarms about the chat',
      'short',
      { of: 'alerts', query: 'state:firing', field: null, legend: 'firing' },
      { of: 'alerts', query: 'state:resolved', field: null, legend: 'resolved' },
    ),
  )
  .withPanel(
    lines('Alerts of the system', 'short', {
      expr: 'sum by (alertname) (ALERTS{alertname=~"Javas.*",alertstate="firing"}) or vector(0)',
      legend: '{{alertname}}',
    }),
  )
  .withPanel(
    lines('Roles that the watchdog takes for dead', 'short', {
      expr: 'javas_watched_role_down',
      legend: '{{watched}}',
    }),
  )
  .withPanel(lines('Parts with a problem', 'short', { expr: 'javas_role_problem', legend: '{{role}} {{part}}' }))
