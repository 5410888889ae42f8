import type { SystemLimits } from '#processors/alerts/system-health.ts'
import {
  ALL,
  type DecideNotificationsOptions,
  decideNotifications,
  decideNotificationsStores,
} from '#processors/decide-notifications.ts'
import { watchSystem, watchSystemStores } from '#processors/watch-system.ts'
import { topics as defaultTopics, type Topics } from '#schemas/topics.ts'
import { StreamsBuilder, stringSerde, type Topology } from '#topology'

export interface NotifyTopologyOptions extends DecideNotificationsOptions {
  /** Default: as many partitions as `schemas/topics.ts` says. */
  readonly topics?: Topics
  readonly limits?: Partial<SystemLimits>
}

/** From the alerts of all channels, those of the system, and what people do about them to what people are told. One task: few records, one order. */
export function notifyTopology({ topics = defaultTopics, limits, ...options }: NotifyTopologyOptions = {}): Topology {
  const builder = new StreamsBuilder()
  for (const store of [...decideNotificationsStores, ...watchSystemStores])
    builder.addStateStore<unknown, unknown>(store as never)
  const alerts = builder
    .stream('alerts', { topic: topics.alerts, key: stringSerde })
    .selectKey('for-all', () => ALL)
    .repartition('alerts-of-all', { key: stringSerde, value: topics.alerts.value, partitions: 1 })
  const actions = builder.stream('alert-actions', { topic: topics.alertActions, key: stringSerde })
  const samples = builder.stream('health-samples', { topic: topics.healthSamples, key: stringSerde })
  const deliveries = builder.stream('deliveries', { topic: topics.deliveries, key: stringSerde })
  builder.topology
    .addProcessor(
      'watch-system',
      watchSystem(limits),
      [samples.node, deliveries.node],
      watchSystemStores.map(({ name }) => name),
    )
    .addSink('system-alerts', { topic: topics.systemAlerts, key: stringSerde }, ['watch-system'])
    .addProcessor(
      'decide-notifications',
      decideNotifications(options),
      [alerts.node, actions.node, 'watch-system'],
      decideNotificationsStores.map(({ name }) => name),
    )
    .addSink('notifications', { topic: topics.notifications, key: stringSerde }, ['decide-notifications'])
  return builder.build()
}
