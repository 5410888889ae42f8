/** Messages of a small vocabulary with Zipf's weights: some syllables are in every tenth message, others in very few. */
import type { AnalyzedMessage, SentimentLabel } from '#schemas/types.ts'

/** mulberry32: the same archive at every run. */
let seed = 20261123
export const random = () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
export const zipf = (n: number) => Math.min(n - 1, Math.floor(n ** random()) - 1)
const syllable = () => String.fromCharCode(0xac00 + Math.floor(random() * 2350) * 4)
export const vocabulary = Array.from({ length: 20_000 }, (_, index) =>
  index < 20 ? 'ㅋ'.repeat(2 + (index % 4)) : Array.from({ length: 2 + Math.floor(random() * 3) }, syllable).join(''),
)
export const labels: readonly SentimentLabel[] = ['positive', 'neutral', 'negative']
export const start = Date.UTC(2026, 10, 1)

/** The `index`th message; twenty thousand make a broadcast. @param everyMs the time between two of them */
export function chat(index: number, everyMs = 5): AnalyzedMessage {
  const words = Array.from({ length: 1 + Math.floor(random() * 8) }, () => vocabulary[zipf(vocabulary.length)]!)
  const text = words.join(' ')
  const author = zipf(20_000)
  const broadcast = Math.floor(index / 20_000)
  const timestamp = start + index * everyMs
  const severity = random() < 0.04 ? 1 + Math.floor(random() * 3) : 0
  return {
    message: {
      source: 'demo',
      channelId: `demo:${broadcast % 4}`,
      broadcastId: `broadcast-${broadcast}`,
      id: `${index.toString(36)}-${Math.floor(random() * 2 ** 48).toString(36)}`,
      kind: 'text',
      timestamp,
      receivedAt: timestamp + 120,
      author: { id: `u${author}`, name: `시청자${author}`, handle: null, roles: [], badges: [], months: null },
      text,
      runs: [{ text, emote: null }],
      amount: null,
      target: null,
      history: false,
      raw: null,
    },
    tokens: { words, emotes: [], emoji: [], mentions: [], urls: [], laughs: 0, cries: 0, question: random() < 0.1 },
    profanity: severity > 0 ? [{ start: 0, end: 2, severity, technique: 'plain', rule: 'r1', category: 'vulgar' }] : [],
    severity,
    sentiment: {
      label: labels[Math.floor(random() * 3)]!,
      positive: 0.3,
      neutral: 0.4,
      negative: 0.3,
      confidence: 0.7,
      model: 'bench@1',
      abstained: false,
    },
    abuse: null,
    analyzedAt: timestamp + 150,
  }
}
