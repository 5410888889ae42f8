import type { AnalyzeStatus } from '../embedded/status.ts'
import { counter, gauge, type Measure } from './measure.ts'

/** The sentiment model at work: whether it is there, what it was asked, what it says. */
export function modelMeasures(status: () => AnalyzeStatus | null): readonly Measure[] {
  if (!status()) return []
  const live = () => status()?.models?.live
  return [
    gauge('javas_model_available', '1 while messages are scored.', () => {
      const now = status()
      if (!now) return null
      const labels = { model: now.model?.name ?? '', backend: now.model?.backend ?? '' }
      return [{ value: now.model ? 1 : 0, labels }]
    }),
    counter('javas_model_texts_total', 'Texts that the model was asked about.', () => live()?.asked),
    counter('javas_model_remembered_total', 'Of these, texts whose score was remembered.', () => live()?.remembered),
    counter('javas_model_batches_total', 'Batches that the model worked on.', () => live()?.batches),
    counter('javas_model_refused_total', 'Calls that were refused because too many waited.', () => live()?.refused),
    counter('javas_model_deaths_total', 'Times its thread died and was started again.', () => live()?.deaths),
    counter('javas_model_swaps_total', 'Times that new weights took over.', () => live()?.swaps),
    gauge('javas_model_waiting', 'Texts that wait for it now.', () => live()?.waiting),
    gauge('javas_model_longest_wait_ms', 'Longest wait for a batch.', () => live()?.longestWaitMs),
    gauge('javas_model_share', 'Share of each class in what was scored in the last hour, 0 to 1.', () => {
      const drift = status()?.models?.drift
      if (!drift || drift.messages === 0) return null
      const { positive, neutral, negative } = drift
      return Object.entries({ positive, neutral, negative }).map(([label, value]) => ({ value, labels: { label } }))
    }),
    gauge('javas_model_confidence', 'Mean probability of the label in the last hour.', () => {
      const drift = status()?.models?.drift
      return drift && drift.messages > 0 ? drift.confidence : null
    }),
    gauge(
      'javas_model_unknown_share',
      'Share of n-grams that training did not know, last hour.',
      () => status()?.models?.drift.unknown,
    ),
    ...(status()?.models?.shadow
      ? [
          counter(
            'javas_model_compared_total',
            'Messages that the candidate scored as well.',
            () => status()?.models?.shadow?.compared,
          ),
        ]
      : []),
  ]
}
