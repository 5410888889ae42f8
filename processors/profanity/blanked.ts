/** Self-censored forms of the listed spellings: one letter inside, behind a blanking mark ("씹*끼", "motherf*cker"). */
import { isSyllable } from '../korean/jamo.ts'
import { type Rule, spellings } from './rule.ts'

/** With fewer letters what is left says too little: 시X and 병X have rules of their own. */
const LEAST_SYLLABLES = 3
const LEAST_LATIN = 5

const isLatin = (letter: string): boolean => letter >= 'a' && letter <= 'z'

/** A rule of the blanked spellings for each that swears in plain letters; their contexts and ids stay. */
export function withBlanks(rules: readonly Rule[]): Rule[] {
  return rules.flatMap((rule) => {
    if (rule.technique !== 'plain' || rule.severity < 2 || rule.onlyTyped) return [rule]
    const blanked = spellings(rule.patterns).flatMap(blankedForms)
    if (blanked.length === 0) return [rule]
    const patterns = [...new Set(blanked)].join(' ')
    return [rule, { ...rule, patterns, technique: 'self-censored', noGap: true, keyboard: false }]
  })
}

function blankedForms(spelling: string): string[] {
  const letters = [...spelling]
  const isLongEnough =
    (letters.length >= LEAST_LATIN && letters.every(isLatin)) ||
    (letters.length >= LEAST_SYLLABLES && letters.every((letter) => isSyllable(letter.charCodeAt(0))))
  if (!isLongEnough) return []
  return letters.slice(1, -1).map((_, i) => [...letters.slice(0, i + 1), 'X', ...letters.slice(i + 2)].join(''))
}
