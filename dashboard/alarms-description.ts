/** What the page /alarms shows, and what it may ask for. `app/` implements it. */
import type { AlarmDryRun } from '#processors/alerts/dry-run-alerts.ts'
import type { Alert, AlertAction, ChannelSettings, Delivery, Notification } from '#schemas/types.ts'

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

/** A rule about a part of the system. */
export interface SystemRule {
  readonly kind: string
  /** What it is about: an application, a store, a notifier. */
  readonly subject: string
  readonly threshold: number
  /** When it was last measured; null for what is known without measuring. */
  readonly measuredAt: number | null
}

export interface AlarmsDescription {
  readonly system: readonly SystemRule[]
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
export type NewAlertAction = Omit<AlertAction, 'id' | 'at' | 'notifier'> & Partial<Pick<AlertAction, 'notifier'>>

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
  /** What would have rung in an archived broadcast under these settings. @throws an error with a code */
  dryRun(broadcastId: string, settings: ChannelSettings, signal: AbortSignal): Promise<AlarmDryRun>
  /** To the fixed recipient. @throws an error with a NOTIFY_ code when the mail server did not take it */
  contact(message: ContactMessage): Promise<void>
}
