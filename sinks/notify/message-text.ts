/**
 * What a notification says, from the facts it carries and nothing else: the same record says the same words, however
 * often and however late it is sent.
 */
import type { Alert, Notification } from '#schemas/types.ts'
import { neutralText } from './neutral-text.ts'
import { type Language, notifyTexts } from './notify-texts.ts'

export interface MessageStyle {
  readonly language: Language
  /** IANA name. */
  readonly timeZone: string
  /** Where the dashboard is reached, without a slash at the end; '' where it has no address that others can open. */
  readonly publicUrl: string
}

export interface AlertText {
  readonly title: string
  /** Plain sentences, neutral. */
  readonly lines: readonly string[]
  /** Masked messages, neutral. */
  readonly samples: readonly string[]
  /** Opens the minutes in question; '' where there is no address. */
  readonly link: string
  readonly runbook: string
}

export interface MessageText {
  readonly title: string
  readonly parts: readonly AlertText[]
  /** Opens the alarms' page; '' where there is no address. */
  readonly link: string
  /** Small print: the key, and whether this may be the second copy. */
  readonly footer: string
  readonly labels: {
    readonly samples: string
    readonly open: string
    readonly runbook: string
    readonly alarms: string
  }
}

const TITLED = 3
const WORDS = 5
const SAMPLES = 3
const MINUTE = 60_000
/** What is measured in seconds. */
const TIMES: readonly string[] = [
  'source-lost',
  'no-data',
  'clock-trouble',
  'consumer-lag',
  'sink-lag',
  'model-slow',
  'role-down',
  'log-unreachable',
]

export function messageText(notification: Notification, style: MessageStyle, mayRepeat: boolean): MessageText {
  const t = notifyTexts[style.language]
  const { alerts, transition } = notification
  const parts = alerts.map((alert) => alertText(alert, notification, style))
  const channels = [...new Set(alerts.map(channelOf))]
  const kinds = [...new Set(alerts.map(({ kind }) => t.kinds[kind] ?? neutralText(kind, 60)))]
  const named = (names: readonly string[]) =>
    names.length <= TITLED ? names.join(', ') : t.andMore(names.slice(0, TITLED).join(', '), names.length - TITLED)
  const title =
    transition === 'test'
      ? t.test
      : `[${t.transitions[transition]}] ${named(kinds)} — ${named(channels)}${notification.flapping ? ` (${t.flapping})` : ''}`
  return {
    title,
    parts,
    link: style.publicUrl && `${style.publicUrl}/alarms`,
    footer: [
      `JAVAS · ${notification.id}`,
      ...(transition === 'test' ? [t.testBy(neutralText(notification.by, 60))] : []),
      ...(notification.repeats > 0 ? [t.reminder(notification.repeats)] : []),
      ...(mayRepeat ? [t.mayRepeat] : []),
    ].join(' · '),
    labels: t.labels,
  }
}

const channelOf = ({ channelName, channelId }: Alert) => neutralText(channelName || channelId, 60)

function alertText(alert: Alert, { transition }: Notification, style: MessageStyle): AlertText {
  const t = notifyTexts[style.language]
  const clock = (at: number) =>
    new Intl.DateTimeFormat(style.language, {
      timeZone: style.timeZone,
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    }).format(at)
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`
  const isShare = alert.kind.endsWith('-surge') || alert.kind === 'model-unavailable'
  const amount = (value: number) =>
    isShare ? percent(value) : TIMES.includes(alert.kind) ? t.seconds(Math.round(value)) : String(Math.round(value))
  const isOver = transition === 'resolved'
  const words = alert.words.slice(0, WORDS).map((word) => neutralText(word, 30))
  const reason =
    alert.reason && alert.reason !== 'ended' && alert.reason !== 'again' ? neutralText(alert.reason, 200) : ''
  const lines = [
    t.since(clock(alert.since)),
    ...(isOver
      ? [t.lasted(Math.max(0, Math.round((alert.at - alert.since) / 1_000))), t.peak(amount(alert.peak))]
      : [t.measured(amount(alert.value), amount(alert.threshold))]),
    ...(!isOver && isShare && alert.baseline > 0 ? [t.usual(percent(alert.baseline))] : []),
    ...(!isOver && isShare ? [t.messages(alert.messages)] : []),
    ...(!isOver && alert.authors > 0 ? [t.who(alert.authors, percent(alert.loudest))] : []),
    ...(words.length > 0 && !isOver ? [t.words(words.join(', '))] : []),
    ...(reason ? [t.reason(reason)] : []),
  ]
  const from = Math.floor(alert.since / MINUTE) * MINUTE
  const to = Math.max(from + MINUTE, Math.ceil(alert.at / MINUTE) * MINUTE)
  const slug = encodeURIComponent(`${alert.channelId}~${alert.broadcastId}`)
  return {
    title: `${t.kinds[alert.kind] ?? neutralText(alert.kind, 60)} — ${channelOf(alert)}`,
    lines,
    samples: isOver ? [] : alert.samples.slice(0, SAMPLES).map((sample) => neutralText(sample)),
    link: style.publicUrl && alert.broadcastId ? `${style.publicUrl}/moments/${slug}?from=${from}&to=${to}` : '',
    runbook: style.publicUrl && `${style.publicUrl}/alarms/runbook#${encodeURIComponent(alert.kind)}`,
  }
}
