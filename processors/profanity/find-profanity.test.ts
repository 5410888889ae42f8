import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { readRows } from '../eval-profanity.ts'
import { findProfanity } from './find-profanity.ts'
import { flagText, highestSeverity } from './flag-text.ts'
import { isFoundExactly } from './model/evaluate-profanity.ts'

const found = (text: string): string[] => findProfanity(text).map(({ start, end }) => text.slice(start, end))
const techniqueOf = (text: string): string | undefined => findProfanity(text)[0]?.technique
const cases = readRows(join(import.meta.dirname, 'cases.tsv'))

test('finds a word however it is spelled around, and says how', () => {
  const spelled: readonly (readonly [text: string, technique: string])[] = [
    ['시발', 'plain'], ['ㅅㅂ', 'choseong'], ['시ㅂ', 'choseong-syllable'], ['ㅅㅣㅂㅏㄹ', 'jamo-split'], ['시1발', 'digit-insert'],
    ['시.발', 'symbol-insert'], ['시 발', 'space-insert'], ['시바아알', 'stretch'], ['슈발', 'phonetic'], ['tlqkf', 'keyboard'],
    ['c발', 'latin-sound'], ['18놈아', 'digit-sound'], ['개🐦끼', 'emoji-syllable'], ['시💛발', 'emoji-insert'], ['병\u2060신', 'zero-width'],
    ['시\u0336발\u0336', 'combining-mark'], ['ⓢⓘⓑⓐⓛ', 'enclosed'], ['DI친놈', 'look-alike'], ['병X', 'self-censored'], ['sh1t', 'leet'],
  ] // biome-ignore format: pairs
  for (const [text, technique] of spelled) {
    assert.deepEqual(found(text), [text])
    assert.equal(techniqueOf(text), technique, text)
  }
})

test('every gesture is a span of its own', () => {
  assert.deepEqual(found('ㅗㅗ'), ['ㅗ', 'ㅗ'])
  assert.deepEqual(found('🖕🖕'), ['🖕', '🖕'])
})

test('joins pieces over spaces only when they are single syllables', () => {
  assert.deepEqual(found('시 발'), ['시 발'])
  assert.deepEqual(found('접시 발로 찬'), [])
  assert.deepEqual(found('아저씨 발'), [])
  assert.deepEqual(found('12시 발표'), [])
})

test('words that only contain swearing stay whole', () => {
  for (const text of [
    '출발역은 시발역',
    '도시발전',
    '창녕 우포늪',
    '조개새우탕',
    '쉬바나',
    'Scunthorpe',
    'class',
    "let's hit the road",
    'AI발전',
    '야스오',
    '가족같은',
  ])
    assert.deepEqual(found(text), [], text)
})

test('a quiz of initial consonants is no swearing', () => {
  assert.deepEqual(found('초성퀴즈 ㅅㅂ 정답 수박'), [])
  assert.deepEqual(found('ㅈㄴㄱㄷ'), [])
})

for (const split of ['dev', 'test']) {
  const rows = cases.filter((row) => row.split === split)

  test(`finds at least 95 % of our own evasions exactly (${split})`, () => {
    const evasions = rows.filter((row) => row.kind === 'evasion')
    const missed = evasions.filter(({ evasion = '', example = '' }) => !isFoundExactly(evasion, example))
    assert.ok(evasions.length >= 125)
    assert.ok(missed.length <= evasions.length * 0.05, missed.map((row) => row.example).join(' | '))
  })

  test(`masks at most 6 % of our own innocent traps (${split})`, () => {
    const clean = rows.filter((row) => row.kind === 'clean')
    const masked = clean.filter(({ example = '' }) => highestSeverity(flagText(example)) >= 2)
    assert.ok(clean.length >= 125)
    assert.ok(masked.length <= clean.length * 0.06, masked.map((row) => row.example).join(' | '))
  })
}

test('spans are sorted, inside the text and do not overlap, for any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '시발',
      'ㅅㅂ',
      '병신',
      'tlqkf',
      'fuck',
      '새끼',
      '개',
      '^^ㅣ발',
      ' ',
      '1',
      '.',
      '\u200b',
      '\ud83d',
      '🐦',
      'ㅗ',
      '존나',
      '아',
      'H',
      'x',
      '*',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
      const text = pieces.join('')
      let place = 0
      for (const { start, end } of findProfanity(text)) {
        assert.ok(start >= place && end > start && end <= text.length, JSON.stringify(text))
        place = end
      }
    }),
    { seed: 11, numRuns: 500 },
  )
})

test('hostile texts cost steps in proportion to their length, and end', () => {
  const hostile = [
    '시',
    '시이',
    '시1',
    '시.',
    'ㅅ',
    'ㅅㅂ',
    'ㅂㅏ',
    'ㅗ',
    '시\u200b',
    '\u200b',
    '\ud800',
    '\u0000',
    '\u202e시발',
    'f*',
    'fu',
    '*',
    '개🐦',
    'a',
    'tlqkf',
    '시 ',
    '시x',
    `${'씨'.repeat(9)}1`,
    '(시',
  ]
  for (const unit of hostile) {
    const text = unit.repeat(Math.ceil(10_000 / unit.length))
    const matches = findProfanity(text)
    assert.ok(
      matches.every(({ end }) => end <= 2_010),
      unit,
    )
  }
})

test('a message full of swearing is masked to its end with a bounded number of spans', () => {
  const matches = findProfanity('ㅗ'.repeat(1_500))
  assert.equal(matches.length, 100)
  assert.equal(matches.at(-1)?.end, 1_500)
})
