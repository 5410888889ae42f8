import type { SentimentScore, SentimentScorer } from './sentiment-scorer.ts'

export interface RememberingScorer extends SentimentScorer {
  /** Texts asked for so far, and those of them that the model never saw. */
  readonly counts: { readonly asked: number; readonly remembered: number }
}

/** Longer texts are hardly ever written twice. */
const LONGEST = 60

/**
 * A chat says the same short things again and again, and the model gives the same text the same score: the last
 * `capacity` to twice that many short texts are remembered, and each text of a call is asked for once.
 */
export function rememberScores(scorer: SentimentScorer, capacity = 4_096): RememberingScorer {
  // Two generations: what is used moves into the young one; when that is full, what was left behind is forgotten.
  let young = new Map<string, SentimentScore>()
  let old = new Map<string, SentimentScore>()
  const counts = { asked: 0, remembered: 0 }

  const remember = (text: string, score: SentimentScore) => {
    if (text.length > LONGEST) return
    if (young.size >= capacity) {
      old = young
      young = new Map()
    }
    young.set(text, score)
  }
  const recall = (text: string): SentimentScore | undefined => {
    const known = young.get(text)
    if (known) return known
    const older = old.get(text)
    if (older) remember(text, older)
    return older
  }

  return {
    get model() {
      return scorer.model
    },
    get backend() {
      return scorer.backend
    },
    get vocabulary() {
      return scorer.vocabulary
    },
    counts,
    async score(texts) {
      const places = new Map<string, number>()
      const known = texts.map((text) => {
        const score = recall(text)
        if (!score && !places.has(text)) places.set(text, places.size)
        return score
      })
      counts.asked += texts.length
      counts.remembered += texts.length - places.size
      const unknown = [...places.keys()]
      const scores = unknown.length === 0 ? [] : await scorer.score(unknown)
      for (let i = 0; i < unknown.length; i++) remember(unknown[i]!, scores[i]!)
      return texts.map((text, i) => known[i] ?? scores[places.get(text)!]!)
    },
    close: () => scorer.close(),
  }
}
