import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSystemKind, systemThreshold } from '#processors/alerts/system-health.ts'
import type { TopicDeclaration, Topics } from '#schemas/topics.ts'
import type { AlertAction } from '#schemas/types.ts'
import type { Broker } from '#topology'
import type { AlarmsSource, SystemRule } from '../../dashboard/alarms-description.ts'
import { messageOf } from '../errors.ts'
import { followTopic } from '../follow-topic.ts'
import type { Log } from '../log.ts'
import { AlarmBoard } from './alarm-board.ts'
import type { NotifyConfig } from './notify-config.ts'

export interface AlarmsSourceOptions {
  readonly broker: Broker
  readonly topics: Pick<
    Topics,
    'alerts' | 'systemAlerts' | 'healthSamples' | 'alertActions' | 'notifications' | 'deliveries'
  >
  readonly config: NotifyConfig
  readonly log: Log
  /** Into the log, by the role that writes it. */
  readonly write: (action: AlertAction) => Promise<unknown>
  /** Where the engine is: `dryRunInThread`, on the archive of this place. */
  readonly dryRun: AlarmsSource['dryRun']
}

const LONGEST_REASON = 300
/** A test is delivered within this, or nobody knows. */
const TEST_MS = 20_000
const LOOK_MS = 100

/** What the dashboard shows of alarms, and does about them. */
export function alarmsSource({ broker, topics, config, log, write, dryRun }: AlarmsSourceOptions): AlarmsSource & {
  close(): Promise<void>
} {
  const board = new AlarmBoard()
  const stop = new AbortController()
  const follow = <T>(topic: TopicDeclaration<T>, take: (value: T) => void) =>
    followTopic({
      broker,
      topic,
      signal: stop.signal,
      onRecord: ({ value }) => {
        if (value !== null) take(value)
      },
      onUndecodable: () => {},
      onProblem: (name, cause) => log.debug(`${name} cannot be read now: ${messageOf(cause)}`),
    }).catch((cause: unknown) => log.warn(`${topic.name} is not followed any more: ${messageOf(cause)}`))
  const following = [
    follow(topics.alerts, (alert) => board.alert(alert)),
    follow(topics.systemAlerts, (alert) => board.alert(alert)),
    follow(topics.healthSamples, (sample) => board.sample(sample)),
    follow(topics.alertActions, (action) => board.action(action)),
    follow(topics.notifications, (notification) => board.notification(notification)),
    follow(topics.deliveries, (delivery) => board.delivery(delivery)),
  ]
  const notifiers = (['slack', 'email', 'webhook'] as const).flatMap((name) =>
    config[name] ? [{ name, language: config[name].language }] : [],
  )
  const ruleOf = (kind: string, subject: string): SystemRule => ({
    kind,
    subject,
    threshold: isSystemKind(kind) ? systemThreshold(kind, config.limits) : 0,
    measuredAt: null,
  })
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  return {
    describe: () => ({
      notifiers: notifiers.map((one) => ({ ...one, last: board.lastOf(one.name) })),
      open: board.open,
      system: [
        ...board.samples.map(({ kind, subject, at }) => ({ ...ruleOf(kind, subject), measuredAt: at })),
        ...notifiers.map(({ name }) => ruleOf('notifier-failing', name)),
      ],
      acknowledged: board.acknowledged,
      told: board.told.slice(0, 100),
      silences: board.silences(Date.now()),
      quietHours: config.quietHours
        ? `${clock(config.quietHours.from)}–${clock(config.quietHours.to)} ${config.quietHours.timeZone}`
        : '',
      hasContact: config.contactTo !== '',
    }),
    silences: (channelId) => board.silences(Date.now(), channelId),
    async act(action) {
      const id = randomUUID()
      const whole: AlertAction = {
        notifier: '',
        ...action,
        id,
        at: Date.now(),
        reason: action.reason.slice(0, LONGEST_REASON),
      }
      await write(whole)
      // Shown at once: the record comes back by the topic some milliseconds later.
      board.action(whole)
      return id
    },
    async outcome(testId, notifier) {
      for (const end = Date.now() + TEST_MS; Date.now() < end && !stop.signal.aborted; ) {
        const delivery = board.deliveryOf(`test/${testId}`, notifier)
        if (delivery && delivery.state !== 'attempting') return delivery
        await sleep(LOOK_MS, undefined, { signal: stop.signal }).catch(() => {})
      }
      return null
    },
    dryRun,
    async contact(message) {
      const { sendContact } = await import('./send-contact.ts')
      await sendContact(config, message)
    },
    async close() {
      stop.abort()
      await Promise.all(following)
    },
  }
}
