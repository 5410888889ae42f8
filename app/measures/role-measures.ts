import type { WorkerStatuses } from '../embedded/status.ts'
import type { NotifierStatus } from '../notify/deliver.ts'
import { engineMeasures } from './engine-measures.ts'
import { counter, gauge, type Measure } from './measure.ts'
import { modelMeasures } from './model-measures.ts'

/** What the roles in this process last told of themselves. */
export function roleMeasures(statuses: () => WorkerStatuses, isReady: () => boolean): readonly Measure[] {
  const { collect, analyze, export: exporting, notify } = statuses()
  return [
    gauge('javas_role_ready', '1 while the role does its work.', () => (isReady() ? 1 : 0)),
    gauge('javas_role_problem', '1 while a role cannot do its work; its log and its health check say why.', () =>
      Object.entries(statuses()).flatMap(([part, status]) =>
        status ? [{ value: status.problem === '' ? 0 : 1, labels: { part } }] : [],
      ),
    ),
    ...(collect ? sourceMeasures(statuses) : []),
    ...(analyze ? [...engineMeasures(() => statuses().analyze), ...modelMeasures(() => statuses().analyze)] : []),
    ...(exporting ? archiveMeasures(statuses) : []),
    ...(notify ? notifyMeasures(statuses) : []),
  ]
}

const sourceMeasures = (statuses: () => WorkerStatuses): readonly Measure[] => [
  gauge('javas_broadcasts_watched', 'Channels that this process collects.', () => statuses().collect?.channels.length),
  counter('javas_source_counted_total', 'What sources count besides messages: unknown forms, reconnects, skips.', () =>
    Object.entries(statuses().collect?.counts ?? {}).map(([name, value]) => {
      const [source = '', what = ''] = name.split(' ')
      return { value, labels: { source, what } }
    }),
  ),
]

const archiveMeasures = (statuses: () => WorkerStatuses): readonly Measure[] => [
  counter('javas_archive_records_total', 'Records stored.', () => statuses().export?.archived),
  counter('javas_archive_undecodable_total', 'Records that could not be read.', () => statuses().export?.undecodable),
]

function notifyMeasures(statuses: () => WorkerStatuses): readonly Measure[] {
  const each = (of: (status: NotifierStatus) => readonly (readonly [number, string?])[]) => () =>
    (statuses().notify?.notifiers ?? []).flatMap((status) =>
      of(status).map(([value, result]) => ({
        value,
        labels: { notifier: status.name, ...(result !== undefined && { result }) },
      })),
    )
  return [
    counter(
      'javas_notify_attempts_total',
      'Attempts to tell of an alarm, by their result; dead: given up, which failed counts too.',
      each(({ delivered, failed, dead }) => [
        [delivered, 'delivered'],
        [failed, 'failed'],
        [dead, 'dead'],
      ]),
    ),
    counter(
      'javas_notify_attempt_ms_total',
      'Time that all attempts took.',
      each(({ tookMs }) => [[tookMs]]),
    ),
    gauge(
      'javas_notify_waiting',
      'Notifications that wait for a notifier.',
      each(({ waiting }) => [[waiting]]),
    ),
  ]
}
