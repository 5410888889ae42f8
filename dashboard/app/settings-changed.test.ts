import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingsChanged } from './settings-changed.ts'

const settings = {
  channelId: 'demo:one',
  maskSeverity: 2,
  blockedWords: ['가', '나'],
  allowedWords: [],
  surgeShare: 0.35,
  surgeRatio: 1.8,
  surgeMessages: 30,
  offenceCount: 0,
  offenceSeverity: 2,
  offenceMinutes: 10,
  profanityShare: 0.15,
  quietSeconds: 60,
  watchWords: [],
  watchCount: 5,
  watchMinutes: 1,
  timeZone: '',
}

test('only what differs is told: numbers old and new, words that came and went', () => {
  assert.deepEqual(settingsChanged(settings, { ...settings, maskSeverity: 3, blockedWords: ['나', '다'] }), {
    maskSeverity: '2 → 3',
    blockedWords: '+다 -가',
  })
  assert.deepEqual(settingsChanged(settings, { ...settings, timeZone: 'Asia/Seoul' }), { timeZone: '— → Asia/Seoul' })
  assert.deepEqual(settingsChanged(settings, { ...settings }), {})
})
