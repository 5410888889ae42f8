import { join } from 'node:path'
import { readTable } from '../training/data-sets.ts'
import { Random } from '../training/random.ts'

const EXTRAS = [
  'ㅋㅋㅋㅋ',
  'ㅠㅠ',
  'ㅇㅈ',
  'gg',
  'LOL',
  '😂😂',
  '!!!',
  '?',
  '10점',
  'ㄹㅇ',
  '👍',
  '...',
  'ＡＢ',
  '\u200b',
]

/** As many lines as wanted, the same ones every time: joined pieces of our own chat lines, from one word to past the model's 300 characters. */
export function chatRows(count: number, seed = 1): string[] {
  const random = new Random(seed)
  const lines = readTable(join(import.meta.dirname, '../training/chat-lines.tsv')).map((row) => row[1]!)
  const one = <T>(from: readonly T[]): T => from[Math.floor(random.unit() * from.length)]!
  return Array.from({ length: count }, (_, i) => {
    // mostly short, as chat is; every fiftieth a wall of text
    const pieces = i % 50 === 0 ? 30 : 1 + Math.floor(random.unit() ** 3 * 6)
    return Array.from({ length: pieces }, () => (random.unit() < 0.25 ? one(EXTRAS) : one(lines))).join(' ')
  })
}
