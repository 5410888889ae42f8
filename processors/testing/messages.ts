/** Messages for tests of processors. */
import type { AnalyzedMessage, ChatMessage, Sentiment } from '#schemas/types.ts'
import type { Topic } from '#topology'
import type { TestOutput, TopologyTestDriver } from '#topology/testing'

export const chatMessage = (given: Partial<ChatMessage> & { readonly authorId?: string } = {}): ChatMessage => {
  const { authorId = 'author-1', ...fields } = given
  const timestamp = fields.timestamp ?? 0
  return {
    source: 'demo',
    channelId: 'demo:one',
    broadcastId: 'b1',
    id: `m-${timestamp}`,
    kind: 'text',
    timestamp,
    receivedAt: timestamp,
    author: { id: authorId, name: authorId, handle: null, roles: [], badges: [], months: null },
    text: '안녕',
    runs: [],
    amount: null,
    target: null,
    history: false,
    raw: null,
    ...fields,
  }
}

export const sentimentOf = (label: Sentiment['label'], confidence = 0.9): Sentiment => ({
  label,
  positive: label === 'positive' ? confidence : 0.05,
  neutral: label === 'neutral' ? confidence : 0.05,
  negative: label === 'negative' ? confidence : 0.05,
  confidence,
  model: 'test@1',
  abstained: false,
})

export const analyzedMessage = (
  message: Parameters<typeof chatMessage>[0] = {},
  given: Partial<Omit<AnalyzedMessage, 'message'>> & { readonly words?: readonly string[] } = {},
): AnalyzedMessage => {
  const { words = [], ...fields } = given
  return {
    message: chatMessage(message),
    tokens: { words, emotes: [], emoji: [], mentions: [], urls: [], laughs: 0, cries: 0, question: false },
    profanity: [],
    severity: 0,
    sentiment: null,
    abuse: null,
    analyzedAt: 0,
    ...fields,
  }
}

const outputs = new WeakMap<TopologyTestDriver, Map<string, TestOutput<string, unknown>>>()

/** The values that came out of `topic` since the last call for this driver, as plain objects. */
export async function newValues<V extends object>(driver: TopologyTestDriver, topic: Topic<V>): Promise<V[]> {
  const known = outputs.get(driver) ?? new Map<string, TestOutput<string, unknown>>()
  outputs.set(driver, known)
  const output = known.get(topic.name) ?? driver.output(topic)
  known.set(topic.name, output)
  return (await output.values()).map((value) => ({ ...(value as V) }))
}
