/**
 * Chat text as a row of plain letters, each with its place in the ORIGINAL text (UTF-16 units), so that what is found
 * here can be masked there. Invisible characters, marks, symbols and emoji between letters are left out but remembered
 * as gaps; costumes are folded; look-alikes beside Hangul become jamo; jamo become syllables.
 *
 * One pass and one compaction: linear in the text, whatever it holds (lone surrogates, NUL, right-to-left marks).
 */
import { fold } from './fold.ts'
import { compose, finalIndex, initialIndex, isConsonant, isSyllable, isVowel, medialIndex } from './jamo.ts'

/** No platform lets a viewer write more; what is longer is read up to here. */
export const MAX_TEXT_UNITS = 2_000

export const Kind = { SYLLABLE: 1, CONSONANT: 2, VOWEL: 3, LATIN: 4, DIGIT: 5, MARK: 6, EMOJI: 7, GESTURE: 8 } as const

/** What was left out before a letter. BREAK is text that no spelling-around would use. */
export const Gap = { INVISIBLE: 1, SPACE: 2, SYMBOL: 4, EMOJI: 8, BREAK: 16, BRACKET: 32 } as const

/** How a letter came to be. */
export const Origin = { FOLDED: 1, COMPOSED: 2, LOOK_ALIKE: 4, STRUCK: 8, JOINED: 16 } as const

/** Parallel arrays, one entry a letter. */
export interface NormalizedText {
  /** Folded code of the letter: a syllable, a single jamo, a-z, 0-9, or a mark. */
  readonly codes: number[]
  /** One of `Kind`. */
  readonly kinds: number[]
  /** Place in the original: first unit, and one past the last. */
  readonly starts: number[]
  readonly ends: number[]
  /** `Gap` flags of what stood between the letter before and this one; 0 when they touch. */
  readonly gaps: number[]
  /** `Origin` flags. */
  readonly origins: number[]
}

/** Emoji read aloud as a syllable of a swear word. */
const EMOJI_SYLLABLES: ReadonlyMap<number, number> = new Map(
  Object.entries({ '🐦': '새', '🐤': '새', '🐥': '새', '🐔': '새', '🕊': '새', '🐕': '개', '🐶': '개', '🦮': '개', '🐩': '개',
    '🦶': '발', '👣': '발', '🐾': '발', '👟': '신', '👞': '신', '👠': '신', '🥾': '신' }) // biome-ignore format: pairs
    .map(([emoji, syllable]) => [emoji.codePointAt(0)!, syllable.charCodeAt(0)]),
)
const MIDDLE_FINGER = 0x1f595
const PROTRUDING = 0x51f8 // 凸
const S = 'ㅅ'.charCodeAt(0)
const EU = 'ㅡ'.charCodeAt(0)
const KK = 'ㄲ'.charCodeAt(0)
const I = 'ㅣ'.charCodeAt(0)
const A = 'ㅏ'.charCodeAt(0)
const AE = 'ㅐ'.charCodeAt(0)
/** Two keys that look like a syllable: only whole syllables that begin a swear word, each with its own letters. */
const LOOK_ALIKE_SYLLABLES: {
  readonly [first: string]: readonly { readonly second: string; readonly syllable: number }[]
} = {
  D: [{ second: 'Il1!|ㅣ', syllable: '미'.charCodeAt(0) }],
  A: [
    { second: 'Hㅐ', syllable: '새'.charCodeAt(0) },
    // "Al발"; with a capital I it is the word AI.
    { second: 'l|ㅣ', syllable: '시'.charCodeAt(0) },
  ],
  7: [{ second: 'Hㅐ', syllable: '개'.charCodeAt(0) }],
}
const CRY_VOWELS = 'ㅠㅜㅡㅗ'
/** Gaps that letters of one split syllable may have between them ("ㅅ ㅣ ㅂ", "ㅅ.ㅣ.ㅂ"). */
const JOINABLE = Gap.INVISIBLE | Gap.SPACE | Gap.SYMBOL
const OPENING = '〈《「『【〔〖〘〚'
const MARKS = '*@$!|+#%&'

