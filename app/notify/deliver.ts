/**
 * From the topic of notifications to each notifier, in order, each at its own speed: one that is down holds nobody else up.
 * Before a message is sent the log says `attempting`, afterwards what came of it. So a crash at any point goes on with the
 * first notification that has no end in the log; the one that was in hand is sent again under its key, and says so.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Topics } from '#schemas/topics.ts'
import type { Delivery, Notification } from '#schemas/types.ts'
import { type Notifier, NotifyError } from '#sinks/notify/notifier.ts'
import type { Broker, Producer } from '#topology'
import { messageOf } from '../errors.ts'
import { followTopic } from '../follow-topic.ts'
import type { Log } from '../log.ts'
import { recordsOf } from '../produce.ts'
import { DeliveryBook } from './delivery-book.ts'

export interface DeliverNotificationsOptions {
  readonly broker: Broker
  readonly producer: Producer
  readonly topics: Pick<Topics, 'notifications' | 'deliveries' | 'alertActions'>
  readonly notifiers: readonly Notifier[]
  readonly log: Log
  /** Ends after the message in hand. */
  readonly signal: AbortSignal
  readonly onStatus?: (status: NotifierStatus) => void
  /** First and longest pause between two attempts, ms. Default 1 s, doubling up to 5 minutes. */
  readonly retryMs?: { readonly first: number; readonly longest: number }
  /** A notification that could not be delivered for so long is given up. Default 6 hours. */
  readonly giveUpMs?: number
}

export interface NotifierStatus {
  readonly name: string
  readonly delivered: number
  /** Given up, or refused for good. */
  readonly dead: number
  readonly waiting: number
  /** Attempts that failed, and the time that all attempts took, ms. */
  readonly failed: number
  readonly tookMs: number
  /** Why nothing goes out now, or ''. */
  readonly problem: string
}

const HOUR = 60 * 60_000
const DEFAULT_RETRY = { first: 1_000, longest: 5 * 60_000 }
const LOG_PAUSE_MS = 500
const LONGEST_ANSWER = 300

export async function deliverNotifications(options: DeliverNotificationsOptions): Promise<void> {
  const { broker, topics, notifiers, signal, log } = options
  const book = await readBook(options)
  const lanes = notifiers.map((notifier) => new Lane(notifier, book, options))
  const running = lanes.map((lane) => lane.run())
  const giveUpMs = options.giveUpMs ?? 6 * HOUR
  const retrying = followTopic({
    broker,
    topic: topics.alertActions,
    signal,
    onRecord: ({ value }) => {
      if (value?.kind !== 'retry') return
      book.askAgain(value.subject, value.notifier, value.at)
      const notification = book.notification(value.subject)
      const lane = lanes.find(({ name }) => name === value.notifier)
      if (lane && notification && book.isDue(notification, lane.name, Date.now(), giveUpMs)) lane.add(notification)
    },
    onUndecodable: (_, cause) => log.error(`an action cannot be read: ${messageOf(cause)}`),
  })
  await followTopic({
    broker,
    topic: topics.notifications,
    signal,
    onRecord: ({ value }) => {
      if (value === null) return
      book.remember(value)
      for (const lane of lanes) if (book.isDue(value, lane.name, Date.now(), giveUpMs)) lane.add(value)
    },
    onUndecodable: (_, cause) => log.error(`a notification cannot be read and is not delivered: ${messageOf(cause)}`),
    onProblem: (name, cause) => log.warn(`${name} cannot be read now: ${messageOf(cause)}`),
  })
  await Promise.all([...running, retrying])
}

/** What the log says of deliveries up to now. */
async function readBook({ broker, topics, log, signal }: DeliverNotificationsOptions): Promise<DeliveryBook> {
  const book = new DeliveryBook()
  const read = new AbortController()
  await followTopic({
    broker,
    topic: topics.deliveries,
    signal: AbortSignal.any([signal, read.signal]),
    onRecord: ({ value }) => {
      if (value) book.note(value)
    },
    onUndecodable: (_, cause) => log.error(`a delivery cannot be read: ${messageOf(cause)}`),
    onCaughtUp: () => read.abort(),
  })
  return book
}

/** One notifier's queue. */
class Lane {
  readonly name: string
  readonly #notifier: Notifier
  readonly #book: DeliveryBook
  readonly #options: DeliverNotificationsOptions
  readonly #waiting: Notification[] = []
  readonly #records: ReturnType<typeof recordsOf<Delivery>>
  #arrived = Promise.withResolvers<void>()
  #delivered = 0
  #dead = 0
  #failed = 0
  #tookMs = 0
  #problem = ''
  #lastAt = 0

