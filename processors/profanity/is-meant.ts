/** Whether a rule means a place it matched, or the place is an innocent one. */
import { Gap, Kind, type NormalizedText } from '../korean/normalize.ts'
import type { Rule } from './rule.ts'
import { followsSyllable, isTouchingSyllable, pastRepeats, touches } from './text-symbols.ts'
import { Via } from './via.ts'

export interface Place {
  readonly text: string
  readonly letters: NormalizedText
  /** Letters from `start` to before `endUnit`. */
  readonly start: number
  readonly endUnit: number
  /** What the walk passed. */
  readonly via: number
  /** Typed with the keyboard set to English. */
  readonly isTyped: boolean
}

/** Units of the text that a rule sees before and after a place. */
const CONTEXT_UNITS = 12
/** Syllables that make the next one worse and stand glued to it; not part of another word there. */
const INTENSIFIERS =
  /(?:^|[^가-힣])(?:개|쌉|씹|존나|졸라|진짜|아|와|이|야|저|그|걍|뭔|니|네|내|아니|어휴|에이|아오|왜|쓰레기|병신|미친|시발|씨발)$/
/** What may touch the end of a word that was spread over spaces. */
const SPREAD_TAIL = /^(?:놈|년|새|같|아|거|롬|들|련|럼|년|이|은|임|인|진|ㅋ|ㅎ|ㅠ|ㅜ|ㅡ)/

/** @param isIn whether the whole message fits; asked at most once a pattern and message by the caller's memory */
export function isMeant(rule: Rule, place: Place, isIn: (pattern: RegExp) => boolean): boolean {
  if (place.isTyped) return isTypedOnPurpose(rule, place)
  if (rule.onlyTyped) return false
  const { text, letters, start, endUnit, via } = place
  // Every gesture stands alone; a repeated one is several.
  if (via & Via.STRETCH && rule.technique.endsWith('gesture')) return false
  const from = letters.starts[start]!
  const to = letters.ends[endUnit - 1]!
  const isLatin = letters.kinds[start] === Kind.LATIN || letters.kinds[endUnit - 1] === Kind.LATIN
  const shown = (slice: string): string => (isLatin ? slice.toLowerCase() : slice)
  const before = shown(text.slice(Math.max(0, from - CONTEXT_UNITS), from))
  const after = shown(text.slice(to, to + CONTEXT_UNITS))
  const follows = followsSyllable(letters, start)

  if (
    via & (Via.SPACE | Via.SYMBOL | Via.DIGIT | Via.MARK_EMOJI) &&
    !isSpelledOver(rule, place, before, after, isLatin)
  )
    return false
  if (follows && (rule.strictWord || (rule.word && !INTENSIFIERS.test(before)))) return false
  if (follows && rule.notGlued?.test(after)) return false
  if (rule.tail !== undefined) {
    const past = pastRepeats(letters, endUnit)
    const at = letters.starts[past]!
    if (isTouchingSyllable(letters, past) && !rule.tail.test(text.slice(at, at + CONTEXT_UNITS))) return false
  }
  if (rule.notName && isName(text, from, to)) return false
  if (rule.notBefore?.test(before) || rule.notAfter?.test(after)) return false
  if (rule.onlyBefore !== undefined && !rule.onlyBefore.test(before)) return false
  if (rule.onlyAfter !== undefined && !rule.onlyAfter.test(after)) return false
  return rule.notIn === undefined || !isIn(rule.notIn)
}

/** "Moby Dick", "Dick Grayson"; not "DICK", and not the first word of a sentence. */
function isName(text: string, from: number, to: number): boolean {
  if (!/^[A-Z][a-z]+$/.test(text.slice(from, to))) return false
  const before = text.slice(Math.max(0, from - CONTEXT_UNITS), from)
  return /(?:^|[^A-Za-z])[A-Z][a-z]+\s$/.test(before) || /^\s[A-Z][a-z]+/.test(text.slice(to, to + CONTEXT_UNITS))
}

/** Letters with something left out between them: the same word, or two words that met by chance? */
function isSpelledOver(rule: Rule, place: Place, before: string, after: string, isLatin: boolean): boolean {
  const { letters, start, via } = place
  if (rule.noGap) return false
  // "ㅂ.ㅂ 신라면": a single consonant and a word are two things.
  if (via & Via.SPACE && (rule.noSpace ?? rule.technique === 'choseong-syllable')) return false
  if (start > 0 && touches(letters, start) && letters.kinds[start - 1] === Kind.DIGIT) return false
  if (followsSyllable(letters, start) && !INTENSIFIERS.test(before)) return false
  if (via & Via.SPACE && !isSpreadOverSingles(place, isLatin, after)) return false
  return !(via & Via.DIGIT && !isLatin && /\d$/.test(before))
}

/** Pieces between spaces are single letters, or the spread was no spelling-around ("접시 발로"). */
function isSpreadOverSingles({ letters, start, endUnit }: Place, isLatin: boolean, after: string): boolean {
  let pieceLength = 0
  let pieces = 0
  for (let unit = start; unit < endUnit; unit++) {
    if (unit > start && letters.gaps[unit]! & Gap.SPACE) {
      if (pieceLength > 1 && isLatin) return false
      // A Korean first piece is single ("개 새끼"), or a word that with the next makes a longer one ("미친 놈").
      if (pieceLength > 1 && pieces === 0) return endUnit - start >= 3
      pieces++
      pieceLength = 0
    }
    pieceLength++
  }
  if (isLatin) return pieceLength === 1 && !/^[a-z0-9]/.test(after)
  if (!isTouchingSyllable(letters, endUnit) || SPREAD_TAIL.test(after)) return true
  return endUnit - start === 2 && /^[가들](?=\s|$)/.test(after)
}

/** From English keys only what no English word types by accident: two syllables or more, clear forms. */
function isTypedOnPurpose(rule: Rule, { text, letters, start, endUnit }: Place): boolean {
  if (rule.onlyTyped) return true
  if (rule.keyboard !== undefined) return rule.keyboard
  if (endUnit - start < 2 || (rule.technique !== 'plain' && rule.technique !== 'phonetic')) return false
  if (!rule.strictWord) return true
  // What is a word of its own must be all that was typed, and long enough not to be an English one.
  const from = letters.starts[start]!
  const to = letters.ends[endUnit - 1]!
  return start === 0 && endUnit === letters.codes.length && (to - from >= 5 || /[A-Z]/.test(text.slice(from, to)))
}