const isInvisible = (c: number): boolean =>
  (c >= 0x200b && c <= 0x200f) || (c >= 0x2060 && c <= 0x206f) || (c >= 0x202a && c <= 0x202e) || c === 0xfeff ||
  c === 0xad || c === 0x115f || c === 0x1160 || c === 0x3164 || c === 0xffa0 || c === 0x180e || c === 0x34f ||
  (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xe0000 && c <= 0xe0fff) // biome-ignore format: ranges

const isCombining = (c: number): boolean =>
  (c >= 0x300 && c <= 0x36f) || (c >= 0x20d0 && c <= 0x20ff) || (c >= 0x1ab0 && c <= 0x1aff) ||
  (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0xfe20 && c <= 0xfe2f) || (c >= 0x483 && c <= 0x489) // biome-ignore format: ranges

/** A skin tone, or the sign that asks for the coloured form: part of the emoji before it. */
const isDressing = (c: number): boolean => (c >= 0x1f3fb && c <= 0x1f3ff) || c === 0xfe0f

const isSpace = (c: number): boolean =>
  c === 0x20 || (c >= 9 && c <= 13) || c === 0xa0 || c === 0x3000 || (c >= 0x2000 && c <= 0x200a) || c === 0x202f ||
  c === 0x2028 || c === 0x2029 || c === 0x205f // biome-ignore format: ranges

const isEmoji = (c: number): boolean => c >= 0x1f000 || (c >= 0x2600 && c <= 0x27bf) || (c >= 0x2b00 && c <= 0x2bff)

/** Letters of other scripts: nobody splits a Korean word with them. */
const isForeignLetter = (c: number): boolean =>
  // U+119E, the old Korean dot, is used as a symbol.
  (c >= 0x370 && c !== 0x119e && c <= 0x1fff) ||
  (c >= 0x3040 && c <= 0x30ff) ||
  (c >= 0x3400 && c <= 0x9fff) ||
  (c >= 0x20000 && c <= 0x3ffff)

const isHangulAt = (text: string, i: number): boolean => {
  const code = text.charCodeAt(i)
  return isSyllable(code) || isConsonant(code) || isVowel(code)
}

/** A syllable, a vowel, or a consonant that begins one: then what stands before it was a vowel ("ㅅ1발", but not "ㅅ1ㅂ"). */
const opensSyllable = (text: string, i: number): boolean => {
  const code = text.charCodeAt(i)
  return isSyllable(code) || isVowel(code) || (isConsonant(code) && isVowel(text.charCodeAt(i + 1)))
}

