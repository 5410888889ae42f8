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

test('what cannot be is refused at the start', () => {
  for (const env of [
    { JAVAS_ENDPOINT_YOUTUBE: 'youtube.com' },
    { JAVAS_ENDPOINT_YOUTUBE: 'http://me@host' },
    { JAVAS_ENDPOINT_YOUTUBE: 'file:///etc/passwd' },
    { JAVAS_USER_AGENT: 'a\r\nCookie: b' },
  ])
    assert.throws(() => sourceSettings(env), { code: 'CONFIG_INVALID' })
})
