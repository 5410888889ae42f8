import type { SentimentScore, SentimentScorer } from '#models/sentiment-scorer.ts'
import { flagText } from '#processors/profanity/flag-text.ts'
import { openAbuseGrader } from '#processors/profanity/model/abuse-grader.ts'
import { LONGEST_SENTENCE, type TriedSentence } from '../../dashboard/models-description.ts'
import { messageOf } from '../errors.ts'

const grader = openAbuseGrader()

type Scorer = Pick<SentimentScorer, 'score'>

/** Words whose part is measured; a longer sentence would cost a batch for each. */
const MOST_WORDS = 40

/**
 * A sentence as chat would be analysed: what would be masked, what each version says, and for each word how the answer
 * changes when it is left out. That is occlusion (Zeiler and Fergus 2014): it asks the model itself and needs no gradient, and
 * words that only count together show little each. Nothing is kept.
 */
export async function trySentence(
  typed: string,
  { live, shadow }: { readonly live: Scorer; readonly shadow: Scorer | null },
): Promise<TriedSentence> {
  const text = typed.normalize('NFC').trim().slice(0, LONGEST_SENTENCE)
  const words = text.split(/\s+/).filter((word) => word !== '')
  const spans = grader.meant(text, flagText(text))
  const counted = words.slice(0, MOST_WORDS)
  const without = counted.map((_, left) => words.filter((_, i) => i !== left).join(' '))
  try {
    const [whole, ...parts] = await live.score([text, ...without])
    const candidate = await shadow?.score([text]).then(
      ([score]) => score,
      () => undefined,
    )
    return {
      text,
      spans,
      scores: [{ role: 'live' as const, ...whole! }, ...(candidate ? [{ role: 'shadow' as const, ...candidate }] : [])],
      words: counted.map((word, i) => ({ text: word, effect: lean(whole!) - lean(parts[i]!) })),
      problem: '',
    }
  } catch (cause) {
    return {
      text,
      spans,
      scores: [],
      words: counted.map((word) => ({ text: word, effect: 0 })),
      problem: messageOf(cause),
    }
  }
}

const lean = ({ positive, negative }: SentimentScore) => positive - negative
