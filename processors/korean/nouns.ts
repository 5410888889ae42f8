/** The nouns of one written word: what the analyser knows, and what rules of chat make of what it does not know. */
import type { Morpheme } from './morphology.ts'
import { chatNoun, countedNouns, nounsOfUnknown } from './unknown-word.ts'

export type Analyse = (word: string) => readonly Morpheme[]

const isNoun = ({ pos }: Morpheme): boolean => pos === 'NNG' || pos === 'NNP'

/** A word that came back whole and as a noun: the analyser knows it as one, or does not know it at all. */
export const isWholeNoun = (word: string, morphemes: readonly Morpheme[]): boolean =>
  morphemes.length === 1 && isNoun(morphemes[0]!) && morphemes[0]!.text === word && word.length >= 2

/** Nouns in their order, of any length. */
export function nounsOf(word: string, analyse: Analyse, morphemes = analyse(word)): readonly string[] {
  const known = chatNoun(word)
  if (known !== undefined) return [known]
  if (!isWholeNoun(word, morphemes)) return morphemes.filter(isNoun).flatMap(({ text }) => countedNouns(text))
  return nounsOfUnknown(word, (part) => {
    const parts = analyse(part)
    return parts.every(isNoun) ? parts.map(({ text }) => text) : []
  })
}
