/** Rings the notifiers without a log, a topology or anything else that may be what is broken. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { WatchdogAlarm } from '#schemas/alarm-kinds.ts'
import type { Notification } from '#schemas/types.ts'
import { type Notifier, NotifyError } from '#sinks/notify/notifier.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Ring } from './role-watch.ts'

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000
const GIVE_UP_MS = 6 * 60 * 60_000

/** Under this name everything that concerns no channel stands. */
export const SYSTEM = 'javas'
/** By which all roles are heard: its silence is an alarm of its own. */
export const LOG = 'log'

/** What a ring says. */
export function notificationOf({ role, transition, since, at }: Ring): Notification {
  const kind: WatchdogAlarm = role === LOG ? 'log-unreachable' : 'role-down'
  const id = `${SYSTEM}/${kind}/${role}/${since}`
  const seconds = (at - since) / 1_000
  const measured = { value: seconds, lower: seconds, upper: seconds, threshold: 0, baseline: 0, peak: seconds }
  return {
    id: `${id}:${transition}`,
    transition,
    at,
    notifier: '',
    alerts: [
      {
        id,
        channelId: SYSTEM,
        broadcastId: '',
        kind,
        state: transition,
        since,
        at,
        ...measured,
        messages: 0,
        words: [],
        samples: [],
        reason: '',
        subject: '',
        subjectName: '',
        channelName: role === LOG ? 'JAVAS' : `JAVAS ${role}`,
        authors: 0,
        loudest: 0,
        revision: 0,
      },
    ],
    repeats: 0,
    flapping: false,
    by: '',
  }
}

/** Tells every notifier, each at its own speed and in order; what cannot be told is tried again for hours. */
export class Bell {
  readonly #notifiers: readonly Notifier[]
  readonly #log: Log
  readonly #stop = new AbortController()
  readonly #lanes = new Map<string, Promise<void>>()
  #untold = 0

  constructor(notifiers: readonly Notifier[], log: Log) {
    this.#notifiers = notifiers
    this.#log = log
  }

  /** Rings that a notifier has not taken yet, and has not been given up. */
  get untold(): number {
    return this.#untold
  }

  ring(ring: Ring): void {
    const notification = notificationOf(ring)
    this.#log.warn(
      ring.transition === 'firing'
        ? `${ring.role} gave no sign of life since ${new Date(ring.since).toISOString()}`
        : `${ring.role} is back`,
    )
    for (const notifier of this.#notifiers) {
      const before = this.#lanes.get(notifier.name) ?? Promise.resolve()
      this.#untold++
      this.#lanes.set(
        notifier.name,
        before.then(() => this.#tell(notifier, notification)).finally(() => this.#untold--),
      )
    }
  }

  /** Waits for what is being told, a little. */
  async close(waitMs = 2_000): Promise<void> {
    const done = Promise.all(this.#lanes.values())
    await Promise.race([done, sleep(waitMs)])
    this.#stop.abort()
    await Promise.all(this.#notifiers.map((notifier) => notifier.close().catch(() => {})))
  }

  async #tell(notifier: Notifier, notification: Notification): Promise<void> {
    const { signal } = this.#stop
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await notifier.deliver(notification, { mayRepeat: false, opened: null })
        await sleep(notifier.paceMs, undefined, { signal }).catch(() => {})
        return
      } catch (cause) {
        this.#log.error(`${notifier.name} did not take ${notification.id}: ${messageOf(cause)}`)
        const failure = cause instanceof NotifyError ? cause : null
        if (!failure?.retriable || Date.now() - notification.at > GIVE_UP_MS) return
        const backoff = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 10), LONGEST_RETRY_MS)
        await sleep(failure.retryAfterMs ?? backoff, undefined, { signal }).catch(() => {})
      }
    }
  }
}
