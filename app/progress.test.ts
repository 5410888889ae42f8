import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showProgress } from './progress.ts'

function setUp(isTTY: boolean, total: number | null) {
  let time = 0
  const written: string[] = []
  const progress = showProgress('archive', total, {
    output: { isTTY, write: (text) => written.push(text) },
    now: () => time,
  })
  return { progress, written, advance: (ms: number) => (time += ms) }
}

test('a pipe gets whole lines, at most one in five seconds, and the last one', () => {
  const { progress, written, advance } = setUp(false, 1_000)
  for (let i = 1; i <= 100; i++) {
    advance(100)
    progress.update(i * 10)
  }
  progress.finish()
  assert.equal(written.length, 3)
  assert.ok(written.every((line) => line.endsWith('\n') && !line.includes('\r')))
  assert.match(written.at(-1)!, /^archive 100 % 1,000\/1,000 100\/s\n$/)
})

test('a terminal gets one line that is written over, with the time left', () => {
  const { progress, written, advance } = setUp(true, 1_000)
  advance(1_000)
  progress.update(250)
  assert.equal(written[0], `\r\x1b[2Karchive ${'█'.repeat(7)}${'░'.repeat(21)} 25 % 250/1,000 250/s 3 s left`)
})

test('work of unknown size shows its count and rate', () => {
  const { progress, written, advance } = setUp(false, null)
  advance(2_000)
  progress.update(500)
  assert.equal(written[0], 'archive 500 250/s\n')
})
