import { FEEDBACK, type Feedback, feedbackKey, feedbackOf } from '#processors/feedback.ts'
import type { Topics } from '#schemas/topics.ts'
import type { OperatorAction } from '#schemas/types.ts'
import type { Broker } from '#topology'
import type { FeedbackFigure, FeedbackWeek } from '../../dashboard/models-description.ts'
import { messageOf } from '../errors.ts'
import { followTopic } from '../follow-topic.ts'
import type { Log } from '../log.ts'

/** Verdicts that a person may still change their mind about; what is older stays counted as it was. */
const REMEMBERED = 20_000
/** Models and shown values of a channel apart; more are counted under the model's name ''. */
const MOST_FIGURES = 200
const WEEKS_SHOWN = 12
const WEEK_MS = 7 * 24 * 60 * 60 * 1000
/** Epoch day 0 was a Thursday; weeks begin on Mondays. */
const FIRST_MONDAY_MS = 4 * 24 * 60 * 60 * 1000

const weekOf = (at: number): number => Math.floor((at - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS

interface Counted extends Feedback {
  readonly channelId: string
  readonly week: number
}

/** Counts what people said of verdicts, channel by channel; each person once a message and model kind, by their last word. */
export class FeedbackBoard {
  readonly #channels = new Map<string, ChannelTally>()
  readonly #last = new Map<string, Counted>()

  add(action: Pick<OperatorAction, 'kind' | 'at' | 'details' | 'by' | 'channelId' | 'messageId'>): void {
    const said = feedbackOf(action)
    if (said === null) return
    const feedback = { ...said, channelId: action.channelId, week: weekOf(action.at) }
    const key = feedbackKey(action, feedback.about)
    const before = this.#last.get(key)
    if (before) this.#count(before, -1)
    this.#count(feedback, 1)
    this.#last.delete(key)
    this.#last.set(key, feedback)
    if (this.#last.size > REMEMBERED) this.#last.delete(this.#last.keys().next().value!)
  }

  get figures(): readonly FeedbackFigure[] {
    return [...this.#channels.values()].flatMap((tally) => tally.figures())
  }

  /** Of each channel the newest first. */
  get weeks(): readonly FeedbackWeek[] {
    return [...this.#channels.values()].flatMap((tally) => tally.weeks())
  }

  #count(feedback: Counted, by: 1 | -1): void {
    const tally = this.#channels.get(feedback.channelId) ?? new ChannelTally(feedback.channelId)
    this.#channels.set(feedback.channelId, tally)
    tally.count(feedback, by)
  }
}

class ChannelTally {
  readonly #channelId: string
  readonly #figures = new Map<string, { -readonly [name in keyof FeedbackFigure]: FeedbackFigure[name] }>()
  readonly #weeks = new Map<string, { -readonly [name in keyof FeedbackWeek]: FeedbackWeek[name] }>()

  constructor(channelId: string) {
    this.#channelId = channelId
  }

  figures(): readonly FeedbackFigure[] {
    return [...this.#figures.values()].filter(({ right, wrong }) => right + wrong > 0)
  }

  weeks(): readonly FeedbackWeek[] {
    const shown = { sentiment: 0, profanity: 0 }
    return [...this.#weeks.values()]
      .filter(({ right, wrong }) => right + wrong > 0)
      .sort((one, other) => other.start - one.start)
      .filter(({ about }) => shown[about]++ < WEEKS_SHOWN)
  }

  count({ about, model, shown, isRight, week }: Counted, by: 1 | -1): void {
    const channelId = this.#channelId
    const weekKey = `${about}\n${week}`
    const ofWeek = this.#weeks.get(weekKey) ?? { channelId, about, start: week, right: 0, wrong: 0 }
    this.#weeks.set(weekKey, ofWeek)
    if (isRight) ofWeek.right += by
    else ofWeek.wrong += by
    let key = `${about}\n${model}\n${shown}`
    let name = model
    if (!this.#figures.has(key) && this.#figures.size >= MOST_FIGURES) {
      name = ''
      key = `${about}\n\n${shown}`
    }
    const figure = this.#figures.get(key) ?? { channelId, about, model: name, shown, right: 0, wrong: 0 }
    this.#figures.set(key, figure)
    if (isRight) figure.right += by
    else figure.wrong += by
  }
}

/** Follows the operators' topic for as long as the process runs; the returned function ends it. */
export function followFeedback(
  broker: Broker,
  topic: Topics['operatorActions'],
  log: Log,
): { readonly board: FeedbackBoard; close(): Promise<void> } {
  const board = new FeedbackBoard()
  const stop = new AbortController()
  const following = followTopic({
    broker,
    topic,
    signal: stop.signal,
    onRecord: ({ value }) => {
      if (value?.kind === FEEDBACK) board.add(value)
    },
    onUndecodable: () => {},
    onProblem: (name, cause) => log.debug(`${name} cannot be read now: ${messageOf(cause)}`),
  }).catch((cause: unknown) => log.warn(`feedback is not counted any more: ${messageOf(cause)}`))
  return {
    board,
    async close() {
      stop.abort()
      await following
    },
  }
}
