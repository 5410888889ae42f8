import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceSettings } from './source-settings.ts'

test('endpoints and keys are named by platform', () => {
  const settings = sourceSettings({
    JAVAS_ENDPOINT_NAVER_SHOPPING: 'http://127.0.0.1:9000',
    JAVAS_ENDPOINT_TWITCH: 'ws://127.0.0.1:9001/irc',
    JAVAS_KEY_YOUTUBE: 'secret',
    JAVAS_SOURCES_OFF: 'soop, CHZZK',
    JAVAS_USER_AGENT: 'Mine/1.0',
    OTHER: 'x',
  })
  assert.deepEqual(settings, {
    endpoints: { 'naver-shopping': 'http://127.0.0.1:9000', twitch: 'ws://127.0.0.1:9001/irc' },
    credentials: { youtube: 'secret' },
    disabled: ['soop', 'chzzk'],
    userAgent: 'Mine/1.0',
  })
})

test('Twitch may also be read over TCP and TLS', () => {
  for (const twitch of [
    'irc://127.0.0.1:6667',
    'ircs://irc.chat.twitch.tv:6697',
    'ircs://irc.chat.twitch.tv',
    'irc://[::1]',
  ])
    assert.deepEqual(sourceSettings({ JAVAS_ENDPOINT_TWITCH: twitch }).endpoints, { twitch })
})

test('what cannot be is refused at the start', () => {
  for (const env of [
    { JAVAS_ENDPOINT_YOUTUBE: 'youtube.com' },
    { JAVAS_ENDPOINT_YOUTUBE: 'http://me@host' },
    { JAVAS_ENDPOINT_YOUTUBE: 'file:///etc/passwd' },
    { JAVAS_ENDPOINT_CHZZK: 'ircs://127.0.0.1:6697' },
    { JAVAS_ENDPOINT_TWITCH: 'ircs://127.0.0.1:66970' },
    { JAVAS_ENDPOINT_TWITCH: 'ircs://' },
    { JAVAS_ENDPOINT_TWITCH: 'ircs://:6697' },
    { JAVAS_ENDPOINT_TWITCH: 'irc://host:6667/path' },
    { JAVAS_ENDPOINT_TWITCH: 'irc://me@host:6667' },
    { JAVAS_USER_AGENT: 'a\r\nCookie: b' },
  ])
    assert.throws(() => sourceSettings(env), { code: 'CONFIG_INVALID' })
})
