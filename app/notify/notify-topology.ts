import {
  ALL,
  type DecideNotificationsOptions,
  decideNotifications,
  decideNotificationsStores,
} from '#processors/decide-notifications.ts'
import { topics as defaultTopics, type Topics } from '#schemas/topics.ts'
import { StreamsBuilder, stringSerde, type Topology } from '#topology'

export interface NotifyTopologyOptions extends DecideNotificationsOptions {
  /** Default: as many partitions as `schemas/topics.ts` says. */
  readonly topics?: Topics
}

/** From the alerts of all channels and what people do about them to what people are told. One task: few records, one order. */
export function notifyTopology({ topics = defaultTopics, ...options }: NotifyTopologyOptions = {}): Topology {
  const builder = new StreamsBuilder()
  for (const store of decideNotificationsStores) builder.addStateStore<unknown, unknown>(store as never)
  const alerts = builder
    .stream('alerts', { topic: topics.alerts, key: stringSerde })
    .selectKey('for-all', () => ALL)
    .repartition('alerts-of-all', { key: stringSerde, value: topics.alerts.value, partitions: 1 })
  const actions = builder.stream('alert-actions', { topic: topics.alertActions, key: stringSerde })
  builder.topology
    .addProcessor(
      'decide-notifications',
      decideNotifications(options),
      [alerts.node, actions.node],
      decideNotificationsStores.map(({ name }) => name),
    )
    .addSink('notifications', { topic: topics.notifications, key: stringSerde }, ['decide-notifications'])
  return builder.build()
}
