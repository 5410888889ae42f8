import { type Feedback, feedbackKey, feedbackOf } from '#processors/feedback.ts'
import type { OperatorAction } from '#schemas/types.ts'

/** What people together say of a message. */
export interface JudgedMessage {
  readonly channelId: string
  readonly messageId: string
  /** A sentiment label, or for profanity a severity `0` to `3`. */
  readonly label: string
  readonly votes: number
}

export interface Judgement {
  readonly judged: readonly JudgedMessage[]
  /** Messages on which people are evenly split, and those called wrong without a word what would be right. */
  readonly split: number
  readonly unsaid: number
}

type Action = Pick<OperatorAction, 'kind' | 'details' | 'by' | 'channelId' | 'messageId'>

/** The majority of people's last words on each message, in the order in which messages were first judged. */
export class Judges {
  readonly #about: Feedback['about']
  readonly #messages = new Map<
    string,
    { readonly channelId: string; readonly messageId: string; readonly votes: Map<string, string> }
  >()

  constructor(about: Feedback['about']) {
    this.#about = about
  }

  add(action: Action): void {
    const feedback = feedbackOf(action)
    if (feedback === null || feedback.about !== this.#about || action.messageId === '') return
    const { channelId, messageId } = action
    const key = `${channelId}\n${messageId}`
    const message = this.#messages.get(key) ?? { channelId, messageId, votes: new Map<string, string>() }
    message.votes.set(feedbackKey(action, feedback.about), feedback.expected)
    this.#messages.set(key, message)
  }

  judgement(): Judgement {
    const judged: JudgedMessage[] = []
    let split = 0
    let unsaid = 0
    for (const { channelId, messageId, votes } of this.#messages.values()) {
      const counts = new Map<string, number>()
      for (const label of votes.values()) if (label !== '') counts.set(label, (counts.get(label) ?? 0) + 1)
      const [first, second] = [...counts].sort((a, b) => b[1] - a[1])
      if (first === undefined) unsaid++
      else if (second !== undefined && second[1] === first[1]) split++
      else judged.push({ channelId, messageId, label: first[0], votes: first[1] })
    }
    return { judged, split, unsaid }
  }
}
