/**
 * What of all alerts people are told, and when: the last node before the notifiers. It waits, groups, keeps silences and
 * quiet hours, holds back what follows from something graver, reminds, and never says that something is over which it
 * did not say had begun. All of it stands in stores, so that a restart neither repeats nor forgets.
 */
import { avroSerde } from '#schemas/avro.ts'
import { topics } from '#schemas/topics.ts'
import type { Alert, AlertAction, AlertNotice, Notification } from '#schemas/types.ts'
import {
  type KeyValueStore,
  keyValueStore,
  type ProcessorContext,
  type ProcessorSupplier,
  stringSerde,
} from '#topology'
import { groupDue } from './notices/group-due.ts'
import {
  afterAlert,
  afterTold,
  type Due,
  dueOf,
  isFlapping,
  isSpent,
  type NoticeTimes,
  noticeTimes,
} from './notices/notice.ts'
import { isQuiet, type QuietHours } from './notices/quiet-hours.ts'
import { LONGEST_SILENCE_MS, silenceOf } from './notices/silence.ts'
import { storeKey } from './store-key.ts'

export interface DecideNotificationsOptions {
  readonly times?: Partial<NoticeTimes>
  /** Nothing is told then; what still fires at their end is told at their end. */
  readonly quietHours?: QuietHours | null
}

const TICK_MS = 1_000
/** All channels meet in one task. */
export const ALL = 'all'
/** Somebody may silence any number of things; the oldest silence goes first. */
const MOST_SILENCES = 500

export const alertNotices = keyValueStore('alert-notices', {
  key: stringSerde,
  value: avroSerde<AlertNotice>('stores/alert-notice'),
})
export const alertSilences = keyValueStore('alert-silences', {
  key: stringSerde,
  value: topics.alertActions.value,
})
export const decideNotificationsStores = [alertNotices, alertSilences] as const

/** While a source is away, what its chat seems to say is not worth a message. */
const isHeldBackBy = (kind: string, other: string): boolean =>
  other === 'source-lost' && (kind.endsWith('-surge') || kind === 'no-data' || kind === 'keyword-watch')

type Input = Alert | AlertAction

/** The node `decide-notifications`: its parents are the alerts of all channels and what people do about them. */
export const decideNotifications =
  (given: DecideNotificationsOptions = {}): ProcessorSupplier<string, Input, string, Notification> =>
  () =>
    new DecideNotifications({ ...noticeTimes, ...given.times }, given.quietHours ?? null)

class DecideNotifications {
  readonly #times: NoticeTimes
  readonly #quietHours: QuietHours | null
  #context!: ProcessorContext<string, Notification>
  #notices!: KeyValueStore<string, AlertNotice>
  #silences!: KeyValueStore<string, AlertAction>

  constructor(times: NoticeTimes, quietHours: QuietHours | null) {
    this.#times = times
    this.#quietHours = quietHours
  }

  init(context: ProcessorContext<string, Notification>): void {
    this.#context = context
    this.#notices = context.getStateStore(alertNotices.name)
    this.#silences = context.getStateStore(alertSilences.name)
    context.schedule(TICK_MS, 'wall-clock', () => {
      // While there is more to read, what seems to fire may be over.
      if (context.isCaughtUp) this.#tell(context.currentSystemTimeMs())
    })
  }

  process({ value }: { readonly value: Input }): void {
    const now = this.#context.currentSystemTimeMs()
    if ('state' in value) this.#onAlert(value, now)
    else this.#onAction(value, now)
  }

  #onAlert(alert: Alert, now: number): void {
    const key = storeKey(alert.channelId, alert.kind, alert.subject)
    const known = this.#notices.get(key)
    const next = afterAlert(known, alert, now, this.#times)
    if (next !== undefined && next !== known) this.#notices.put(key, next)
  }

  #onAction(action: AlertAction, now: number): void {
    switch (action.kind) {
      case 'silence':
        if (action.until <= now) return
        this.#silences.put(action.id, { ...action, until: Math.min(action.until, now + LONGEST_SILENCE_MS) })
        this.#forgetOldest()
        return
      case 'wake':
        this.#silences.delete(action.subject)
        return
      case 'acknowledge':
        for (const [key, notice] of [...this.#notices.all()])
          if (notice.toldId === action.subject || notice.alert.id === action.subject)
            this.#notices.put(key, { ...notice, acknowledgedBy: action.by })
        return
      case 'test':
        this.#forward({
          id: `test/${action.id}`,
          transition: 'test',
          at: now,
          notifier: action.subject,
          alerts: [],
          repeats: 0,
          flapping: false,
          by: action.by,
        })
    }
  }

  #tell(now: number): void {
    const notices = [...this.#notices.all()]
    const silences = [...this.#silences.all()]
    for (const [id, silence] of silences) if (silence.until <= now) this.#silences.delete(id)
    const quiet = this.#quietHours !== null && isQuiet(this.#quietHours, now)
    const open = notices.filter(([, notice]) => notice.open).map(([, notice]) => notice.alert)
    const isHeld = ({ alert }: AlertNotice) =>
      quiet ||
      silenceOf(
        silences.map(([, silence]) => silence),
        alert,
        now,
      ) !== undefined
    const isInhibited = ({ alert }: AlertNotice) =>
      open.some((other) => other.channelId === alert.channelId && isHeldBackBy(alert.kind, other.kind))

    const due = { firing: [], repeated: [], resolved: [] } as Record<Exclude<Due, null>, DueNotice[]>
    for (const [key, notice] of notices) {
      const what = dueOf(notice, now, this.#times)
      if (what === null) {
        if (isSpent(notice, now, this.#times)) this.#notices.delete(key)
      } else if (!isHeld(notice) && (what === 'resolved' || !isInhibited(notice)))
        due[what].push({ key, notice, alert: notice.alert })
    }
    // An end before a beginning: what is over makes room in the reader's mind.
    for (const transition of ['resolved', 'firing', 'repeated'] as const)
      for (const group of groupDue(due[transition])) this.#tellGroup(transition, group, now)
  }

  #tellGroup(transition: Exclude<Due, null>, group: readonly DueNotice[], now: number): void {
    const lead = group[0]!.notice
    const told = group.map(({ key, notice }) => {
      const next = afterTold(notice, transition, now, this.#times)
      this.#notices.put(key, next)
      return next
    })
    this.#forward({
      id: `${transition === 'firing' ? lead.alert.id : lead.toldId}:${transition}${transition === 'repeated' ? `:${told[0]!.repeats}` : ''}`,
      transition,
      at: now,
      notifier: '',
      // Its end bears the name of its beginning, also when it fired anew in between.
      alerts: group.map(({ notice }) => ({ ...notice.alert, id: notice.toldId || notice.alert.id })),
      repeats: told[0]!.repeats,
      flapping: transition === 'firing' && told.some((notice) => isFlapping(notice, now, this.#times)),
      by: '',
    })
  }

  #forgetOldest(): void {
    const all = [...this.#silences.all()]
    if (all.length <= MOST_SILENCES) return
    const [oldest] = all.reduce((a, b) => (b[1].at < a[1].at ? b : a))
    this.#silences.delete(oldest)
  }

  #forward(value: Notification): void {
    this.#context.forward({ key: ALL, value, timestamp: value.at, headers: [] })
  }
}

interface DueNotice {
  readonly key: string
  readonly notice: AlertNotice
  readonly alert: Alert
}
