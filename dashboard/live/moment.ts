/** What made a stretch of a broadcast stand out: its words, what people wrote, whether they were new here. */
import type { ArchivedMessage } from '#sinks/archive.ts'

const WORDS = 5
const SAMPLES = 3

/** Content words, heaviest first. A word that is part of anything masked is never among them. */
export function wordsOf(
  messages: readonly ArchivedMessage[],
  limit: number,
): readonly { readonly word: string; readonly count: number; readonly positive: number; readonly negative: number }[] {
  const words = new Map<string, { count: number; positive: number; negative: number }>()
  for (const { message, tokens, profanity, sentiment } of messages) {
    const hidden = profanity.map(({ start, end }) => message.text.slice(start, end).toLowerCase())
    for (const word of new Set([...tokens.words, ...tokens.emotes])) {
      if (hidden.some((text) => text.includes(word) || word.includes(text))) continue
      const entry = words.get(word) ?? { count: 0, positive: 0, negative: 0 }
      entry.count += 1
      if (sentiment?.label === 'positive') entry.positive += 1
      if (sentiment?.label === 'negative') entry.negative += 1
      words.set(word, entry)
    }
  }
  return [...words]
    .map(([word, entry]) => ({ word, ...entry }))
    .sort((left, right) => right.count - left.count)
    .slice(0, limit)
}

/** The messages that hold most of the stretch's words: different ones, and none in which anything is masked. */
export function samplesOf(messages: readonly ArchivedMessage[]): readonly ArchivedMessage[] {
  const heavy = new Map(wordsOf(messages, WORDS).map(({ word, count }) => [word, count]))
  const weigh = ({ tokens }: ArchivedMessage) =>
    [...new Set(tokens.words)].reduce((sum, word) => sum + (heavy.get(word) ?? 0), 0)
  const seen = new Set<string>()
  return messages
    .filter(({ profanity, deletedAt, message }) => profanity.length === 0 && deletedAt === null && message.text !== '')
    .map((message) => ({ message, weight: weigh(message) }))
    .sort((left, right) => right.weight - left.weight)
    .filter(({ message: { message } }) => !seen.has(message.text) && seen.add(message.text))
    .slice(0, SAMPLES)
    .map(({ message }) => message)
}
