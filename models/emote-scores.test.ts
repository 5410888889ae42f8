import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { emoteScore } from './emote-scores.ts'

test('emoji and emotes of the table have a score, whatever their case, colour or colons', () => {
  for (const [text, sign] of [
    ['👍', 1],
    ['👍🏽', 1],
    ['❤️', 1],
    ['PogChamp', 1],
    [':sadge:', -1],
    ['/하트/', 1],
    ['😡😡', -1],
  ] as const)
    assert.equal(Math.sign(emoteScore(text).score), sign, text)
})

test('what the table does not know says nothing', () => {
  for (const text of ['', '🦷', ':_unknown:', '오늘 방송 재밌다'])
    assert.deepEqual(emoteScore(text), { score: 0, known: 0, rest: text }, text)
})

test('a wall of emotes costs what a few do', () => {
  assert.ok(emoteScore('😡'.repeat(100_000)).known <= 40)
})

test('a table that was named and is not there is an error that says so', () => {
  const child = spawnSync(
    process.execPath,
    ['-e', `import('${new URL('./emote-scores.ts', import.meta.url)}').then((m) => m.emoteScore('👍'))`],
    { env: { ...process.env, JAVAS_EMOTE_SCORES: '/nowhere.tsv' }, encoding: 'utf8' },
  )
  assert.notEqual(child.status, 0)
  assert.match(child.stderr, /JAVAS_EMOTE_SCORES/)
})
