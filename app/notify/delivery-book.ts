import { systemChannel } from '#processors/watch-system.ts'
import type { Alert, Delivery, Notification } from '#schemas/types.ts'

/** Notifications whose thread may still be answered, and that may be tried again. */
const REMEMBERED = 2_000

/** What became of each notification on its way to each notifier, as the log tells it. */
export class DeliveryBook {
  readonly #last = new Map<string, Delivery>()
  readonly #opened = new Map<string, Notification>()
  readonly #notifications = new Map<string, Notification>()
  readonly #retries = new Map<string, number>()

  note(delivery: Delivery): void {
    this.#last.set(keyOf(delivery.notificationId, delivery.notifier), delivery)
  }

  last(notificationId: string, notifier: string): Delivery | undefined {
    return this.#last.get(keyOf(notificationId, notifier))
  }

  /** Somebody asked for what was given up to be tried again. @param at epoch ms */
  askAgain(notificationId: string, notifier: string, at: number): void {
    bounded(this.#retries, keyOf(notificationId, notifier), at)
  }

  /** Whether this notifier has something left to do about it. @param oldestMs what is older and was never begun is past */
  isDue({ id, at, alerts, notifier }: Notification, name: string, now: number, oldestMs: number): boolean {
    if (notifier !== '' && notifier !== name) return false
    // Who does not deliver cannot be told that it does not.
    if (alerts.length > 0 && alerts.every((alert) => isAboutNotifier(alert, name))) return false
    const last = this.last(id, name)
    // A notifier that is new does not tell the past.
    if (last === undefined) return now - at <= oldestMs
    if (last.state === 'dead') return (this.#retries.get(keyOf(id, name)) ?? 0) > last.at
    return last.state !== 'delivered'
  }

  /** One of the latest that it was told of. */
  notification(id: string): Notification | undefined {
    return this.#notifications.get(id)
  }

  /** To be told of every notification, in order. */
  remember(notification: Notification): void {
    bounded(this.#notifications, notification.id, notification)
    if (notification.transition !== 'firing') return
    for (const { id } of notification.alerts) bounded(this.#opened, id, notification)
  }

  /** The message that told this notifier of the beginning of what `notification` goes on about. */
  opened({ alerts, transition }: Notification, notifier: string) {
    const lead: Alert | undefined = alerts[0]
    if (lead === undefined || transition === 'firing') return null
    const notification = this.#opened.get(lead.id)
    const delivery = notification && this.last(notification.id, notifier)
    return delivery?.state === 'delivered' ? { notification: notification!, reference: delivery.reference } : null
  }
}

const isAboutNotifier = ({ kind, channelId }: Alert, name: string) =>
  kind === 'notifier-failing' && channelId === systemChannel(name)

function bounded<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > REMEMBERED) map.delete(map.keys().next().value!)
}

const keyOf = (notificationId: string, notifier: string) => `${notifier}\n${notificationId}`
