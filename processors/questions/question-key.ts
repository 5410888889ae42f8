/** What a question asks for, so that the same question in other words is found: its words and its interrogative. */

/** Kinds of asking; several may fit. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['until', /까지|끝나/],
  ['when', /언제|몇\s?시(?!간)|며칠|\bwhen\b/],
  ['where', /어디|어느 곳|\bwhere\b/],
  ['who', /누구|누가|\bwho\b/],
  ['why', /왜|\bwhy\b/],
  ['how-much', /얼마|몇(?!\s?시(?!간))|\bhow (?:much|many|old|long)\b/],
  ['what', /뭐|뭘|무슨|무엇|어떤(?!가)|어느(?! 곳)|\bwhat\b|\bwhich\b/],
  ['how', /어떻게|어때|어떰|어떤가|어케|\bhow\b/],
  ['whether', /되나|돼요|돼\b|될까|되요|가능|있나|있어요|있을까|하나요|해요\?|인가요|받나|받아요|\bis\b|\bdoes\b/],
]
const MOST_WORDS = 8
/** Words of a question that say nothing of what it is about. */
const FILLER =
  /^(?:이거|이건|그거|저거|이게|지금|오늘|혹시|여기|거기|저|그|이|제|좀|형|언니|님|진짜|근데|아니|와|아|어느|어떤|무슨|뭐뭐|다음|담|쓰|\d+)$|^(?:언제|어디|누구|누가|왜|얼마|몇|뭐|뭘|무엇|어떻게|어때|어떰|며칠)/
/** Verbs of speech and what else a question ends with. */
const VERBAL = /(?:[요죠냐임까음해나야가]|나요|까요|어떰|거예요|써|하는|가는|사는|인|봐|켰어|했어)$/
const PARTICLES = /(?<=.)(?:은|는|이|가|을|를|의|도|에|에서|으로|로|까지|만|랑|이랑)$/
/** Words of one meaning in questions. */
const SAME: ReadonlyMap<string, string> = new Map(
  Object.entries({
    택배: '배송',
    배송비: '배송',
    무료배송: '배송',
    브금: '노래',
    곡: '노래',
    시청자: '시참',
    참여: '시참',
    배송료: '배송',
    색: '색상',
    브랜드: '기종',
  }),
)

/**
 * At most nine short terms: `:kind` of asking, then the words.
 * @param words content words of the message, masked ones left out
 */
export function questionKey(text: string, words: readonly string[]): readonly string[] {
  const lower = text.slice(0, 200).toLowerCase()
  const kind = KINDS.find(([, pattern]) => pattern.test(lower))?.[0]
  const pieces = (lower.match(/[가-힣]+|[a-z0-9]{2,}/g) ?? []).filter(
    (piece) => !FILLER.test(piece) && !VERBAL.test(piece),
  )
  const about = [...words, ...pieces.map((piece) => piece.replace(PARTICLES, ''))].filter(
    (word) => !word.endsWith('다'),
  )
  const terms = [
    ...new Set([
      ...(/(?:^|\s)(?:다음|담|낼|내일)\s/.test(lower) ? ['다음'] : []),
      ...about.map((word) => SAME.get(word) ?? word),
    ]),
  ]
    .filter((term) => !FILLER.test(term) || term === '다음')
    .slice(0, MOST_WORDS)
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

/**
 * Likeness of two keys from 0 to 1: shared weight over all weight, a word weighing twice a kind of asking (weighted
 * Jaccard). Two that share no word are not alike.
 */
export function questionLikeness(left: readonly string[], right: readonly string[]): number {
  let [shared, all, words] = [0, 0, 0]
  const other = new Set(right)
  for (const term of left) {
    const weight = term.startsWith(':') ? 1 : 2
    all += weight
    if (!other.has(term)) continue
    shared += weight
    if (weight === 2) words++
  }
  for (const term of right) if (!left.includes(term)) all += term.startsWith(':') ? 1 : 2
  if (words === 0) return 0
  // A short question is the same as a longer one that holds all of it.
  const least = Math.min(weightOf(left), weightOf(right))
  return Math.max(shared / all, least >= 3 && shared === least ? SAME_QUESTION : 0)
}

const weightOf = (key: readonly string[]): number => key.reduce((sum, term) => sum + (term.startsWith(':') ? 1 : 2), 0)

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
