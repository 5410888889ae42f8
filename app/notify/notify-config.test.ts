import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JavasError } from '../errors.ts'
import { readNotifyConfig } from './notify-config.ts'

const smtp = {
  JAVAS_SMTP_URL: 'smtp://javas:hunter2@mail.example.com:2587',
  JAVAS_MAIL_FROM: 'JAVAS <javas@example.com>',
}

test('without anything set nobody is told, and nothing is asked for', () => {
  const { slack, email, webhook, contactTo, publicUrl, timeZone } = readNotifyConfig({})
  assert.deepEqual([slack, email, webhook, contactTo, publicUrl, timeZone], [null, null, null, '', '', 'Asia/Seoul'])
})

test('every notifier has a language of its own, and mail is encrypted unless the server is this machine', () => {
  const config = readNotifyConfig({
    ...smtp,
    JAVAS_ALERT_EMAIL_TO: 'a@example.com, b@example.com',
    JAVAS_EMAIL_LANGUAGE: 'en',
    JAVAS_SLACK_WEBHOOK: 'https://hooks.slack.com/services/T/B/x',
    JAVAS_PUBLIC_URL: 'https://javas.example.com/',
    JAVAS_QUIET_HOURS: '23:00-08:00',
  })
  assert.deepEqual(config.email, {
    from: 'JAVAS <javas@example.com>',
    to: ['a@example.com', 'b@example.com'],
    language: 'en',
  })
  assert.equal(config.slack?.language, 'ko')
  const { host, port, user, password, security } = config.smtp!
  assert.deepEqual([host, port, user, password, security], ['mail.example.com', 2587, 'javas', 'hunter2', 'starttls'])
  assert.equal(config.publicUrl, 'https://javas.example.com')
  assert.equal(config.quietHours?.from, 23 * 60)
  assert.equal(readNotifyConfig({ ...smtp, JAVAS_SMTP_URL: 'smtps://h' }).smtp?.security, 'tls')
  assert.equal(readNotifyConfig({ ...smtp, JAVAS_SMTP_URL: 'smtp://localhost' }).smtp?.security, 'opportunistic')
})

test('what is wrong is told by its name, and no secret with it', () => {
  const cases: readonly [RegExp, { readonly [name: string]: string }][] = [
    [/JAVAS_SLACK_WEBHOOK must be an address/, { JAVAS_SLACK_WEBHOOK: 'hooks.slack.com/secret' }],
    [
      /both set/,
      { JAVAS_SLACK_WEBHOOK: 'https://h/secret', JAVAS_SLACK_TOKEN: 'xoxb-secret', JAVAS_SLACK_CHANNEL: 'C' },
    ],
    [/JAVAS_SLACK_TOKEN and JAVAS_SLACK_CHANNEL/, { JAVAS_SLACK_TOKEN: 'xoxb-secret' }],
    [/JAVAS_WEBHOOK_URL and JAVAS_WEBHOOK_SECRET/, { JAVAS_WEBHOOK_URL: 'https://h' }],
    [/at least 16/, { JAVAS_WEBHOOK_URL: 'https://h', JAVAS_WEBHOOK_SECRET: 'hunter2' }],
    [/JAVAS_SMTP_URL must look like/, { ...smtp, JAVAS_SMTP_URL: 'http://u:hunter2@h' }],
    [/JAVAS_MAIL_FROM/, { JAVAS_SMTP_URL: 'smtp://u:hunter2@h' }],
    [/in the clear/, { ...smtp, JAVAS_SMTP_SECURITY: 'none' }],
    [/JAVAS_ALERT_EMAIL_TO is set, but JAVAS_SMTP_URL/, { JAVAS_ALERT_EMAIL_TO: 'a@example.com' }],
    [/JAVAS_CONTACT_TO is set/, { JAVAS_CONTACT_TO: 'a@example.com' }],
    [/is none/, { ...smtp, JAVAS_ALERT_EMAIL_TO: 'a@example.com,b@example.com\nBcc: c' }],
    [/JAVAS_MAIL_FROM/, { ...smtp, JAVAS_MAIL_FROM: 'a@b.c\r\nBcc: d' }],
    [/JAVAS_QUIET_HOURS/, { JAVAS_QUIET_HOURS: 'at night' }],
    [/JAVAS_TIME_ZONE/, { JAVAS_TIME_ZONE: 'Mars/Base' }],
    [/JAVAS_PUBLIC_URL/, { JAVAS_PUBLIC_URL: 'javascript:alert(1)' }],
    [/JAVAS_EMAIL_LANGUAGE/, { JAVAS_EMAIL_LANGUAGE: 'fr' }],
    [/JAVAS_SLACK_WEBHOOK_FILE=\/nowhere cannot be read/, { JAVAS_SLACK_WEBHOOK_FILE: '/nowhere' }],
  ]
  for (const [expected, env] of cases)
    assert.throws(
      () => readNotifyConfig(env),
      (cause: unknown) =>
        cause instanceof JavasError &&
        cause.code === 'CONFIG_INVALID' &&
        expected.test(cause.message) &&
        !/hunter2|xoxb|com\/secret/.test(cause.message),
      String(expected),
    )
})

test('everything that is wrong is told at once, a line each, and nothing that is only wrong because something else is', () => {
  const wrong = {
    JAVAS_SMTP_URL: 'http://u:hunter2@h',
    JAVAS_ALERT_EMAIL_TO: 'a@example.com',
    JAVAS_TIME_ZONE: 'Mars/Base',
    JAVAS_SLACK_TOKEN: 'xoxb-secret',
    JAVAS_QUIET_HOURS: 'at night',
    JAVAS_MAIL_FROM: 'JAVAS <javas@example.com>',
    JAVAS_ALERT_LAG_SECONDS: '0',
  }
  const message = (() => {
    try {
      return readNotifyConfig(wrong) && ''
    } catch (cause) {
      return (cause as Error).message
    }
  })()
  const names = message.split('\n').map((line) => /JAVAS_[A-Z_]+/.exec(line)?.[0])
  assert.deepEqual(names.sort(), [
    'JAVAS_ALERT_LAG_SECONDS',
    'JAVAS_QUIET_HOURS',
    'JAVAS_SLACK_TOKEN',
    'JAVAS_SMTP_URL',
    'JAVAS_TIME_ZONE',
  ])
  assert.doesNotMatch(message, /hunter2|xoxb/)
})