/** @param text NFC; anything is accepted, and read up to `MAX_TEXT_UNITS` */
export function normalize(text: string): NormalizedText {
  const codes: number[] = []
  const kinds: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  const gaps: number[] = []
  const origins: number[] = []
  let gap = 0
  let hasJamo = false
  const length = Math.min(text.length, MAX_TEXT_UNITS)

  const push = (code: number, kind: number, start: number, end: number, origin: number): void => {
    codes.push(code)
    kinds.push(kind)
    starts.push(start)
    ends.push(end)
    gaps.push(gap)
    origins.push(origin)
    gap = 0
  }

  for (let i = 0; i < length; ) {
    let raw = text.charCodeAt(i)
    // The common case first: a plain syllable.
    if (raw >= 0xac00 && raw <= 0xd7a3) {
      push(raw, Kind.SYLLABLE, i, i + 1, 0)
      i++
      continue
    }
    if (raw === 0x20) {
      gap |= Gap.SPACE
      i++
      continue
    }
    let width = 1
    if (raw >= 0xd800 && raw <= 0xdbff && i + 1 < text.length) {
      const point = text.codePointAt(i)!
      if (point > 0xffff) {
        raw = point
        width = 2
      }
    }
    const end = i + width
    const last = codes.length - 1
    const touches = last >= 0 && gap === 0

    if (isDressing(raw) && touches && (kinds[last] === Kind.GESTURE || kinds[last] === Kind.EMOJI)) ends[last] = end
    else if (isInvisible(raw)) gap |= Gap.INVISIBLE
    else if (isCombining(raw)) {
      // A struck-out letter: the stroke belongs to it, and disappears with it.
      if (last >= 0 && (gap & ~Gap.INVISIBLE) === 0) {
        ends[last] = end
        origins[last]! |= Origin.STRUCK
      } else gap |= Gap.INVISIBLE
    } else if (isSpace(raw)) gap |= Gap.SPACE
    else {
      const code = fold(raw)
      const origin = code === raw || (raw >= 0x41 && raw <= 0x5a) ? 0 : Origin.FOLDED
      const pair =
        width === 1 && i + 2 < length
          ? LOOK_ALIKE_SYLLABLES[text[i]!]?.find(({ second }) => second.includes(text[i + 1]!))
          : undefined
      if (
        pair !== undefined &&
        (isHangulAt(text, i + 2) || text[i + 2] === 'A') &&
        !(touches && (kinds[last] === Kind.LATIN || kinds[last] === Kind.DIGIT))
      ) {
        push(pair.syllable, Kind.SYLLABLE, i, i + 2, Origin.LOOK_ALIKE)
        i += 2
        continue
      }
      const vowel = touches && kinds[last] === Kind.CONSONANT ? vowelLike(raw) : 0
      if (vowel > 0 && i + 1 < length && (code < 0x61 ? opensSyllable(text, i + 1) : isHangulAt(text, i + 1))) {
        hasJamo = true
        push(vowel, Kind.VOWEL, i, end, Origin.LOOK_ALIKE)
      } else if (raw === 0x5e) {
        const run = text[i + 1] === '^' ? 2 : 1
        const next = text.charCodeAt(i + run)
        if (isVowel(next) || (vowelLike(next) === I && isHangulAt(text, i + run + 1))) {
          hasJamo = true
          push(S, Kind.CONSONANT, i, i + run, Origin.LOOK_ALIKE)
          i += run
          continue
        }
        gap |= Gap.SYMBOL
      } else if (raw === 0x37 && text[i + 1] === '7' && touches && isVowel(text.charCodeAt(i + 2))) {
        // "새77ㅣ"
        hasJamo = true
        push(KK, Kind.CONSONANT, i, i + 2, Origin.LOOK_ALIKE)
        i += 2
        continue
      } else if (isSyllable(code)) push(code, Kind.SYLLABLE, i, end, origin)
      else if (isConsonant(code)) {
        hasJamo = true
        push(code, Kind.CONSONANT, i, end, code === raw ? 0 : raw > 0x1fff ? Origin.LOOK_ALIKE | Origin.FOLDED : origin)
      } else if (isVowel(code)) {
        hasJamo = true
        push(code, Kind.VOWEL, i, end, origin)
      } else if (code >= 0x61 && code <= 0x7a) push(code, Kind.LATIN, i, end, origin)
      else if (code >= 0x30 && code <= 0x39) push(code, Kind.DIGIT, i, end, origin)
      else if (code < 0x80) {
        if (MARKS.includes(String.fromCharCode(code))) push(code, Kind.MARK, i, end, 0)
        else
          gap |=
            code === 0x28 || code === 0x5b || code === 0x7b || code === 0x3c ? Gap.SYMBOL | Gap.BRACKET : Gap.SYMBOL
      } else if (raw === MIDDLE_FINGER || raw === PROTRUDING) push(MIDDLE_FINGER, Kind.GESTURE, i, end, 0)
      else {
        const syllable = EMOJI_SYLLABLES.get(raw)
        if (syllable !== undefined) push(syllable, Kind.EMOJI, i, end, 0)
        else if (isEmoji(raw)) gap |= Gap.EMOJI
        else if (isForeignLetter(raw)) gap |= Gap.BREAK
        else gap |= OPENING.includes(text[i]!) ? Gap.SYMBOL | Gap.BRACKET : Gap.SYMBOL
      }
    }
    i = end
  }

  const result = { codes, kinds, starts, ends, gaps, origins }
  return hasJamo ? composeJamo(result) : result
}

