/** What a question asks for, so that the same question in other words is found: its words and its interrogative. */
import { COMMON, FILLER, MEANINGS, SUBJECTS, VERBAL } from './question-words.ts'
import { isSameWord } from './same-word.ts'

/** Kinds of asking; the first that fits counts. Those that ask for a thing of their own never ask the same as another such. */
const KINDS: readonly (readonly [kind: string, isOwn: boolean, pattern: RegExp])[] = [
  ['until', true, /까지(?=\s?(?:하|해|방송|예|에|$))|끝나|끝남|끝났/],
  ['when', true, /언제|몇\s?시(?!간)|며칠|\bwhen\b/],
  ['where', true, /어디(?!까지)|어느 곳|어따|어데|\bwhere\b/],
  ['who', true, /누구|누가|\bwho\b/],
  ['why', true, /왜|\bwhy\b/],
  ['how-much', true, /얼마(?!나)|몇(?!\s?시(?!간)|\s?가지)|\bhow (?:much|many|old|long)\b/],
  ['what', false, /몇\s?가지|뭐|뭘|무슨|무엇|어떤(?!가)|어느(?! 곳)|\bwhat\b|\bwhich\b/],
  ['how', false, /얼마나|어떻게|어때|어떰|어떤가|어케|어캐|\bhow\b/],
]
const OWN: ReadonlySet<string> = new Set(KINDS.flatMap(([kind, isOwn]) => (isOwn ? [kind] : [])))
const MOST_WORDS = 8
/** What follows a noun in a question: particles, the copula, "with", "as for somebody of". */
const PARTICLES =
  /(?<=.)(?:이에[요여]|예[요여]|에[요여]|인가[요여]|인데|이임|이요|한테|에서|으로|에게|하고|이랑|까지|째|은|는|이|가|을|를|의|도|에|로|만|랑|임)$/

/**
 * At most nine short terms: `:kind` of asking, then the words.
 * @param words content words of the message, masked ones left out
 */
export function questionKey(text: string, words: readonly string[]): readonly string[] {
  const lower = text.slice(0, 200).toLowerCase()
  const kind = KINDS.find(([, , pattern]) => pattern.test(lower))?.[0]
  const subjects = SUBJECTS.filter(([, wording]) => wording.test(lower))
  const rest = subjects.reduce((left, [, wording]) => left.replace(wording, ' '), lower)
  const terms: string[] = subjects.map(([subject]) => subject)
  if (/(?:^|\s)(?:다음|담|낼|내일)\s/.test(lower)) terms.push('다음')
  const pieces = (rest.match(/[가-힣]+/g) ?? []).map((piece) => piece.replace(PARTICLES, ''))
  for (const word of [...pieces, ...words.map((word) => word.toLowerCase()).filter((word) => rest.includes(word))]) {
    if (FILLER.test(word) || VERBAL.test(word)) continue
    const term = MEANINGS.get(word) ?? word
    if (terms.length >= MOST_WORDS) break
    if (!terms.some((known) => known.includes(term) || term.includes(known))) terms.push(term)
  }
  return kind === undefined ? terms : [`:${kind}`, ...terms]
}

/** Character pairs of a question's letters, endings of politeness aside. */
export function questionPairs(text: string): ReadonlySet<string> {
  const letters = text
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/(?:인가요|하나요|시나요|나요|가요|까요|예요|에요|이에요|세요|어요|아요|해요|돼요|요|죠|임|냐)$/, '')
  const pairs = new Set<string>()
  for (let at = 0; at < letters.length - 1; at++) pairs.add(letters.slice(at, at + 2))
  if (pairs.size === 0 && letters !== '') pairs.add(letters)
  return pairs
}

/** Share of common character pairs (Dice). */
export function pairLikeness(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  return left.size + right.size === 0 ? 0 : (2 * left.intersection(right).size) / (left.size + right.size)
}

/** From this likeness on two questions are the same. */
export const SAME_QUESTION = 0.5

const weightOf = (term: string): number => (COMMON.has(term) ? 1 : 2)

/**
 * Likeness of two keys from 0 to 1: what they share of the one that says less (overlap coefficient), a word that many
 * questions have weighing half. Two that share no telling word, or ask for different things of it, are not alike.
 */
export function questionLikeness(left: readonly string[], right: readonly string[]): number {
  const [leftKind, rightKind] = [kindOf(left), kindOf(right)]
  const [leftWords, rightWords] = [wordsOf(left), wordsOf(right)]
  const isSameKind = leftKind === rightKind
  let shared = 0
  for (const word of leftWords) {
    const other = rightWords.find((one) => isSameWord(word, one))
    if (other !== undefined) shared += Math.min(weightOf(word), weightOf(other))
  }
  const least = Math.min(totalOf(leftWords), totalOf(rightWords))
  // "When does it end" of what many ask about needs no word at all.
  if (isSameKind && leftKind === 'until' && shared === least && least < 2) return 1
  const isTelling = shared >= 2
  if (!isTelling && !(isSameKind && shared > 0 && shared === least)) return 0
  if (
    OWN.has(leftKind) &&
    OWN.has(rightKind) &&
    !isSameKind &&
    !(isTelling && isOfTime(leftKind) && isOfTime(rightKind))
  )
    return 0
  // What is asked everywhere, and of one of the two only, sets them apart.
  const foreign = leftWords.filter(isSubject).length === rightWords.filter(isSubject).length ? 0 : 1
  if (leftKind === '' || rightKind === '') return shared / (least + foreign)
  return (shared + (isSameKind ? 1 : 0)) / (least + foreign + 1)
}

const SUBJECT_NAMES: ReadonlySet<string> = new Set(SUBJECTS.map(([subject]) => subject))
const isSubject = (word: string): boolean => SUBJECT_NAMES.has(word)
const isOfTime = (kind: string): boolean => kind === 'when' || kind === 'until'
const kindOf = (key: readonly string[]): string => (key[0]?.startsWith(':') ? key[0].slice(1) : '')
const wordsOf = (key: readonly string[]): readonly string[] => (kindOf(key) === '' ? key : key.slice(1))
const totalOf = (words: readonly string[]): number => words.reduce((sum, word) => sum + weightOf(word), 0)

/** A question as it is compared. */
export interface AskedQuestion {
  readonly key: readonly string[]
  readonly pairs: ReadonlySet<string>
}

export const askedQuestion = (text: string, words: readonly string[]): AskedQuestion => ({
  key: questionKey(text, words),
  pairs: questionPairs(text),
})

/** From this share of common pairs on, letters alone decide. */
const SAME_LETTERS = 0.6

/** The group most like a question, or -1 when none asks the same; a group is known by its first question. */
export function groupOf(question: AskedQuestion, groups: readonly AskedQuestion[]): number {
  let [best, place] = [0, -1]
  groups.forEach((group, at) => {
    const words = questionLikeness(question.key, group.key)
    const letters = pairLikeness(question.pairs, group.pairs)
    const likeness = Math.max(words >= SAME_QUESTION ? words : 0, letters >= SAME_LETTERS ? letters : 0)
    if (likeness > best) [best, place] = [likeness, at]
  })
  return place
}
