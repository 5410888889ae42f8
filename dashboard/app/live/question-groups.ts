/** Questions that ask the same become one: moderators answer once. */
import { type AskedQuestion, askedQuestion, groupOf } from '#processors/questions/question-key.ts'
import type { WireMessage } from '../wire.ts'

export interface QuestionGroup {
  readonly id: string
  /** The first of them. */
  readonly question: WireMessage
  readonly count: number
  readonly authors: number
  readonly lastAt: number
}

/** Most asked first. @param questions oldest first */
export function groupQuestions(questions: readonly WireMessage[]): readonly QuestionGroup[] {
  const groups: {
    first: WireMessage
    asked: AskedQuestion
    authors: Set<string>
    count: number
    lastAt: number
  }[] = []
  for (const question of questions) {
    if (question.deletedAt !== null) continue
    const asked = askedQuestion(textOf(question), question.about ?? [])
    const group =
      groups[
        groupOf(
          asked,
          groups.map((known) => known.asked),
        )
      ]
    if (group) {
      group.count += 1
      group.authors.add(question.authorId)
      group.lastAt = Math.max(group.lastAt, question.at)
    } else groups.push({ first: question, asked, authors: new Set([question.authorId]), count: 1, lastAt: question.at })
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

const textOf = ({ segments }: WireMessage): string =>
  segments.map((segment) => ('text' in segment ? segment.text : '')).join('')
