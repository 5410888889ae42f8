/**
 * A channel's own words: plain words and `*`, nothing else, so that no viewer's text and no streamer's list can make
 * matching slow. A word with Latin letters stands on word boundaries; a Korean one may carry particles.
 */
import { fold } from '../korean/fold.ts'

/** More than these are not read: a list is typed by a person. */
export const MAX_WORDS = 500
export const MAX_WORD_LENGTH = 40
/** What one `*` may stand for: letters of one word, at most so many. */
const MAX_WILDCARD = 20

export interface WordMatch {
  readonly start: number
  readonly end: number
}

interface ChannelWord {
  /** The pieces between the `*`. */
  readonly pieces: readonly string[]
  readonly openStart: boolean
  readonly openEnd: boolean
  readonly isLatin: boolean
}

export type ChannelWords = readonly ChannelWord[]

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060-\u206f\ufeff]/g

/** Reads a list as a person typed it. Empty words, bare `*` and what is too long are left out. */
export function readChannelWords(words: readonly string[]): ChannelWords {
  const read: ChannelWord[] = []
  for (const raw of words.slice(0, MAX_WORDS)) {
    const word = foldText(raw.normalize('NFC').replace(INVISIBLE, '').trim())
    if (word.length > MAX_WORD_LENGTH) continue
    const pieces = word.split('*').filter((piece) => piece !== '')
    if (pieces.length === 0 || pieces.length > 4) continue
    read.push({
      pieces,
      openStart: word.startsWith('*'),
      openEnd: word.endsWith('*'),
      isLatin: !/[\uac00-\ud7a3\u3131-\u3163]/.test(word),
    })
  }
  return read
}

/** Lower case and plain letters, unit for unit, so that places stay the same. */
export function foldText(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const plain = code >= 0xd800 && code <= 0xdfff ? code : fold(code)
    out += plain <= 0xffff ? String.fromCharCode(plain) : text[i]!
  }
  return out
}

/**
 * Every place of every word.
 * @param folded the message after `foldText`
 */
export function findChannelWords(folded: string, words: ChannelWords): WordMatch[] {
  const matches: WordMatch[] = []
  for (const word of words) {
    let from = 0
    while (from < folded.length) {
      const match = findNext(folded, word, from)
      if (match === undefined) break
      if (match.end > match.start && isBounded(folded, word, match)) matches.push(match)
      from = Math.max(match.start + 1, match.end)
    }
  }
  return matches
}

function findNext(text: string, word: ChannelWord, from: number): WordMatch | undefined {
  const first = word.pieces[0]!
  for (let start = text.indexOf(first, from); start >= 0; start = text.indexOf(first, start + 1)) {
    let end = start + first.length
    let fits = true
    for (const piece of word.pieces.slice(1)) {
      const window = text.slice(end, end + MAX_WILDCARD + piece.length)
      const space = window.search(/\s/)
      const at = (space < 0 ? window : window.slice(0, space)).indexOf(piece)
      if (at < 0) {
        fits = false
        break
      }
      end += at + piece.length
    }
    if (!fits) continue
    return { start: word.openStart ? reach(text, start, -1) : start, end: word.openEnd ? reach(text, end, 1) : end }
  }
  return undefined
}

const isLetter = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}]/u.test(char)

/** To the end of the word in one direction, at most `MAX_WILDCARD` letters. */
function reach(text: string, place: number, step: 1 | -1): number {
  let at = place
  for (let i = 0; i < MAX_WILDCARD && isLetter(step > 0 ? text[at] : text[at - 1]); i++) at += step
  return at
}

function isBounded(text: string, word: ChannelWord, match: WordMatch): boolean {
  if (!word.isLatin) return true
  const isWordChar = (char: string | undefined): boolean => char !== undefined && /[a-z0-9]/.test(char)
  return !isWordChar(text[match.start - 1]) && !isWordChar(text[match.end])
}
