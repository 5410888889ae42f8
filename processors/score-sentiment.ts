/**
 * Gives written messages their sentiment, in batches. Without a model, or when it fails, the chat goes on: those messages
 * keep `sentiment: null`, which is counted as unscored and raises the alert `model-unavailable`.
 */
import { emoteScore } from '#models/emote-scores.ts'
import type { SentimentScore, SentimentScorer } from '#models/sentiment-scorer.ts'
import type { AnalyzedMessage, ChatMessage, Sentiment } from '#schemas/types.ts'
import type { MapBatch } from '#topology'
import { isWritten } from './is-written.ts'

export interface ScoreSentimentOptions {
  /** The scorer of this moment; undefined while there is none. Asked for every batch, so a reload is seen at once. */
  readonly scorer: () => Pick<SentimentScorer, 'score'> | undefined
  /** Told about every failed batch: for a log line and a counter. Never stops the chat. */
  readonly onFailure?: (error: unknown, messages: number) => void
  /** Told about every batch that was scored, with the scores in the messages' order; must return at once. */
  readonly onScored?: (messages: readonly AnalyzedMessage[], scores: readonly SentimentScore[]) => void
}

/** With three answers and an honest confidence: below this the label is more likely wrong than right. */
const ABSTAIN_BELOW = 0.5

const URL = /https?:\/\/\S+|www\.\S+/gi
const MENTION = /@[\p{L}\p{N}_.-]+/gu
const HAS_CONTENT = /[\p{L}\p{N}\p{Extended_Pictographic}]/u

/**
 * What the model shall read of a message: its text without URLs, names, and emotes that its table does not know.
 * They say nothing it learnt.
 * Empty when nothing remains.
 */
export function sentimentText(message: Pick<ChatMessage, 'kind' | 'text' | 'runs'>): string {
  if (!isWritten(message.kind)) return ''
  const text =
    message.runs.length === 0
      ? message.text
      : message.runs.map(({ text, emote }) => (emote === null || emoteScore(text).known > 0 ? text : ' ')).join('')
  const plain = text.replace(URL, ' ').replace(MENTION, ' ').replace(/\s+/g, ' ').trim()
  return HAS_CONTENT.test(plain) ? plain : ''
}

/** The node `score-sentiment`. */
export const scoreSentiment =
  ({
    scorer,
    onFailure = () => {},
    onScored = () => {},
  }: ScoreSentimentOptions): MapBatch<AnalyzedMessage, AnalyzedMessage> =>
  async (messages) => {
    const current = scorer()
    if (current === undefined) return messages
    const texts = messages.map(({ message }) => sentimentText(message))
    const asked = texts.flatMap((text, i) => (text === '' ? [] : [i]))
    if (asked.length === 0) return messages
    try {
      const scores = await current.score(asked.map((i) => texts[i]!))
      if (scores.length !== asked.length) throw new RangeError(`${scores.length} scores for ${asked.length} texts`)
      onScored(
        asked.map((i) => messages[i]!),
        scores,
      )
      const out = [...messages]
      asked.forEach((place, i) => {
        const { label, positive, neutral, negative, confidence, model } = scores[i]!
        // A model that answers with NaN has no opinion.
        if (!Number.isFinite(positive + neutral + negative + confidence)) return
        const sentiment: Sentiment = {
          label,
          positive,
          neutral,
          negative,
          confidence,
          model,
          abstained: confidence < ABSTAIN_BELOW,
        }
        out[place] = { ...messages[place]!, sentiment }
      })
      return out
    } catch (error) {
      onFailure(error, asked.length)
      return messages
    }
  }
