import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Run } from '#schemas/types.ts'
import { analyzed } from '../testing/chat-script.ts'
import { hiddenTexts, segmentsOf, toWire } from './to-wire.ts'

const span = (start: number, end: number, severity = 2) => ({
  start,
  end,
  severity,
  technique: 'plain',
  rule: `r${start}`,
  category: 'vulgar',
})
const run = (text: string, isEmote = false): Run => ({ text, emote: isEmote ? { id: text, url: null } : null })

test('a mask tells how long and how bad, never what', () => {
  const wire = toWire(analyzed({ id: 'a', at: 1, broadcastId: 'b', text: '아 나쁜말 또', profanity: [span(2, 5)] }), 1)
  assert.equal(JSON.stringify(wire).includes('나쁜말'), false)
  assert.deepEqual(wire.segments, [
    { text: '아 ' },
    { mask: { length: 3, severity: 2, category: 'vulgar', rule: 'r2' } },
    { text: ' 또' },
  ])
})

test("spans below the channel's level stay readable", () => {
  assert.deepEqual(segmentsOf('젠장 왜', [run('젠장 왜')], [span(0, 2, 1)], 2), [{ text: '젠장 왜' }])
})

test('emotes stay emotes, and a mask wins over what it overlaps', () => {
  const runs = [run('좋다 '), run('박수', true), run(' 나쁜말')]
  assert.deepEqual(segmentsOf('좋다 박수 나쁜말', runs, [span(6, 9)], 1), [
    { text: '좋다 ' },
    { emote: '박수' },
    { text: ' ' },
    { mask: { length: 3, severity: 2, category: 'vulgar', rule: 'r6' } },
  ])
})

test('whatever the spans are, no masked character is shown and every other one is', () => {
  const spans = fc.array(
    fc.record({
      start: fc.integer({ min: -3, max: 40 }),
      length: fc.integer({ min: 0, max: 12 }),
      severity: fc.integer({ min: 1, max: 3 }),
    }),
  )
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), spans, fc.integer({ min: 1, max: 3 }), (text, drawn, level) => {
      const all = drawn.map(({ start, length, severity }) => span(start, start + length, severity))
      const segments = segmentsOf(text, [run(text)], all, level)
      const hidden = new Set<number>()
      for (const { start, end, severity } of all)
        if (severity >= level)
          for (let at = Math.max(0, start); at < Math.min(end, text.length); at += 1) hidden.add(at)
      const shown = [...Array(text.length).keys()].filter((at) => !hidden.has(at)).map((at) => text[at])
      assert.equal(segments.map((segment) => ('text' in segment ? segment.text : '')).join(''), shown.join(''))
      const message = { ...analyzed({ id: 'a', at: 1, broadcastId: 'b', text }), profanity: all }
      assert.equal(hiddenTexts(message, level).join('').length, hidden.size)
      assert.equal(hiddenTexts(message, level).length, segments.filter((segment) => 'mask' in segment).length)
    }),
  )
})
