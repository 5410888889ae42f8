import { LONGEST_SILENCE_MS } from '#processors/notices/silence.ts'
import type { Alert, AlertAction, Delivery, HealthSample, Notification } from '#schemas/types.ts'

/** In memory at most; the topics hold the rest. */
const MOST = 500

/** Keeps the latest `MOST` of what has a key. */
class Latest<T> extends Map<string, T> {
  override set(key: string, value: T): this {
    this.delete(key)
    super.set(key, value)
    if (this.size > MOST) this.delete(this.keys().next().value!)
    return this
  }
}

/** What the topics of alarms say, as the page shows it. */
export class AlarmBoard {
  readonly #alerts = new Latest<Alert>()
  readonly #silences = new Latest<AlertAction>()
  readonly #acknowledged = new Latest<string>()
  readonly #notifications = new Latest<Notification>()
  readonly #deliveries = new Map<string, Map<string, Delivery>>()
  readonly #last = new Map<string, Delivery>()
  readonly #samples = new Latest<HealthSample>()

  alert(alert: Alert): void {
    const isOver = alert.state === 'resolved' || (alert.state === 'pending' && alert.reason === 'cleared')
    if (isOver) this.#alerts.delete(alert.id)
    else this.#alerts.set(alert.id, alert)
  }

  sample(sample: HealthSample): void {
    this.#samples.set(`${sample.kind}/${sample.subject}`, sample)
  }

  /** The last of each. */
  get samples(): readonly HealthSample[] {
    return [...this.#samples.values()].toSorted((a, b) => (`${a.kind}${a.subject}` < `${b.kind}${b.subject}` ? -1 : 1))
  }

  action(action: AlertAction): void {
    if (action.kind === 'silence') {
      const until = Math.min(action.until, action.at + LONGEST_SILENCE_MS)
      this.#silences.set(action.id, { ...action, until })
    } else if (action.kind === 'wake') this.#silences.delete(action.subject)
    else if (action.kind === 'acknowledge') this.#acknowledged.set(action.subject, action.by)
  }

  notification(notification: Notification): void {
    this.#notifications.set(notification.id, notification)
  }

  delivery(delivery: Delivery): void {
    const { notificationId, notifier } = delivery
    this.#last.set(notifier, delivery)
    const known = this.#deliveries.get(notificationId) ?? new Map<string, Delivery>()
    known.set(notifier, delivery)
    this.#deliveries.delete(notificationId)
    this.#deliveries.set(notificationId, known)
    if (this.#deliveries.size > MOST) this.#deliveries.delete(this.#deliveries.keys().next().value!)
  }

  get open(): readonly Alert[] {
    return [...this.#alerts.values()].toSorted((a, b) => b.at - a.at)
  }

  get acknowledged(): { readonly [alertId: string]: string } {
    return Object.fromEntries(this.#acknowledged)
  }

  get told() {
    return [...this.#notifications.values()].toReversed().map((notification) => ({
      notification,
      deliveries: [...(this.#deliveries.get(notification.id)?.values() ?? [])],
    }))
  }

  silences(now: number, channelId?: string): readonly AlertAction[] {
    return [...this.#silences.values()]
      .filter((one) => one.until > now && (channelId === undefined || ['', channelId].includes(one.channelId)))
      .toSorted((a, b) => a.until - b.until)
  }

  lastOf(notifier: string): Delivery | null {
    return this.#last.get(notifier) ?? null
  }

  deliveryOf(notificationId: string, notifier: string): Delivery | null {
    return this.#deliveries.get(notificationId)?.get(notifier) ?? null
  }
}
