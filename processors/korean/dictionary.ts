/** A channel's own words and how else people spell them: found at the start of a written word, particles behind it. */
import type { DictionaryWord } from '#schemas/types.ts'
import { isParticle } from './unknown-word.ts'

/** Longer forms are not in a dictionary; bounds what is looked up for one word. */
const LONGEST_FORM = 40
/** Particles that a noun of any word may end with, so that only behind a known one they are told. */
const SUBJECT = /^(?:이|가|이가|님|님이|님은)$/

export interface Dictionary {
  /** The dictionary's word that a written word is, or undefined. @param written Hangul or Latin letters, no spaces */
  find(written: string): string | undefined
}

/** @param isShown words for which it is false are never found: a dictionary is no way around the mask */
export function dictionaryOf(
  words: readonly DictionaryWord[],
  isShown: (word: string) => boolean = () => true,
): Dictionary {
  const forms = new Map<string, string>()
  let longest = 0
  for (const { word, variants } of words) {
    if (!isShown(word)) continue
    for (const form of [word, ...variants]) {
      const folded = form.replace(/\s+/g, '').toLowerCase().slice(0, LONGEST_FORM)
      if (folded === '') continue
      forms.set(folded, word)
      longest = Math.max(longest, folded.length)
    }
  }
  return {
    find(written) {
      const lower = written.toLowerCase()
      for (let length = Math.min(lower.length, longest); length > 0; length--) {
        const word = forms.get(lower.slice(0, length))
        if (word === undefined) continue
        const rest = lower.slice(length)
        if (rest === '' || isParticle(rest) || SUBJECT.test(rest)) return word
      }
      return undefined
    },
  }
}
