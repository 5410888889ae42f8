/**
 * Feeds mutated examples to every parser: none may throw, none may make a message that breaks the schema's promises or
 * grows with what it was fed. By hand: `npm run fuzz:sources -- --inputs 1000000 [--seed 7] [--parser soop]`.
 */
import { topics } from '#schemas/topics.ts'
import type { ChatMessage } from '#schemas/types.ts'
import { MAX_RAW, MAX_TEXT } from '../bounded-text.ts'
import { seededRandom } from '../demo/random.ts'
import { mutate } from './mutate.ts'
import type { FuzzedParser } from './parsers.ts'

export interface FuzzResult {
  readonly inputs: number
  readonly messages: number
  /** inputs that were found to be wrong, each with what replays it */
  readonly failures: readonly { readonly parser: string; readonly input: string; readonly why: string }[]
}

/** @param inputs shared evenly between the parsers; `seed` makes the same inputs again */
export function fuzz(parsers: readonly FuzzedParser[], inputs: number, seed: number): FuzzResult {
  const codec = topics.chatMessages.value.bind(registry(), 'fuzz')
  const failures: { parser: string; input: string; why: string }[] = []
  const each = Math.ceil(inputs / parsers.length)
  let messages = 0
  for (const [index, { name, examples, parse }] of parsers.entries()) {
    const random = seededRandom(seed, index)
    for (let done = 0; done < each && failures.length < 10; done++) {
      const input = mutate(random.pick(examples), examples, random)
      try {
        for (const message of parse(input)) {
          messages++
          const why = wrongIn(message)
          if (why !== null) throw new Error(why)
          codec.encode(message)
        }
      } catch (cause) {
        failures.push({ parser: name, input: input.toString('base64'), why: (cause as Error).stack ?? String(cause) })
      }
    }
  }
  return { inputs: each * parsers.length, messages, failures }
}

function wrongIn(message: ChatMessage): string | null {
  const { id, text, runs, raw, timestamp, author } = message
  if (id === '' || id.length > 200) return `id ${JSON.stringify(id)}`
  if (text.length > MAX_TEXT || !text.isWellFormed() || text !== text.normalize('NFC')) return 'text'
  if (runs.map((run) => run.text).join('') !== text) return 'runs are not the text'
  if ((raw?.length ?? 0) > MAX_RAW) return 'raw is too long'
  if (!Number.isSafeInteger(timestamp) || timestamp <= 0) return `timestamp ${timestamp}`
  if (author.id === '' || author.name.length > 100 || author.badges.length > 20) return 'author'
  const urls = [...runs.map(({ emote }) => emote?.url), ...author.badges.map(({ url }) => url)]
  return urls.every((url) => url == null || url.startsWith('https://')) ? null : 'a url that is not https'
}

function registry() {
  const schemas: string[] = []
  return {
    register: (_subject: string, schema: string) => schemas.push(schema),
    schema: (id: number) => schemas[id - 1],
  }
}
