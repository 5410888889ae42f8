import type { Alert, Delivery, Notification } from '#schemas/types.ts'

/** Notifications whose thread may still be answered. */
const REMEMBERED = 2_000

/** What became of each notification on its way to each notifier, as the log tells it. */
export class DeliveryBook {
  readonly #last = new Map<string, Delivery>()
  readonly #opened = new Map<string, Notification>()

  note(delivery: Delivery): void {
    this.#last.set(keyOf(delivery.notificationId, delivery.notifier), delivery)
  }

  last(notificationId: string, notifier: string): Delivery | undefined {
    return this.#last.get(keyOf(notificationId, notifier))
  }

  /** To be told of every notification, in order. */
  remember(notification: Notification): void {
    if (notification.transition !== 'firing') return
    for (const { id } of notification.alerts) {
      this.#opened.delete(id)
      this.#opened.set(id, notification)
      if (this.#opened.size > REMEMBERED) this.#opened.delete(this.#opened.keys().next().value!)
    }
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

const keyOf = (notificationId: string, notifier: string) => `${notifier}\n${notificationId}`