function vowelLike(code: number): number {
  // l 1 I i ! | look like ㅣ, H like ㅐ, r like ㅏ
  if (code === 0x6c || code === 0x31 || code === 0x49 || code === 0x69 || code === 0x21 || code === 0x7c) return I
  if (code === 0x48) return AE
  return code === 0x72 || code === 0x52 ? A : 0
}

const COMPOUND_VOWELS: { readonly [pair: string]: string } = {
  ㅗㅏ: 'ㅘ', ㅗㅐ: 'ㅙ', ㅗㅣ: 'ㅚ', ㅜㅓ: 'ㅝ', ㅜㅔ: 'ㅞ', ㅜㅣ: 'ㅟ', ㅡㅣ: 'ㅢ',
} // biome-ignore format: pairs

/** Runs of single jamo become syllables, also over spaces and symbols. A lone final stays: the matcher reads "녀ㄴ" itself. */
function composeJamo(from: NormalizedText): NormalizedText {
  const to: NormalizedText = { codes: [], kinds: [], starts: [], ends: [], gaps: [], origins: [] }
  const count = from.codes.length
  const joins = (i: number): boolean => i < count && (from.gaps[i]! & ~JOINABLE) === 0
  const isCry = (i: number): boolean => {
    const vowel = from.codes[i]!
    if (!CRY_VOWELS.includes(String.fromCharCode(vowel))) return false
    if (i + 1 < count && from.codes[i + 1] === vowel && from.gaps[i + 1] === 0) return true
    if (vowel === EU) return false
    const afterRun = i >= 2 && from.kinds[i - 2] === Kind.CONSONANT && from.gaps[i - 1] === 0
    return afterRun && !(i + 1 < count && from.kinds[i + 1] === Kind.CONSONANT)
  }

  for (let i = 0; i < count; ) {
    let code = from.codes[i]!
    let kind = from.kinds[i]!
    let next = i + 1
    let origin = from.origins[i]!
    const initial = kind === Kind.CONSONANT ? initialIndex(code) : -1
    if (initial >= 0 && next < count && from.kinds[next] === Kind.VOWEL && joins(next) && !isCry(next)) {
      let vowel = from.codes[next]!
      if (from.gaps[next] !== 0) origin |= Origin.JOINED
      origin |= from.origins[next]!
      next++
      if (next < count && from.kinds[next] === Kind.VOWEL && from.gaps[next] === 0) {
        const compound = COMPOUND_VOWELS[String.fromCharCode(vowel, from.codes[next]!)]
        if (compound) {
          vowel = compound.charCodeAt(0)
          next++
        }
      }
      let final = 0
      const endsHere = next < count && from.kinds[next] === Kind.CONSONANT && joins(next)
      if (
        endsHere &&
        !(next + 1 < count && from.kinds[next + 1] === Kind.VOWEL && joins(next + 1) && !isCry(next + 1))
      ) {
        final = Math.max(0, finalIndex(from.codes[next]!))
        if (final > 0) {
          if (from.gaps[next] !== 0) origin |= Origin.JOINED
          next++
        }
      }
      code = compose(initial, medialIndex(vowel), final)
      kind = Kind.SYLLABLE
      origin |= Origin.COMPOSED
    }
    to.codes.push(code)
    to.kinds.push(kind)
    to.starts.push(from.starts[i]!)
    to.ends.push(from.ends[next - 1]!)
    to.gaps.push(from.gaps[i]!)
    to.origins.push(origin)
    i = next
  }
  return to
}
