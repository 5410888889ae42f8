/** The surge rule over long random chats: how often it cries wolf, what it misses, how late it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultSettings } from '../channel-settings.ts'
import { newLife, step } from './alert-machine.ts'
import { judgeSurge } from './judge.ts'
import { MoodWindow } from './mood-window.ts'

const times = { pendingMs: 20_000, steadyMs: 30_000, recoverMs: 60_000, coolDownMs: 120_000 }

/** mulberry32: a seeded generator is enough to draw messages. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Seconds at which the alert fired. */
function firings(seconds: number, perSecond: number, shareAt: (second: number) => number, seed: number): number[] {
  const draw = random(seed)
  const mood = new MoodWindow()
  let life = newLife
  const fired: number[] = []
  for (let second = 0; second < seconds; second++) {
    const at = second * 1_000
    for (let i = 0; i < perSecond; i++)
      mood.add({ scored: true, unscored: false, negative: draw() < shareAt(second), profane: false }, at, at)
    const next = step(life, judgeSurge('negative-surge', mood, at, defaultSettings), at, times)
    life = next.life
    if (next.transition?.state === 'firing') fired.push(second)
  }
  return fired
}

test('cries wolf at most once in twenty hours of calm chat, whatever is usual in it', () => {
  // A mood that drifts between 8 % and 28 % over the hours.
  const drifting = (second: number) => 0.18 + 0.1 * Math.sin(second / 1_700)
  let alarms = 0
  for (let seed = 1; seed <= 4; seed++) alarms += firings(5 * 3_600, 2, drifting, seed).length
  assert.ok(alarms <= 1, `${alarms}`)
})

test('sees at least 95 % of surges to five times the usual share', () => {
  const delays: number[] = []
  const surges = 40
  for (let seed = 1; seed <= surges; seed++) {
    const start = 700
    const [first] = firings(start + 180, 3, (second) => (second >= start ? 0.75 : 0.15), 100 + seed)
    if (first !== undefined && first >= start) delays.push(first - start)
  }
  assert.ok(delays.length >= surges * 0.95, `${delays.length} of ${surges}`)
  // 60 s must fill until the share is over the threshold with certainty, then the rule waits 20 s.
  delays.sort((a, b) => a - b)
  assert.ok(delays[Math.floor(delays.length / 2)]! <= 55, delays.join(' '))
})
