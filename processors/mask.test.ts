import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ProfanitySpan } from '#schemas/types.ts'
import { maskSegments, maskText } from './mask.ts'
import { flagText } from './profanity/flag-text.ts'

const span = (start: number, end: number, severity = 2, rule = 'r'): ProfanitySpan => ({
  start,
  end,
  severity,
  rule,
  technique: 'plain',
  category: 'vulgar',
})

test('a masked place keeps its length and reason, never its text', () => {
  assert.deepEqual(maskSegments('아 시발 렉', flagText('아 시발 렉'), 2), [
    { text: '아 ' },
    { masked: { length: 2, severity: 2, category: 'vulgar', rule: 'ko.sibal.plain-2' } },
    { text: ' 렉' },
  ])
})

test('spans below the severity stay readable', () => {
  assert.equal(maskText('존나 좋다', flagText('존나 좋다'), 2), '존나 좋다')
  assert.equal(maskText('존나 좋다', flagText('존나 좋다'), 1), '●● 좋다')
})

test('places that touch and say the same are one', () => {
  assert.deepEqual(maskSegments('ㅗㅗ', [span(0, 1), span(1, 2)], 2), [
    { masked: { length: 2, severity: 2, category: 'vulgar', rule: 'r' } },
  ])
})

test('any spans at all, wrong ones too, cover their text and keep the rest', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 30 }),
      fc.array(fc.record({ start: fc.integer({ min: -5, max: 40 }), length: fc.integer({ min: -3, max: 20 }) }), {
        maxLength: 5,
      }),
      (text, places) => {
        const spans = places.map(({ start, length }) => span(start, start + length))
        const segments = maskSegments(text, spans, 2)
        const isCovered = (i: number): boolean => spans.some(({ start, end }) => i >= start && i < end)
        const readable = [...Array(text.length).keys()]
          .filter((i) => !isCovered(i))
          .map((i) => text[i])
          .join('')
        assert.equal(segments.map((segment) => segment.text ?? '').join(''), readable)
        assert.equal(
          segments.reduce((sum, { text: shown, masked }) => sum + (shown?.length ?? masked!.length), 0),
          text.length,
        )
      },
    ),
    { seed: 3, numRuns: 300 },
  )
})