  constructor(notifier: Notifier, book: DeliveryBook, options: DeliverNotificationsOptions) {
    this.name = notifier.name
    this.#notifier = notifier
    this.#book = book
    this.#options = options
    this.#records = recordsOf(options.broker, options.topics.deliveries)
    options.signal.addEventListener('abort', () => this.wake(), { once: true })
  }

  /** Once, however often it is asked for. */
  add(notification: Notification): void {
    if (this.#waiting.some(({ id }) => id === notification.id)) return
    this.#waiting.push(notification)
    this.wake()
  }

  wake(): void {
    this.#arrived.resolve()
  }

  async run(): Promise<void> {
    const { signal } = this.#options
    while (!signal.aborted) {
      const next = this.#waiting[0]
      if (next === undefined) {
        this.#arrived = Promise.withResolvers()
        await this.#arrived.promise
        continue
      }
      if (await this.#deliver(next)) this.#waiting.shift()
      this.#tell()
    }
  }

  /** True when nothing more is to be done about it. */
  async #deliver(notification: Notification): Promise<boolean> {
    const { signal, log, retryMs = DEFAULT_RETRY, giveUpMs = 6 * HOUR } = this.#options
    const before = this.#book.last(notification.id, this.name)
    await pause((before?.state === 'waiting' ? before.nextTryAt : 0) - Date.now(), signal)
    await pause(this.#lastAt + this.#notifier.paceMs - Date.now(), signal)
    if (signal.aborted) return false
    const attempt = (before?.attempt ?? 0) + 1
    const note = (given: Partial<Delivery>) =>
      this.#write({ ...blank, notificationId: notification.id, notifier: this.name, attempt, at: Date.now(), ...given })
    if (!(await note({ state: 'attempting' }))) return false
    const began = Date.now()
    this.#lastAt = began
    try {
      const { answer, reference } = await this.#notifier.deliver(notification, {
        mayRepeat: before?.state === 'attempting',
        opened: this.#book.opened(notification, this.name),
      })
      const tookMs = Date.now() - began
      this.#problem = ''
      this.#delivered++
      this.#tookMs += tookMs
      await note({ state: 'delivered', tookMs, answer: answer.slice(0, LONGEST_ANSWER), reference })
      return true
    } catch (cause) {
      const failure =
        cause instanceof NotifyError ? cause : new NotifyError('NOTIFY_REFUSED', messageOf(cause), { cause })
      const tookMs = Date.now() - began
      this.#failed++
      this.#tookMs += tookMs
      const told = { tookMs, code: failure.code, answer: failure.message.slice(0, LONGEST_ANSWER) }
      const isDead = !failure.retriable || Date.now() - notification.at > giveUpMs
      this.#problem = `${failure.code}: ${failure.message}`
      log.warn(
        `${this.name} did not take ${notification.id} (attempt ${attempt}, ${failure.code})${isDead ? '; given up' : ''}`,
      )
      if (isDead) this.#dead++
      const backoff = Math.min(retryMs.first * 2 ** Math.min(attempt - 1, 20), retryMs.longest)
      await note(
        isDead
          ? { ...told, state: 'dead' }
          : { ...told, state: 'waiting', nextTryAt: Date.now() + (failure.retryAfterMs ?? backoff) },
      )
      return isDead
    }
  }

  /** Into the log, however long that takes: an end that is not written is an end that did not happen. */
  async #write(delivery: Delivery): Promise<boolean> {
    const { producer, signal, log } = this.#options
    for (let last = false; ; ) {
      try {
        await producer.send([this.#records(delivery.notificationId, delivery, delivery.at)])
        this.#book.note(delivery)
        return true
      } catch (cause) {
        log.warn(`a delivery cannot be written: ${messageOf(cause)}`)
        // Once more on the way out, so that a stop does not make a second copy.
        if (last) return false
        await pause(LOG_PAUSE_MS, signal)
        last = signal.aborted
      }
    }
  }

  #tell(): void {
    const { name } = this
    this.#options.onStatus?.({
      name,
      delivered: this.#delivered,
      dead: this.#dead,
      waiting: this.#waiting.length,
      failed: this.#failed,
      tookMs: this.#tookMs,
      problem: this.#problem,
    })
  }
}

const blank: Omit<Delivery, 'notificationId' | 'notifier' | 'attempt' | 'at' | 'state'> & { state: 'attempting' } = {
  state: 'attempting',
  tookMs: 0,
  code: '',
  answer: '',
  reference: '',
  nextTryAt: 0,
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  ms <= 0 || signal.aborted ? Promise.resolve() : sleep(ms, undefined, { signal }).catch(() => {})
