import { type SystemLimits, systemLimits } from '#processors/alerts/system-health.ts'
import { parseQuietHours, type QuietHours } from '#processors/notices/quiet-hours.ts'
import type { EmailOptions } from '#sinks/email.ts'
import { type Language, languages } from '#sinks/notify/notify-texts.ts'
import type { SmtpServer } from '#sinks/notify/smtp-server.ts'
import type { SlackTarget } from '#sinks/slack.ts'
import { fileOf, secretOf } from '../cluster/cluster-config.ts'
import { type Environment, integer, oneOf } from '../environment.ts'
import { codeOf, JavasError, messageOf } from '../errors.ts'

/** Whom alarms are told, and how. Plain data: worker threads get a copy. */
export interface NotifyConfig {
  readonly slack: { readonly target: SlackTarget; readonly language: Language } | null
  readonly email: (Pick<EmailOptions, 'from' | 'to'> & { readonly language: Language }) | null
  readonly webhook: { readonly url: string; readonly secret: string; readonly language: Language } | null
  /** For alarms and for the contact form. */
  readonly smtp: SmtpServer | null
  /** Of mail that we send. */
  readonly from: string
  /** Where the contact form goes; '' where there is none. */
  readonly contactTo: string
  /** Without a slash at the end; '' where the dashboard has no address that others can open. */
  readonly publicUrl: string
  readonly timeZone: string
  readonly quietHours: QuietHours | null
  readonly repeatMs: number
  /** From where on a reader of the log is too far behind. */
  readonly limits: SystemLimits
}

const MINUTE = 60_000
const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}$/
const MOST_RECIPIENTS = 50
const SECURITY = ['starttls', 'opportunistic', 'none'] as const

/** Stands for a server whose address is wrong: what needs one is not wrong for that. */
const WRONG_SMTP: SmtpServer = { host: '', port: 0, user: '', password: '', security: 'tls', ca: null }

const wrong = (message: string) => new JavasError('CONFIG_INVALID', message)

/**
 * @throws JavasError CONFIG_INVALID naming each variable that is wrong and what it may be, a line each; never what stands in a
 * secret
 */
export function readNotifyConfig(env: Environment): NotifyConfig {
  const problems: string[] = []
  /** What is wrong is noted, and the rest is read on, so that a person hears of everything at once. */
  const read = <T>(part: () => T, fallback: T): T => {
    try {
      return part()
    } catch (cause) {
      if (codeOf(cause) !== 'CONFIG_INVALID') throw cause
      problems.push(messageOf(cause))
      return fallback
    }
  }
  const refuse = (message: string) => problems.push(message)
  const language = read(() => oneOf(env, 'JAVAS_ALERT_LANGUAGE', languages, 'ko'), 'ko')
  const [slackLanguage, emailLanguage, webhookLanguage] = (['SLACK', 'EMAIL', 'WEBHOOK'] as const).map((notifier) =>
    read(() => oneOf(env, `JAVAS_${notifier}_LANGUAGE`, languages, language), language),
  ) as [Language, Language, Language]
  const smtp = read(() => smtpOf(env), WRONG_SMTP)
  const from = env.JAVAS_MAIL_FROM || ''
  const contactTo = env.JAVAS_CONTACT_TO || ''
  const to = read(() => addressesOf(env, 'JAVAS_ALERT_EMAIL_TO'), [])
  if (from && !isAddress(from)) refuse(`JAVAS_MAIL_FROM=${from} must be one address such as javas@example.com.`)
  if (contactTo && !ADDRESS.test(contactTo))
    refuse(`JAVAS_CONTACT_TO=${contactTo} must be one address such as owner@example.com.`)
  for (const name of ['JAVAS_ALERT_EMAIL_TO', 'JAVAS_CONTACT_TO'])
    if (env[name] && !smtp)
      refuse(`${name} is set, but JAVAS_SMTP_URL is not: set it to smtp://user:password@host:587.`)
  if (smtp && !from) refuse('JAVAS_SMTP_URL needs JAVAS_MAIL_FROM, the address that our mail comes from.')
  const timeZone = read(() => timeZoneOf(env), 'Asia/Seoul')
  const slack = read(() => slackOf(env), null)
  const webhook = read(() => webhookOf(env), null)
  const publicUrl = read(() => (env.JAVAS_PUBLIC_URL ? addressOf('JAVAS_PUBLIC_URL', env.JAVAS_PUBLIC_URL) : ''), '')
  const quietHours = read(() => quietHoursOf(env, timeZone), null)
  const whole = (name: string, fallback: number, least: number, most: number) =>
    read(() => integer(env, name, fallback, least, most), fallback)
  const repeatMinutes = whole('JAVAS_ALERT_REPEAT_MINUTES', 15, 1, 24 * 60)
  const limits = {
    lagSeconds: whole('JAVAS_ALERT_LAG_SECONDS', systemLimits.lagSeconds, 5, 24 * 3600),
    lagRecords: whole('JAVAS_ALERT_LAG_RECORDS', systemLimits.lagRecords, 1, 1_000_000_000),
  }
  if (problems.length > 0) throw wrong(problems.join('\n'))
  return {
    slack: slack && { target: slack, language: slackLanguage },
    email: to.length > 0 ? { from, to, language: emailLanguage } : null,
    webhook: webhook && { ...webhook, language: webhookLanguage },
    smtp,
    from,
    contactTo,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    timeZone,
    quietHours,
    repeatMs: repeatMinutes * MINUTE,
    limits,
  }
}

