import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Gap, MAX_TEXT_UNITS, normalize, Origin } from './normalize.ts'

const plain = (text: string): string => String.fromCodePoint(...normalize(text).codes)
/** What each letter covers in the original. */
const covered = (text: string): string[] => {
  const { starts, ends } = normalize(text)
  return starts.map((start, i) => text.slice(start, ends[i]))
}

test('leaves out what is not seen, and remembers that something was there', () => {
  const { codes, gaps } = normalize('가\u200b나\u2060다')
  assert.equal(String.fromCodePoint(...codes), '가나다')
  assert.deepEqual(gaps, [0, Gap.INVISIBLE, Gap.INVISIBLE])
})

test('a struck-out letter covers its stroke', () => {
  assert.deepEqual(covered('가\u0336나\u0336'), ['가\u0336', '나\u0336'])
})

test('folds full-width, circled, squared and half-width letters to the plain one', () => {
  assert.equal(plain('ｔｌ'), 'tl')
  assert.equal(plain('ⓢⓘ'), 'si')
  assert.equal(plain('🆂🅸'), 'si')
  assert.equal(plain('㉮㉯'), '가나')
  assert.equal(plain('𝒂𝓫'), 'ab')
  assert.equal(plain('①②'), '12')
})

test('composes single letters into syllables, also over spaces and symbols between them', () => {
  assert.equal(plain('ㄱㅏㄴㅏㄷㅏ'), '가나다')
  assert.equal(plain('ㅎㅏㄴㄱㅡㄹ'), '한글')
  assert.equal(plain('ㅎ ㅏ ㄴ'), '한')
  assert.equal(plain('ㅎ.ㅏ.ㄴ'), '한')
  assert.equal(plain('ㄱㅗㅏ'), '과')
})

test('laughter and crying stay letters', () => {
  assert.equal(plain('ㅋㅋㅠㅠ'), 'ㅋㅋㅠㅠ')
  assert.equal(plain('ㅋㅋㅋㅜ'), 'ㅋㅋㅋㅜ')
})

test('reads look-alikes as letters only beside Hangul', () => {
  assert.equal(plain('ㄱ1나'), '기나')
  assert.equal(plain('DI친'), '미친')
  assert.equal(plain('D1 game'), 'd1game')
  assert.equal(plain('1 2 3'), '123')
})

test('keeps the order and the bounds of the original for any text', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '시발',
      'ㅅㅂ',
      '^^ㅣ',
      '\ud800',
      '\udfff',
      '\u0000',
      '\u202e',
      '\u0336',
      '🐦',
      '👨‍👩‍👧',
      'ＡＢ',
      'ㅠㅠ',
      '  ',
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      const { codes, kinds, starts, ends, gaps, origins } = normalize(text)
      assert.ok([kinds, starts, ends, gaps, origins].every((array) => array.length === codes.length))
      let place = 0
      for (let i = 0; i < codes.length; i++) {
        assert.ok(starts[i]! >= place && ends[i]! > starts[i]! && ends[i]! <= text.length)
        place = ends[i]!
      }
    }),
    { seed: 7, numRuns: 400 },
  )
})

test('reads a text up to its bound and no further', () => {
  assert.equal(normalize('가'.repeat(10_000)).codes.length, MAX_TEXT_UNITS)
})

test('says how a letter came to be', () => {
  assert.equal(normalize('ㄱㅏ').origins[0], Origin.COMPOSED)
  assert.equal(normalize('ａ').origins[0], Origin.FOLDED)
})
