/** What the page /alarms shows, and what it may ask for. `app/` implements it. */
import type { Alert, AlertAction, Delivery, Notification } from '#schemas/types.ts'

export interface NotifierDescription {
  /** slack, email, webhook */
  readonly name: string
  readonly language: string
  /** What became of its last message; null before the first. */
  readonly last: Delivery | null
}

/** A notification, and how far it came with each notifier. */
export interface ToldNotification {
  readonly notification: Notification
  readonly deliveries: readonly Delivery[]
}

export interface AlarmsDescription {
  readonly notifiers: readonly NotifierDescription[]
  /** Not over, the latest first; pending ones as well. */
  readonly open: readonly Alert[]
  /** Id of an alert -> who has it in hand. */
  readonly acknowledged: { readonly [alertId: string]: string }
  /** The latest first. */
  readonly told: readonly ToldNotification[]
  /** In force now, the first to end first. */
  readonly silences: readonly AlertAction[]
  readonly quietHours: string
  /** The contact form has somebody to write to. */
  readonly hasContact: boolean
}

/** `id` and `at` are filled in by the implementation. */
export type NewAlertAction = Omit<AlertAction, 'id' | 'at'>

export interface ContactMessage {
  readonly name: string
  readonly email: string
  readonly text: string
}

export interface AlarmsSource {
  describe(): AlarmsDescription
  silences(channelId: string): readonly AlertAction[]
  /** Resolves to the action's id when it is in the log. */
  act(action: NewAlertAction): Promise<string>
  /** What became of a test; null when nobody knows after some seconds. */
  outcome(testId: string, notifier: string): Promise<Delivery | null>
  /** To the fixed recipient. @throws an error with a NOTIFY_ code when the mail server did not take it */
  contact(message: ContactMessage): Promise<void>
}
