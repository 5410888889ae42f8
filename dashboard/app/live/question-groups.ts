/** Questions that ask the same become one: moderators answer once. */
import type { WireMessage } from '../wire.ts'

export interface QuestionGroup {
  readonly id: string
  /** The first of them. */
  readonly question: WireMessage
  readonly count: number
  readonly authors: number
  readonly lastAt: number
}

/** Share of common character pairs from which two questions count as the same (Dice). */
const SAME = 0.55

/** Most asked first. @param questions oldest first */
export function groupQuestions(questions: readonly WireMessage[]): readonly QuestionGroup[] {
  const groups: {
    first: WireMessage
    pairs: ReadonlySet<string>
    authors: Set<string>
    count: number
    lastAt: number
  }[] = []
  for (const question of questions) {
    if (question.deletedAt !== null) continue
    const pairs = pairsOf(question)
    const group = groups.find((known) => likeness(known.pairs, pairs) >= SAME)
    if (group) {
      group.count += 1
      group.authors.add(question.authorId)
      group.lastAt = Math.max(group.lastAt, question.at)
    } else groups.push({ first: question, pairs, authors: new Set([question.authorId]), count: 1, lastAt: question.at })
  }
  return groups
    .map(({ first, authors, count, lastAt }) => ({
      id: first.id,
      question: first,
      count,
      authors: authors.size,
      lastAt,
    }))
    .sort((left, right) => right.count - left.count || right.lastAt - left.lastAt)
}

function pairsOf({ segments }: WireMessage): ReadonlySet<string> {
  const text = segments
    .map((segment) => ('text' in segment ? segment.text : ''))
    .join('')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
  const pairs = new Set<string>()
  for (let at = 0; at < text.length - 1; at += 1) pairs.add(text.slice(at, at + 2))
  if (pairs.size === 0) pairs.add(text)
  return pairs
}

function likeness(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let both = 0
  for (const pair of left) if (right.has(pair)) both += 1
  return (2 * both) / (left.size + right.size)
}
