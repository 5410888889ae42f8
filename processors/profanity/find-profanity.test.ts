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

test('a skin tone goes under the mask with its gesture, and so does what closes the bracket', () => {
  assert.deepEqual(found('심판 🖕🏼 🖕\ufe0f'), ['🖕🏼', '🖕\ufe0f'])
  for (const text of ['시(발)', '시〔발〕', '시【발】', '시（발）']) assert.deepEqual(found(text), [text])
})

test('what is built onto a word goes with it; a particle does not', () => {
  for (const text of [
    '시발놈',
    '시\u200b발\u200b놈',
    '개시발',
    '씹ㅅㄲ',
    '존나게',
    'ㅈ나게',
    'tlqkfsha',
    '지랄발광',
    '병1신년',
  ])
    assert.deepEqual(found(text), [text])
  assert.deepEqual(found('시발놈들아'), ['시발놈'])
  assert.deepEqual(found('존나게임만 하네'), ['존나'])
  // 조개 ends in 개, and is no prefix.
  assert.deepEqual(found('조개씨발'), ['씨발'])
})

test('one letter of a long word may stand behind a blanking mark', () => {
  for (const text of ['씹*끼', '개X끼', '미친○끼', 'motherf*cker', 'assh*le']) assert.deepEqual(found(text), [text])
  assert.equal(techniqueOf('motherf*cker'), 'self-censored')
  assert.deepEqual(found('3*3 *별* x-ray 시*도'), [])
})

test('a word said backwards is found where it is a word of its own', () => {
  assert.deepEqual(found('거꾸로 발시'), ['발시'])
  assert.deepEqual(found('끼새야 랄지하네'), ['끼새', '랄지'])
  for (const text of ['발시려', '출발시간', '신병 훈련소', '개발시장', '할랄지역'])
    assert.deepEqual(found(text), [], text)
})

test('a name in capitals, a first stop and a year of the cycle are innocent', () => {
  for (const text of [
    'Moby Dick',
    'Dick Grayson',
    '시발 정류장',
    '병신년은 1596년',
    '병신년 다음은 정유년',
    '속새끼워팔기',
    '시빌워',
  ])
    assert.deepEqual(found(text), [], text)
  assert.deepEqual(found('DICK pic'), ['DICK'])
  assert.deepEqual(found('병신년아'), ['병신년'])
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
