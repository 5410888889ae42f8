import { board, figure, lines } from './panels.ts'

/** Accuracy and calibration are figures of an evaluation, not of a minute: the page of the models has them. */
export const models = board(
  'javas-models',
  'JAVAS: models',
  'The sentiment model at work and whether chat is still what it was trained on. Accuracy and calibration stand on the models page of JAVAS.',
)
  .withPanel(figure('At work', 'short', 'min(javas_model_available)'))
  .withPanel(figure('Texts a second', 'reqps', 'sum(rate(javas_model_texts_total[5m]))'))
  .withPanel(figure('Mean confidence, last hour', 'percentunit', 'avg(javas_model_confidence)'))
  .withPanel(figure('N-grams that training did not know', 'percentunit', 'avg(javas_model_unknown_share)'))
  .withPanel(
    lines('Share of each class, last hour', 'percentunit', {
      expr: 'avg by (label) (javas_model_share)',
      legend: '{{label}}',
    }),
  )
  .withPanel(
    lines('Drift: distance from the share of the last seven days', 'percentunit', {
      expr: 'abs(avg by (label) (javas_model_share) - avg by (label) (avg_over_time(javas_model_share[7d])))',
      legend: '{{label}}',
    }),
  )
  .withPanel(
    lines(
      'Texts a second',
      'reqps',
      { expr: 'sum(rate(javas_model_texts_total[5m]))', legend: 'asked' },
      { expr: 'sum(rate(javas_model_remembered_total[5m]))', legend: 'remembered' },
      { expr: 'sum(rate(javas_model_refused_total[5m]))', legend: 'refused' },
    ),
  )
  .withPanel(
    lines(
      'Queue',
      'short',
      { expr: 'sum(javas_model_waiting)', legend: 'texts waiting' },
      { expr: 'max(javas_model_longest_wait_ms)', legend: 'longest wait, ms' },
    ),
  )
  .withPanel(
    lines(
      'Deaths and changes of the weights',
      'short',
      { expr: 'sum(increase(javas_model_deaths_total[1h]))', legend: 'died' },
      { expr: 'sum(increase(javas_model_swaps_total[1h]))', legend: 'changed' },
    ),
  )
