/** A notifier's view of the world: alerts and actions go in, what is told comes out; the clock stands in the test's hand. */
import { topics } from '#schemas/topics.ts'
import type { Alert, AlertAction, Notification } from '#schemas/types.ts'
import { stringSerde, Topology } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import {
  type DecideNotificationsOptions,
  decideNotifications,
  decideNotificationsStores,
} from '../decide-notifications.ts'
import { actionOf, alertOf } from './alerts.ts'
import { newValues } from './messages.ts'

const SECOND = 1_000
export const START = Date.parse('2026-11-29T21:00:00+09:00')
export const oneAlertsTopic = { ...topics.alerts, partitions: 1 }

const topologyOf = (options: DecideNotificationsOptions): Topology => {
  const topology = new Topology()
    .addSource('alerts', { topic: oneAlertsTopic, key: stringSerde })
    .addSource('actions', { topic: topics.alertActions, key: stringSerde })
    .addProcessor(
      'decide-notifications',
      decideNotifications(options),
      ['alerts', 'actions'],
      decideNotificationsStores.map(({ name }) => name),
    )
    .addSink('notifications', { topic: topics.notifications, key: stringSerde }, ['decide-notifications'])
  for (const store of decideNotificationsStores) topology.addStateStore<never, never>(store as never)
  return topology
}

export class Told {
  readonly driver: TopologyTestDriver
  readonly #since = new Map<string, number>()

  constructor(options: DecideNotificationsOptions = {}) {
    this.driver = new TopologyTestDriver(topologyOf(options), { startTimeMs: START })
  }

  get now(): number {
    return this.driver.clock.now()
  }

  /** A transition of an alert; resolves to its id: one life from its firing to its end, as raise-alerts numbers them. */
  async alert(state: Alert['state'], given: Partial<Alert> = {}): Promise<string> {
    const { channelId = 'demo:one', kind = 'negative-surge' } = given
    const key = `${channelId}/${kind}`
    if (state === 'firing' && given.reason !== 'again') this.#since.set(key, this.now)
    const since = this.#since.get(key) ?? this.now
    const alert = alertOf({ since, at: this.now, ...given, channelId, kind, state })
    await this.driver.input(oneAlertsTopic).send(channelId, alert, this.now)
    return alert.id
  }

  act(given: Partial<AlertAction>): Promise<void> {
    return this.driver.input(topics.alertActions).send('all', actionOf({ at: this.now, ...given }), this.now)
  }

  /** Second by second, as the clock of a running process. */
  async wait(ms: number, stepMs = SECOND): Promise<void> {
    for (let past = 0; past < ms; past += stepMs) await this.driver.advanceWallClock(stepMs)
  }

  notifications(): Promise<Notification[]> {
    return newValues(this.driver, topics.notifications)
  }

  /** `second transition channel kind, channel kind` of what was told since the last call. */
  async told(): Promise<string[]> {
    return (await this.notifications()).map(
      ({ transition, at, alerts, flapping }) =>
        `${(at - START) / SECOND} ${transition} ${alerts.map(({ channelId, kind }) => `${channelId} ${kind}`).join(', ')}${flapping ? ' flapping' : ''}`,
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.driver.close()
  }
}
