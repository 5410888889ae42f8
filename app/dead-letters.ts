import { type TopicDeclaration, topics } from '#schemas/topics.ts'
import type { DeadLetter as DeadLetterValue } from '#schemas/types.ts'
import type { DeadLetter, DeadLetterQueue } from '#topology'

const LONGEST_TEXT = 4_000
const LONGEST_BYTES = 256 * 1024

/** Where the analysis puts what it could not read or process. Long fields are cut: a letter must fit where the record did not. */
export const deadLettersTo = (topic: TopicDeclaration<DeadLetterValue>): DeadLetterQueue<DeadLetterValue> => ({
  topic,
  toValue: (letter: DeadLetter): DeadLetterValue => ({
    ...letter,
    key: bytes(letter.key),
    value: bytes(letter.value),
    headers: letter.headers.slice(0, 50).map(({ key, value }) => ({ key, value: value.subarray(0, LONGEST_TEXT) })),
    message: letter.message.slice(0, LONGEST_TEXT),
    stack: letter.stack.slice(0, LONGEST_TEXT),
  }),
})

export const deadLetters = deadLettersTo(topics.deadLetters)

// Nullable bytes of an Avro union must be a Buffer (schemas/avro.ts).
const bytes = (value: Uint8Array | null): Uint8Array | null =>
  value && Buffer.from(value.buffer, value.byteOffset, Math.min(value.byteLength, LONGEST_BYTES))