function slackOf(env: Environment): SlackTarget | null {
  const webhook = secretOf(env, 'JAVAS_SLACK_WEBHOOK')
  const token = secretOf(env, 'JAVAS_SLACK_TOKEN')
  const channel = env.JAVAS_SLACK_CHANNEL || ''
  if (webhook && token) throw wrong('JAVAS_SLACK_WEBHOOK and JAVAS_SLACK_TOKEN are both set: keep one.')
  if (Boolean(token) !== Boolean(channel))
    throw wrong('JAVAS_SLACK_TOKEN and JAVAS_SLACK_CHANNEL belong together: set both, or neither.')
  if (token) {
    const apiUrl = env.JAVAS_SLACK_API_URL
    return { token, channel, ...(apiUrl && { apiUrl: addressOf('JAVAS_SLACK_API_URL', apiUrl) }) }
  }
  return webhook ? { webhook: addressOf('JAVAS_SLACK_WEBHOOK', webhook) } : null
}

function webhookOf(env: Environment): { url: string; secret: string } | null {
  const url = secretOf(env, 'JAVAS_WEBHOOK_URL')
  const secret = secretOf(env, 'JAVAS_WEBHOOK_SECRET')
  if (!url && !secret) return null
  if (!url || !secret) throw wrong('JAVAS_WEBHOOK_URL and JAVAS_WEBHOOK_SECRET belong together: set both, or neither.')
  if (secret.length < 16)
    throw wrong('JAVAS_WEBHOOK_SECRET must have at least 16 letters: "openssl rand -hex 32" makes one.')
  return { url: addressOf('JAVAS_WEBHOOK_URL', url), secret }
}

function smtpOf(env: Environment): SmtpServer | null {
  const text = secretOf(env, 'JAVAS_SMTP_URL')
  if (!text) return null
  // Never repeated in an error: it holds the password.
  const form =
    'JAVAS_SMTP_URL must look like smtp://user:password@host:587, or smtps://... for TLS from the first byte.'
  if (!URL.canParse(text)) throw wrong(form)
  const { protocol, hostname, port, username, password } = new URL(text)
  if ((protocol !== 'smtp:' && protocol !== 'smtps:') || !hostname) throw wrong(form)
  const isTls = protocol === 'smtps:'
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  const security = oneOf(env, 'JAVAS_SMTP_SECURITY', SECURITY, isLoopback ? 'opportunistic' : 'starttls')
  if (username && security === 'none' && !isTls && !isLoopback)
    throw wrong('JAVAS_SMTP_SECURITY=none would send the password in the clear: use starttls, or smtps://.')
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (isTls ? 465 : 587),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    security: isTls ? 'tls' : security,
    ca: fileOf(env, 'JAVAS_SMTP_CA'),
  }
}

function quietHoursOf(env: Environment, timeZone: string): QuietHours | null {
  const text = env.JAVAS_QUIET_HOURS
  if (!text) return null
  const hours = parseQuietHours(text, timeZone)
  if (!hours) throw wrong(`JAVAS_QUIET_HOURS=${text} must look like 23:00-08:00.`)
  return hours
}

function timeZoneOf(env: Environment): string {
  const timeZone = env.JAVAS_TIME_ZONE || 'Asia/Seoul'
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone
  } catch {
    throw wrong(`JAVAS_TIME_ZONE=${timeZone} must be a time zone's name such as Asia/Seoul.`)
  }
}

function addressesOf(env: Environment, name: string): string[] {
  const list = (env[name] || '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  const bad = list.find((one) => !ADDRESS.test(one))
  if (bad !== undefined)
    throw wrong(`${name} must be a list of addresses such as a@example.com,b@example.com; ${bad} is none.`)
  if (list.length > MOST_RECIPIENTS)
    throw wrong(`${name} may hold ${MOST_RECIPIENTS} addresses; use a list of your mail server's for more.`)
  return list
}

/** `javas@example.com`, or `JAVAS <javas@example.com>`. */
const isAddress = (text: string) => ADDRESS.test(/^[^<>"\r\n]{0,100}<([^<>]+)>$/.exec(text)?.[1] ?? text)

/** The address itself is not repeated: those of Slack are secrets. */
function addressOf(name: string, text: string): string {
  const problem = wrong(`${name} must be an address such as https://host/path.`)
  if (!URL.canParse(text)) throw problem
  const { protocol, username } = new URL(text)
  if (!/^https?:$/.test(protocol) || username) throw problem
  return text
}
