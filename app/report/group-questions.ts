import { type AskedQuestion, askedQuestion, groupOf } from '#processors/questions/question-key.ts'
import type { CountedQuestion } from './broadcast-tally.ts'
import type { ReportQuestion } from './report.ts'

/** The same question in other words is one. Most asked first. @param questions the most frequent first */
export function groupQuestions(questions: readonly CountedQuestion[], limit: number): ReportQuestion[] {
  const keys: AskedQuestion[] = []
  const groups: { text: string; at: number; count: number; wordings: number }[] = []
  for (const { text, at, count, words } of questions) {
    const asked = askedQuestion(text, words)
    const group = groups[groupOf(asked, keys)]
    if (group) {
      group.count += count
      group.wordings += 1
      group.at = Math.min(group.at, at)
    } else {
      keys.push(asked)
      groups.push({ text, at, count, wordings: 1 })
    }
  }
  return groups.sort((a, b) => b.count - a.count || a.at - b.at).slice(0, limit)
}
