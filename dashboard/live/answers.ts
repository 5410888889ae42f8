/** Which questions were answered, as moderators said last: read from the operators' topic, for all who watch. */
import type { OperatorAction } from '#schemas/types.ts'
import { broadcastSlug } from '../app/broadcast-id.ts'
import type { Answer } from '../app/wire.ts'

export const QUESTION_ANSWERED = 'question-answered'
const BROADCASTS = 200
const QUESTIONS = 500

export class Answers {
  readonly #broadcasts = new Map<string, Map<string, boolean>>()

  /** Takes in what somebody did; null when it says nothing of a question. */
  add({ kind, channelId, broadcastId, messageId, details }: OperatorAction): Answer | null {
    if (kind !== QUESTION_ANSWERED || messageId === '' || broadcastId === '') return null
    const slug = broadcastSlug(channelId, broadcastId)
    const questions = this.#broadcasts.get(slug) ?? new Map<string, boolean>()
    this.#broadcasts.delete(slug)
    this.#broadcasts.set(slug, questions)
    const answer = { questionId: messageId, isAnswered: details.answered === 'true' }
    questions.delete(messageId)
    questions.set(messageId, answer.isAnswered)
    if (questions.size > QUESTIONS) questions.delete(questions.keys().next().value!)
    if (this.#broadcasts.size > BROADCASTS) this.#broadcasts.delete(this.#broadcasts.keys().next().value!)
    return answer
  }

  of(channelId: string, broadcastId: string): readonly Answer[] {
    return [...(this.#broadcasts.get(broadcastSlug(channelId, broadcastId)) ?? [])].map(([questionId, isAnswered]) => ({
      questionId,
      isAnswered,
    }))
  }
}
