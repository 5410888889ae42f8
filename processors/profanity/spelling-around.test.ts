/** Every way around times every word: what is found must come from rules, not from a list of spellings. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compose, decompose, finalOfSyllable, INITIALS, initialOfSyllable, medialOfSyllable } from '../korean/jamo.ts'
import { letterOfKey } from '../korean/keyboard.ts'
import { isFoundExactly } from './model/evaluate-profanity.ts'

const WORDS =
  '시발 씨발 병신 지랄 새끼 개새끼 존나 미친놈 좆같 꺼져 닥쳐 섹스 느금마 또라이 썅년 씹새끼 엠창 창녀 찐따 짱깨 틀딱충 뒤져라 좆까 쉬발 븅신'.split(
    ' ',
  )
const INSERTED = [...'.,~@♥★127^*_-/!#%&+=`\'"|·…?;:♡x', '💩', '😀', '🐶', '\u200b', '\u3164', '\u00ad']
const KEY_OF = new Map([...'qwertyuiopasdfghjklzxcvbnmQWERTOP'].map((key) => [letterOfKey(key)!, key]))

const codeOf = (syllable: string): number => syllable.charCodeAt(0)
const without = (syllable: string): string =>
  String.fromCharCode(compose(initialOfSyllable(codeOf(syllable)), medialOfSyllable(codeOf(syllable))))
/** 병 -> 벼엉 */
const drawnOut = (syllable: string): string =>
  without(syllable) +
  String.fromCharCode(
    compose(INITIALS.indexOf('ㅇ'), medialOfSyllable(codeOf(syllable)), finalOfSyllable(codeOf(syllable))),
  )
const each = (word: string, change: (syllable: string) => string): string[] =>
  [...word]
    .map((syllable, i) => word.slice(0, i) + change(syllable) + word.slice(i + 1))
    .filter((changed) => changed !== word)

const techniques: { readonly [name: string]: { readonly least: number; readonly of: (word: string) => string[] } } = {
  'something between the letters': { least: 1, of: (word) => INSERTED.map((mark) => [...word].join(mark)) },
  'spaces between the syllables': { least: 0.9, of: (word) => [[...word].join(' '), [...word].join('  ')] },
  'struck out': { least: 1, of: (word) => [[...word].map((syllable) => `${syllable}\u0336`).join('')] },
  'taken apart into letters': { least: 1, of: (word) => [decompose(word), ...each(word, decompose)] },
  'brackets around the end': {
    least: 1,
    of: (word) => [`${word[0]}(${word.slice(1)})`, `${word[0]}[${word.slice(1)}]`],
  },
  'a vowel drawn out': { least: 1, of: (word) => each(word, drawnOut) },
  'a final set apart': {
    least: 1,
    of: (word) =>
      each(word, (syllable) =>
        finalOfSyllable(codeOf(syllable)) > 0 ? without(syllable) + decompose(syllable).slice(2) : syllable,
      ),
  },
  'one syllable by its first letter': { least: 0.8, of: (word) => each(word, (syllable) => decompose(syllable)[0]!) },
  'the last syllable repeated': { least: 1, of: (word) => [word + word.at(-1)!.repeat(2)] },
  'the keyboard set to English': {
    least: 1,
    of: (word) => {
      const keys = [...decompose(word)].map((letter) => KEY_OF.get(letter))
      return keys.includes(undefined) ? [] : [keys.join('')]
    },
  },
}

for (const [name, { least, of }] of Object.entries(techniques)) {
  test(`finds a word with ${name}: ${least * 100} % exactly`, () => {
    const spelled = WORDS.flatMap(of)
    const missed = spelled.filter((evasion) => !isFoundExactly(evasion, `아 ${evasion} 진짜`))
    assert.ok(
      spelled.length >= 20 && missed.length <= spelled.length * (1 - least),
      `${missed.length} of ${spelled.length}: ${missed.join('  ')}`,
    )
  })
}

test('a drawn-out syllable carries its vowel on', () => {
  assert.equal(drawnOut('새'), '새애')
})
