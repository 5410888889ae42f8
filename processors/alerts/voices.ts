/** Who wrote what was negative or profane in the last minute or so: whether it is many people or a few loud ones. */
import type { Voice } from '#schemas/types.ts'

const REMEMBERED_MS = 60_000
/** Beyond these the quietest goes: the answer then is "at least so many". */
const CAPACITY = 64
const LOUDEST = 3

export type Tone = 'negative' | 'profane'

export class Voices {
  #voices: readonly Voice[]

  constructor(voices: readonly Voice[] = []) {
    this.#voices = voices
  }

  get all(): readonly Voice[] {
    return this.#voices
  }

  add(authorId: string, tones: { readonly [T in Tone]: boolean }, at: number): void {
    const author = hash(authorId)
    const lately = this.#voices.filter((voice) => at - voice.at < REMEMBERED_MS && voice.author !== author)
    const known = this.#voices.find((voice) => voice.author === author && at - voice.at < REMEMBERED_MS)
    if (lately.length >= CAPACITY) lately.splice(lately.indexOf(lately.reduce(quieter)), 1)
    this.#voices = [
      ...lately,
      {
        author,
        negative: (known?.negative ?? 0) + (tones.negative ? 1 : 0),
        profane: (known?.profane ?? 0) + (tones.profane ? 1 : 0),
        at: Math.max(known?.at ?? at, at),
      },
    ]
  }

  /** How many people, and the share of it that the loudest of them wrote. */
  of(tone: Tone, at: number): { readonly authors: number; readonly loudest: number } {
    const counts = this.#voices.filter((voice) => voice[tone] > 0 && at - voice.at < REMEMBERED_MS).map((v) => v[tone])
    const sum = (some: readonly number[]) => some.reduce((total, count) => total + count, 0)
    counts.sort((a, b) => b - a)
    return { authors: counts.length, loudest: counts.length === 0 ? 0 : sum(counts.slice(0, LOUDEST)) / sum(counts) }
  }
}

const quieter = (a: Voice, b: Voice) => (b.negative + b.profane < a.negative + a.profane ? b : a)

/** FNV-1a, 32 bits, signed: an Avro int. */
export function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value | 0
}
